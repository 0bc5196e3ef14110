"""The service: watches inboxes, works through the job table, writes screenplays next to their films."""
