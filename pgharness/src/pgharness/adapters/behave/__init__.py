"""The harness for behave: hooks, tags, a runner and its reports."""
