"""The harness: a server, its databases, and what a scenario needs around it."""
