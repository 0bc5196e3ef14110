"""How it is seen: HTTP over the Unix socket."""
