"""Each figure the README quotes, measured beside what a user would pick instead: `python -m benchmarks`."""
