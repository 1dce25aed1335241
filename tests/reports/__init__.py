"""Tests of what a run reports: JUnit, the summary, failures."""
