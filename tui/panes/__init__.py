"""The parts of a film's page: its timeline, its script, its stages, its log."""
