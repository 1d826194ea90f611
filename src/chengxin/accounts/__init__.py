"""Logins, roles and API clients; a login holds keys of persons and organisations, not their data."""
