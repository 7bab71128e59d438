"""``make bench-send``: how fast newsletters leave, beside what the machine can do at all.

Everything is measured in one run, in pairs taken in turn, since rates of different runs
on one machine differ by a factor of two. docs/benchmarks.md holds the last figures.
"""
