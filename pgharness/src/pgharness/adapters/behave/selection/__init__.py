"""What a run has to execute: paths, lines, tags and names, checked before anything is started."""
