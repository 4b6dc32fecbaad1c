"""The premise: rooms to begin with, and to copy."""
