"""Faults of the isolation of tenants: policies, privileges, side channels."""
