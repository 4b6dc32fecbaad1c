"""The course: its folder is what counts."""
