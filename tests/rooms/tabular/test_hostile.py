"""Every hostile file is refused with its code, or read with every line accounted for."""

import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chengxin.tabular import confined, reading
from chengxin.tabular.errors import TabularRefused
from chengxin.tabular.values import Format, Limits
from factories.hostile import Case, corpus

LIMITS = Limits(memory_bytes=3 << 30, seconds=60)
SECONDS_FOR_ONE = 20


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return corpus(tmp_path_factory.mktemp("corpus"))


def test_corpus_has_at_least_two_hundred_files(cases: list[Case]) -> None:
    assert len(cases) >= 200


def test_each_file_gets_its_answer(cases: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # All but the one that needs it are read in this process: a process of its own for each costs the suite minutes.
    confined_convert = confined.convert
    wrong = []
    for case in cases:
        monkeypatch.setattr(confined, "convert", confined_convert if "far" in case.name else confined.convert_here)
        path, target = tmp_path / "upload", tmp_path / "columns.parquet"
        target.unlink(missing_ok=True)
        path.write_bytes(case.content)
        started = time.monotonic()
        answer = _answer(path, target)
        took = time.monotonic() - started
        expected = (case.refused, case.lines if case.refused is None else None, case.broken)
        if answer != expected or took > SECONDS_FOR_ONE:
            wrong.append((case.name, answer, expected, round(took, 1)))
    assert wrong == [], "\n".join(map(str, wrong))


def _answer(path: Path, target: Path) -> tuple[str | None, int | None, tuple[tuple[int, str], ...]]:
    refused = None
    try:
        inspection = reading.inspect(path, declared_name="upload", limits=LIMITS)
        read = reading.to_parquet(path, inspection, target, limits=LIMITS)
    except TabularRefused as caught:
        refused = caught
    if refused is not None:
        assert not target.exists()
        assert "".join(refused.details.values()).isascii()
        return refused.code, None, ()
    columns = pq.read_table(target)
    broken = {line.line for line in read.broken}
    assert sorted([*columns["line"].to_pylist(), *broken]) == list(range(1, read.lines + 1))
    assert columns.column_names == [*(f"c{at}" for at in range(len(read.headers))), "line"]
    assert target.stat().st_mode & 0o777 == 0o600
    return None, read.lines, tuple((line.line, line.code) for line in read.broken)


def test_a_process_of_its_own_gives_the_same_answer(cases: list[Case], tmp_path: Path) -> None:
    for name in ("xlsx-hidden", "xlsx-digits", "parquet-control"):
        case = next(case for case in cases if case.name == name)
        path = tmp_path / name
        path.write_bytes(case.content)
        kind = Format.XLSX if name.startswith("xlsx") else Format.PARQUET
        there = confined.convert(path, tmp_path / "there", kind=kind, limits=LIMITS)
        here = confined.convert_here(path, tmp_path / "here", kind=kind, limits=LIMITS)
        assert there == here
        assert pq.read_table(tmp_path / "there") == pq.read_table(tmp_path / "here")


def test_limits_refuse(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a,b\n" + "1,2\n" * 50 + "1\n" * 50)
    for limits, code in (
        (Limits(file_bytes=100), "FILE_TOO_LARGE"),
        (Limits(lines=99), "LINES_TOO_MANY"),
        (Limits(broken_lines=49), "BROKEN_LINES_TOO_MANY"),
        (Limits(columns=1), "COLUMNS_TOO_MANY"),
        (Limits(line_bytes=2), "LINE_TOO_LONG"),
    ):
        with pytest.raises(TabularRefused) as refused:
            reading.to_parquet(
                path, reading.inspect(path, declared_name="x", limits=limits), tmp_path / "out", limits=limits
            )
        assert refused.value.code == code
