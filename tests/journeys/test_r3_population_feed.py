"""R3: the population base's feed: new person, new name; the same feed again changes nothing."""

from collections.abc import Callable
from pathlib import Path

from chengxin.identifiers.identity import IdentityNumber
from chengxin.persons import lookups as persons
from factories import intake as given
from journeys.conftest import DAY, Journey

Command = Callable[..., tuple[int, dict[str, object]]]


def feed(path: Path, *rows: str) -> Path:
    header = "kind,identity_number,name,effective_on,new_identity_number,new_name,died_on"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_new_person_and_a_new_name_are_known_within_one_run(
    journey: Journey, province: list[int], command: Command, tmp_path: Path
) -> None:
    rows = (
        f"NEW,{given.number(50)},{given.name(50)},2026-01-01,,,",
        f"NAME_CHANGE,{given.number(0)},{given.name(0)},2026-02-01,,陈新名,",
    )
    file = feed(tmp_path / "feed.csv", *rows)
    status, answer = command("population", "apply", file, "--feed", "2")
    assert (status, answer["lines"], answer["accepted"]) == (0, 2, 2)
    assert persons.find_person_by_identity(IdentityNumber.parse(given.number(50), today=DAY)) is not None
    sent = journey.send([given.line(0, 姓名="陈新名"), given.line(1, 证件号码=given.number(0), 姓名=given.name(0))])
    assert sent.result.count("陈新名") == 1
    assert journey.file_of(province[0]).count("闽市监罚〔2026〕") >= 2
    status, again = command("population", "apply", file, "--feed", "2")
    assert status == 0
    assert again["accepted"] in {0, answer["accepted"]}


def test_a_gap_in_the_feeds_is_refused(journey: Journey, command: Command, tmp_path: Path) -> None:
    file = feed(tmp_path / "feed.csv", f"NEW,{given.number(51)},{given.name(51)},2026-01-01,,,")
    status, answer = command("population", "apply", file, "--feed", "9")
    assert (status, answer["refused"]) == (1, "FEED_GAP")
