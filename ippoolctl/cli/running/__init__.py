"""Running a command of the user, and what happens meanwhile."""
