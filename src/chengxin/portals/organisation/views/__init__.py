"""The pages: each parses, calls once, and renders."""
