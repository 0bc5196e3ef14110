"""Reelscribe for people: the monitor and the command line."""
