"""Peers among peers."""
