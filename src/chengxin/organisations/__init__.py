"""Bodies that supply or decide, and their mandates."""
