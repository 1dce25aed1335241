"""Tests of `checks/`: each finds what it is for, and only that."""
