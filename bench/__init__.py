"""Benchmarks. They measure; they are not tests and nothing imports them."""
