"""What things cost, measured side by side on one machine in one run; nothing here is a test."""
