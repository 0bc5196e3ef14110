"""3. One at a time: takes the next job through its stages, each in a child process."""
