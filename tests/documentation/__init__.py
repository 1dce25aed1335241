"""Tests of what is written about the project: every snippet works, every statement holds."""
