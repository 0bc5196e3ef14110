"""What is fast, against what, measured the same way by anyone: ``python -m benchmarks [daemon] [analysis] [accuracy] [skips_accuracy]``."""
