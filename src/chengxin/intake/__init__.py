"""Batches: receipt, checking, held lines, posting, reversal."""
