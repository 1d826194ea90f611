"""Pages of the credit office."""
