"""What people do with films and scripts: look at a timeline, choose what is left out, edit, lock, ask for a scene again."""
