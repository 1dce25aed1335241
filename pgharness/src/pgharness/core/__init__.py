"""Options, errors, protocols and utilities that all other packages of the harness use."""
