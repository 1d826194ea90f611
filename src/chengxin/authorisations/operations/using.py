"""Counting a look that an authorisation allows, in the transaction of that look."""

from datetime import datetime

from django.db import connection

from chengxin.authorisations.errors import AuthorisationUsedUp


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
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE authorisations_usage SET used_count = used_count + 1, last_used_at = %s
            WHERE authorisation_id = %s AND used_count < looks AND is_open
            RETURNING used_count
            """,
            [now, authorisation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise AuthorisationUsedUp
    return int(row[0])
