"""The keyring: every secret key of an installation, outside the database and its backups.

Three kinds of keys. Long-lived ones: the vault (identity data), the blind indexes, the spool of original files. The
keys of the *months*: contents of an item are sealed under the key of the month in which their keeping ends, and
destroying that key erases them everywhere at once, in backups too (Personal Information Protection Law, articles 19
and 47). The signing key of the ledger. The room knows files and no framework; who may destroy a key is decided above.
"""
