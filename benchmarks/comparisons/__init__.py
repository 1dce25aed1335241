"""What is compared: a module for each benchmark, and its parts where it is long."""
