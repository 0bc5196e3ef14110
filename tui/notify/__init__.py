"""Telling people who do not look: what is worth a message, and sending it."""
