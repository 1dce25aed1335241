"""Benchmarks, each a comparison on one machine in one run; none of them is a test."""
