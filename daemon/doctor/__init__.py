"""Looks at all that work depends on, from the place where it is done, and says how to mend it. It changes nothing."""
