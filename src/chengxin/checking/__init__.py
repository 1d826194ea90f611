"""Checks of a batch as a whole, as expressions over its columns."""
