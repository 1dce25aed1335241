"""Faults of the Then steps themselves: an assertion that cannot fail is the worst fault of all."""
