"""1. A file arrives: what is in the folders, whether it is whole, and whether it becomes a job."""
