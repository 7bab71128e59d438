"""Benchmarks, run by people. Nothing of the product imports them."""
