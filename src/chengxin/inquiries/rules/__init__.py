"""What an answer holds, and how it is masked. Pure."""
