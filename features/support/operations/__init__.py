"""Sweeps through every operation of the service: with faults, unusable values, extreme times."""
