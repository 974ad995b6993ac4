"""Benchmarks: papershelf beside the peers, on sites of equal content and page weight.

`python -m benchmarks` runs them and writes docs/benchmarks.md; see `--help`.
"""
