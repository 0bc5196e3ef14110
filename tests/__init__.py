"""Tests of the three packages; they stand in folders that mirror those."""

import os

# Several tests run side by side: a process that spreads its sums over every core only keeps the others waiting.
os.environ.setdefault("OMP_NUM_THREADS", "1")
