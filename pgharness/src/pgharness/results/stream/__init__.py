"""The stream of a run: write messages fast, read them, merge streams, and build the model."""
