"""The screenplay: its model, and one writer per format. It knows nothing of video files."""
