"""Tenants that cannot reach each other: policies, attacks, side channels."""
