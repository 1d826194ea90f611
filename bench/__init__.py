"""Benchmarks: the product against limits and peers measured in the same run, on a site of their own."""
