"""R1c: no fingerprint enters: a batch with such a column is refused, and how identity was verified is no biometric."""

import pytest
from django.db import IntegrityError, connection, transaction

from factories import intake as given
from journeys.conftest import Journey


@pytest.mark.parametrize("header", ["指纹", "指纹信息", "人脸特征"])
def test_a_batch_with_a_biometric_column_is_refused_whole(journey: Journey, province: list[int], header: str) -> None:
    sent = journey.send([given.line(0) | {header: "x"}])
    assert "不得采集" in sent.page or "禁止" in sent.page
    assert "市场监管行政处罚" not in journey.file_of(province[0])


def test_a_biometric_method_of_verification_is_refused_by_the_database(province: list[int]) -> None:
    with (
        pytest.raises(IntegrityError, match="verification_no_biometric"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO persons_verification (person_id, method_code, document_kind, organisation_code, verified_on,"
            " recorded_at, actor_key) VALUES (%s, 'FINGERPRINT', 'RESIDENT_CARD', 'OFFICE', current_date, now(), 'x')",
            [province[0]],
        )
