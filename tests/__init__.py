"""Tests of the suite itself: that it starts, judges, reports and cleans up as it should."""
