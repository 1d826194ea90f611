"""The template tags and filters of the shared components."""
