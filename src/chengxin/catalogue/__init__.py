"""Dated editions of what may be collected, on which basis, and for how long."""
