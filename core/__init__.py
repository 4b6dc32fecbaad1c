"""Ackademy's engine: real protocols, run as plain data."""
