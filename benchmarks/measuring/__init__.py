"""What benchmarks measure with: turns on a server, programs that they start, the machine."""
