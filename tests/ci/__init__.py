"""Tests of CI: its stages and its workflows."""
