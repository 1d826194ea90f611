"""Writes the OpenAPI document: ``python -m chengxin.api.document docs/api/openapi.json``. A test compares the two."""

import os
import sys
from pathlib import Path

import django


def main(target: Path) -> None:
    """Write the document.

    Args:
        target: The file to write.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.settings")
    os.environ.setdefault("CHENGXIN_OFFLINE", "1")  # the document needs no database
    django.setup()
    from chengxin.api.v1.router import document_text  # noqa: PLC0415 -- only after the setup

    target.write_text(document_text(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
