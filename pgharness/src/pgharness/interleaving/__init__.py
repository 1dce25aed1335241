"""Concurrent sessions: actors, schedules, stress tests, and a checker of histories."""
