"""R4c: whatever is sent, the main job answers clearly, leaves nothing half-done, and stays within its memory."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factories import intake as given
from factories.hostile import corpus
from factories.hostile_batches import Hostile, hostile_batches
from sites import Site, new_site

pytestmark = pytest.mark.slow
SENDING = Path(__file__).with_name("sending.py")
MOST_MIB = 600
"""Memory of the process that takes the files in, whatever they are."""
MOST_CHILD_MIB = 600
"""Memory of the confined process that reads workbooks and Parquet files."""
MOST_SECONDS = 60
SENDING_SECONDS = 2400
OTHER_COLUMNS = frozenset({"HEADER_UNKNOWN", "HEADER_MISSING", "HEADER_TWICE", "PROHIBITED_COLUMN"})
COUNTS = ("accepted", "rejected", "held", "unchanged")
BY_COMMAND = (
    "encoding-gb18030.csv", "encoding-utf-16.csv", "huge-line.csv", "bomb-of-zeros.xlsx", "numbers-as-floats.xlsx",
    "numbers-as-floats.parquet", "deep.jsonl", "cut-5.xlsx", "header-prohibited.csv", "-o.csv", "a\nb.csv",
    "every-day-of-four-years.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with new_site() as made:
        yield made


@pytest.fixture(scope="module")
def sent(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[Hostile, Any]], dict[str, Any]]:
    """Send everything once; give each file with its answer, and what was left behind."""
    folder = tmp_path_factory.mktemp("hostile")
    unread = [
        Hostile(re.sub(r"[^\w.-]", "_", case.name), _writing(case.content), case.refused or "COLUMNS")
        for case in corpus(tmp_path_factory.mktemp("made"))
    ]
    files = [*hostile_batches(), *unread]
    paths = []
    for at, file in enumerate(files):
        (folder / str(at)).mkdir()
        path = folder / str(at) / file.name
        file.write(path)
        paths.append(str(path))
    listed, answers = folder / "listed.json", folder / "answers.json"
    listed.write_text(json.dumps(paths), encoding="utf-8")
    left = site.run(SENDING, listed, answers, seconds=SENDING_SECONDS)
    return list(zip(files, json.loads(answers.read_text(encoding="utf-8")), strict=True)), left


def _writing(contents: bytes) -> Any:  # noqa: ANN401 - what writes a file
    return lambda path: path.write_bytes(contents)


def _wrong_with(file: Hostile, told: dict[str, Any]) -> list[str]:
    """Return what is wrong with an answer."""
    shown = told["said"].replace(json.dumps(file.name, ensure_ascii=False)[1:-1], "")
    answer = json.loads(told["said"])
    wrong = {
        "says more than its answer": told["wrong"] or "Traceback" in shown or shown.count("\n") != 1,
        "shows a number": re.search(r"359900\d{11}", shown),
    }
    if "refused" in answer:
        expected = OTHER_COLUMNS if file.refused == "COLUMNS" else {file.refused}
        wrong["is refused otherwise"] = answer["refused"] not in expected
        wrong["is a refusal that does not say so"] = (told["status"], answer.get("state")) != (1, "REFUSED")
    else:
        wrong["is not refused"] = file.refused
        wrong["does not add up"] = answer["lines"] != sum(answer[count] for count in COUNTS)
        wrong["is not posted"] = answer["state"] != "POSTED"
        wrong["has other lines"] = file.lines not in {None, answer["lines"]}
        wrong["has other items"] = file.accepted not in {None, answer["accepted"]}
    return [what for what, is_so in wrong.items() if is_so]


def test_every_file_gets_a_clear_answer(sent: tuple[list[tuple[Hostile, Any]], dict[str, Any]]) -> None:
    answered, _left = sent
    assert len(answered) >= 300
    wrong = [(file.name[:60], what, told["said"][:500]) for file, told in answered if (what := _wrong_with(file, told))]
    assert wrong == [], "\n".join(map(str, wrong))


def test_nothing_is_left_half_done(sent: tuple[list[tuple[Hostile, Any]], dict[str, Any]]) -> None:
    answered, told = sent
    left = told["left"]
    assert (left["work"], left["strays"], left["faults"]) == ([], [], [])
    assert (left["unsettled"], left["not_added_up"], left["refused_with_posting"], left["names"]) == (0, 0, 0, 0)
    assert left["batches"] == len(answered)
    assert left["versions"] == left["accepted"]


def test_memory_and_time_stay_within_their_bounds(sent: tuple[list[tuple[Hostile, Any]], dict[str, Any]]) -> None:
    answered, told = sent
    most = max(answered, key=lambda pair: pair[1]["mib"])
    slowest = max(answered, key=lambda pair: pair[1]["seconds"])
    sys.stdout.write(
        f"\n{len(answered)} files: most memory {most[1]['mib']} MiB with {most[0].name[:40]!r}, in a confined process"
        f" {told['children_mib']} MiB; slowest {slowest[1]['seconds']} s with {slowest[0].name[:40]!r}\n"
    )
    assert most[1]["mib"] < MOST_MIB, most
    assert told["children_mib"] < MOST_CHILD_MIB
    assert slowest[1]["seconds"] < MOST_SECONDS, slowest


@pytest.mark.usefixtures("sent")
def test_the_command_line_answers_the_same(site: Site, tmp_path: Path) -> None:
    files = {file.name: file for file in hostile_batches()}
    for name in BY_COMMAND:
        path = tmp_path / name
        files[name].write(path)
        words = ["--today", given.NOW.date().isoformat(), "intake", "submit", path]
        words += ["--item", given.ITEM, "--supplier", given.SUPPLIER]
        status, said, wrong = site.command("--json", *words)
        assert wrong == "", (name, wrong)
        answer = json.loads(said)
        refused = files[name].refused
        assert (status, answer.get("refused", "")) == ((1, refused) if refused else (0, "")), (name, answer)
        if not refused:
            assert (answer["accepted"], answer["lines"]) == (0, sum(answer[count] for count in COUNTS)), (name, answer)
        status, said, wrong = site.command(*words)  # as people read it
        assert "Traceback" not in said + wrong
        assert ("（代码 " in wrong, said == "") == (bool(refused), bool(refused)), (name, said, wrong)
