"""A film on a time axis in a terminal: what is seen of it, how it is drawn, and what a person changes on it."""
