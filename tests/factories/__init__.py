"""Tests of the service's factories: what they make is right, and taken for what it is."""
