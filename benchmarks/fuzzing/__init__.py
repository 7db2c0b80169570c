"""The kinds of bad input that benchmarks/fuzz.py tries, one module a kind."""
