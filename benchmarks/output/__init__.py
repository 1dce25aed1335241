"""The results of a run, and what is written of them: tables, a drawing, files."""
