"""The internet layer."""
