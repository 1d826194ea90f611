"""Write the SQL of our own migrations into files, one for each, so that squawk can read it.

Django asks the server's version for some statements, so the embedded server is started in a directory of its own.

    python .ci/migrations_sql.py var/check
"""  # noqa: INP001 - a script, no part of the program

import os
import shutil
import sys
from pathlib import Path


def main(directory: Path) -> int:
    """Write ``migrations/<room>.<name>.sql`` below a directory.

    Args:
        directory: Becomes a data directory; only its server and the files are used.

    Returns:
        0.
    """
    os.environ["CHENGXIN_DATA"] = str(directory)
    os.environ["CHENGXIN_DATABASE_ROLE"] = "OWNER"
    os.environ["DJANGO_SETTINGS_MODULE"] = "chengxin.settings"
    os.environ.pop("DATABASE_URL", None)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # After the environment, which the settings read once.
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    from chengxin.postgres import server  # noqa: PLC0415
    from chengxin.postgres.configuration import server_directory  # noqa: PLC0415

    target = directory / "migrations"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    loader = MigrationLoader(connection, replace_migrations=False)
    for key, migration in sorted(loader.graph.nodes.items()):
        if type(migration).__module__.startswith("chengxin."):
            statements = loader.collect_sql([(migration, False)])
            (target / f"{key[0]}.{key[1]}.sql").write_text("\n".join(statements) + "\n", encoding="utf-8")
    connection.close()
    server.stop(server_directory(directory))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
