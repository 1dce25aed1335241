"""Tests of the service where no feature can see it."""
