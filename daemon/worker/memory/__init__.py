"""Whether a heavy step fits: what it needs, what there is, and what becomes of one that takes more."""
