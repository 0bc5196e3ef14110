"""What keeps a daemon that nobody looks at in order: alerts, deletion, timers, and looks at what lies around it."""
