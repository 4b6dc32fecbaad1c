"""Clocks, and how they are set."""
