"""The monitor's screens: the list of jobs, one job, and what lies over them."""
