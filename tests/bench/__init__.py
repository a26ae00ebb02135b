"""Benchmarks of the venue: `python -m tests.bench`, or `make bench`.

Each bench_*.py has one function `measure(scale, say) -> list[Figure]`: `scale` (scales.py) says how much
to run, `say` tells the person in front of the terminal what is going on. A figure is the median of
several rounds in which everything that is compared takes its turn, because the speed of a machine
drifts: compare figures of one run, as ratios. Every benchmark first proves that what it timed is correct.
"""
