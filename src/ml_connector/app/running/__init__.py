"""What runs by itself: jobs, schedules, runs, and those who watch them."""
