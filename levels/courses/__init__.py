"""Courses: levels of an instructor's with an order, assignments, a class, and marks."""
