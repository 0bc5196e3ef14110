"""The demo: a short film with real speech, and a tiny speech model that understands it. Tests use both."""
