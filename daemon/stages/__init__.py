"""4. What is done to a film: one module a stage, one entry for all of them."""
