"""The leaves of a posting: what is laid out as columns gives the same bytes as one line after the other."""

from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chengxin.records import operations, rules
from chengxin.records.rules import LineColumns
from chengxin.sealing.merkle import leaf_hash

sixteen = st.binary(min_size=16, max_size=16)
optional_days = st.none() | st.dates(min_value=date(1850, 1, 1), max_value=date(2199, 12, 31))
lines = st.tuples(
    st.integers(1, 2**62),
    sixteen,
    st.integers(1, 2**31 - 1),
    st.integers(1, 2**31 - 1),
    st.sampled_from(["ADD", "CORRECT", "WITHDRAW"]),
    st.sampled_from(["", "MINOR", "GENERAL", "SERIOUS"]),
    *[optional_days.map(rules.days_since_epoch)] * 6,
    sixteen,
    st.binary(max_size=300),
)


@given(rows=st.lists(lines, min_size=1, max_size=20))
def test_leaves_of_columns_are_the_leaves_of_the_lines(rows: list[tuple[object, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    numbers = {0: np.int64, 2: np.int32, 3: np.int32} | dict.fromkeys(range(6, 12), np.int32)
    names = LineColumns.__slots__
    order = (
        "person_id", "record_key", "version", "line", "change", "severity",
        "occurred", "ended", "document", "shown", "used", "kept", "content_digest", "sealed",
    )  # fmt: skip
    assert set(names) == set(order)
    given_columns = {
        name: np.array(columns[place], dtype=numbers[place]) if place in numbers else columns[place]
        for place, name in enumerate(order)
    }
    assert rules.leaves_of(LineColumns(**given_columns)) == [leaf_hash(rules.line_bytes(*row)) for row in rows]  # type: ignore[arg-type]


@given(row=lines, other=lines)
def test_two_different_lines_have_different_bytes(row: tuple[object, ...], other: tuple[object, ...]) -> None:
    same = rules.line_bytes(*row) == rules.line_bytes(*other)  # type: ignore[arg-type]
    assert same == (row == other)


@given(st.lists(st.text(max_size=6), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_texts_cut_from_their_buffer_are_the_texts(texts: list[str], first: int, count: int) -> None:
    column = pa.chunked_array([pa.array(texts, pa.string())]).slice(min(first, len(texts)), count)
    assert operations.encoded(column) == [text.encode() for text in texts[first : first + count]]
