"""What a person may set: settings and their defaults, per-video overrides, prompts and styles."""
