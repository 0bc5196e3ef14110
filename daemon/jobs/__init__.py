"""2. It becomes a job: the table, the legal moves, and the one writer."""
