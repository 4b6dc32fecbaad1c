"""Calls: contracts, and the bytes of arguments."""
