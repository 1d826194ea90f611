"""R4c: a department's batch becomes a person's record: every line has an outcome, and the person reads it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from django.urls import reverse

from factories import intake as given
from journeys.conftest import Journey, text_of


def test_a_batch_becomes_records_that_their_persons_read(journey: Journey, province: list[int]) -> None:
    sent = journey.send([given.line(0), given.line(1, 姓名="别的人"), given.line(2, 失信程度="坏"), given.line(3)])
    rows = list(csv.DictReader(io.StringIO(sent.result)))
    assert [row["姓名"] for row in rows] == [given.name(0), "别的人", given.name(2), given.name(3)]
    outcomes = [list(row.values())[10] for row in rows]
    assert len(set(outcomes)) == 3
    assert outcomes[0] == outcomes[3]
    read = journey.file_of(province[0])
    assert "市场监管行政处罚" in read
    assert "闽市监罚〔2026〕0号" in read
    assert "市场监管行政处罚" not in journey.file_of(province[1])
    assert "市场监管行政处罚" not in journey.file_of(province[2])


def test_sending_again_changes_nothing_and_a_correction_makes_a_version(
    journey: Journey, province: list[int], tmp_path: Path, command: Callable[..., tuple[int, dict[str, object]]]
) -> None:
    lines = [given.line(index) for index in range(5)]
    journey.send(lines)
    again = tmp_path / "again.csv"
    again.write_bytes(given.csv_bytes(lines))
    status, answer = command("intake", "submit", again, "--item", given.ITEM, "--supplier", given.SUPPLIER)
    assert status == 0, answer
    counts = {name: answer[name] for name in ("lines", "accepted", "rejected", "held", "unchanged")}
    assert (status, counts) == (0, {"lines": 5, "accepted": 0, "rejected": 0, "held": 0, "unchanged": 5})
    journey.send([given.line(0, 违法事实="更正后的事实。") | {"操作": "更正"}])
    read = journey.file_of(province[0])
    assert "更正后的事实" in read
    assert "销售不合格产品" not in read


def test_a_second_officer_takes_a_batch_back_by_one_act(journey: Journey, province: list[int]) -> None:
    sent = journey.send([given.line(0)])
    url = reverse("organisation:reversal", args=[sent.reference])
    assert journey.sign_in("sender").get(url).status_code == 403
    second = journey.sign_in("second")
    assert second.get(url).status_code == 200
    review = second.post(url, {"reasons": "整批报送错误"})
    confirmed = second.post(url, {"reasons": "整批报送错误", "confirmed": "yes"})
    assert {review.status_code, confirmed.status_code} <= {200, 302}
    assert "市场监管行政处罚" not in journey.file_of(province[0])


def test_a_clerk_opens_a_held_line_and_sees_no_number_whole(journey: Journey, province: list[int]) -> None:
    journey.send([given.line(0, 姓名="别的人")])
    clerk = journey.sign_in("clerk")
    queue = clerk.get(reverse("office:held"))
    assert queue.status_code == 200
    from chengxin.intake import lookups

    (held,) = lookups.list_held_lines()
    page = text_of(clerk.get(reverse("office:held_line", args=[held.id])).content.decode())
    assert "别的人" in page
    assert given.number(0) not in page
