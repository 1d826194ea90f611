"""Counting a look that an authorisation allows, in the transaction of that look."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from chengxin.authorisations.errors import AuthorisationUsedUp
from chengxin.postgres.statements import rows_of


def use_authorisation(*, authorisation_id: int, now: datetime) -> int:
    """Count one look and return how many were used with it; call inside the transaction of the look.

    Two looks at once wait for each other here, so that no more are taken than were allowed; a withdrawal closes the
    same row, so that a look which waited for it comes too late.

    Args:
        authorisation_id: Which authorisation.
        now: The moment.

    Raises:
        AuthorisationUsedUp: None is left, or it was withdrawn meanwhile.
    """
    rows = rows_of(
        """
        UPDATE authorisations_usage SET used_count = used_count + 1, last_used_at = %s
        WHERE authorisation_id = %s AND used_count < looks AND is_open
        RETURNING used_count
        """,
        [now, authorisation_id],
    )
    if not rows:
        raise AuthorisationUsedUp
    return int(rows[0][0])


def use_authorisations(*, counts: Mapping[int, int], now: datetime) -> None:
    """Take looks of many authorisations in one statement; the caller holds them by ``lookups.lock_facts``.

    Args:
        counts: How many looks of each authorisation.
        now: The moment.

    Raises:
        AuthorisationUsedUp: One has fewer looks left, or was withdrawn: the caller did not hold it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE authorisations_usage AS held SET used_count = used_count + taken.count, last_used_at = %s
            FROM unnest(%s::bigint[], %s::int[]) AS taken (authorisation_id, count)
            WHERE held.authorisation_id = taken.authorisation_id AND held.used_count + taken.count <= held.looks
                AND held.is_open
            """,
            [now, list(counts.keys()), list(counts.values())],
        )
        if cursor.rowcount != len(counts):
            raise AuthorisationUsedUp
