"""What anyone may see, verify and learn."""
