"""Benchmarks: one file per case, a registry, results as JSON, tables generated."""
