"""Speech to cues, and the guards against what the model makes up. Imported by children only."""
