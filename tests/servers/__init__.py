"""Tests of servers: their settings, their other databases, how one connects to them."""
