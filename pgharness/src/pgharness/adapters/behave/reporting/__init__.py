"""What a run of behave tells: its stream and the reports made of it, its summary, attachments."""
