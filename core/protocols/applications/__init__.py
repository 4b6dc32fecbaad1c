"""Applications of the internet."""
