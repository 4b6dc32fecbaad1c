"""Elections: who decides."""
