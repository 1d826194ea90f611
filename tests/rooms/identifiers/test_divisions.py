from datetime import date

import pytest

from chengxin.identifiers.divisions import Division, DivisionTable

TABLE = DivisionTable(
    [
        Division("352100", "建阳地区", date(1980, 1, 1), date(1988, 1, 1)),
        Division("352100", "南平地区", date(1988, 1, 1), date(1994, 1, 1)),
        Division("350404", "三元区", date(2021, 1, 1)),
        Division("350102", "鼓楼区"),
    ],
    prefixes=["11", "31"],
)


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("352100", date(1979, 12, 31), None),
        ("352100", date(1980, 1, 1), "建阳地区"),
        ("352100", date(1987, 12, 31), "建阳地区"),
        ("352100", date(1988, 1, 1), "南平地区"),
        ("352100", date(1994, 1, 1), None),
        ("350404", date(2026, 1, 1), "三元区"),
        ("350102", date(1950, 1, 1), "鼓楼区"),
        ("110105", date(2026, 1, 1), None),
    ],
)
def test_a_code_has_the_name_it_had_on_the_day(code: str, on: date, name: str | None) -> None:
    assert TABLE.name_on(code, on) == name


def test_an_abolished_code_stays_known_and_an_invented_one_is_not() -> None:
    assert TABLE.is_known("352100")
    assert TABLE.is_known("110105")
    assert not TABLE.is_known("350999")
    assert not DivisionTable([]).is_known("110105")
    assert TABLE.codes() == {"352100", "350404", "350102"}
