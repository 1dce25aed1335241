"""The harness for behave and for pytest."""
