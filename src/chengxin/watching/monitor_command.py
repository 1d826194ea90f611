"""The command ``chengxin-monitor``: look at a published ledger once, print one sentence, and end with a number.

Exit 0: nothing was found. Exit 1: something was. Exit 2: wrong call (an address that is none, a trust or state file
that cannot be used). Made to be run again and again by anybody: a newspaper, an archive, a person.
"""

import argparse
import hashlib
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from chengxin.sealing.faults import LARGEST_TEXT, NotVerified
from chengxin.sealing.sentences import LANGUAGES, reason_of
from chengxin.sealing.tiles import write_file
from chengxin.sealing.trust import Trust
from chengxin.watching.fetching import Answer, ask, check_address
from chengxin.watching.monitor import OLDEST, Finding, Report, Seen, visit

FINE: Final = 0
FOUND: Final = 1
WRONG_CALL: Final = 2

LARGEST_STATE: Final = 64 << 20

_FINDINGS: Final[Mapping[str, Mapping[Finding, str]]] = {
    "en": {
        Finding.UNREACHABLE: "the ledger, or a part of it, was not to be had",
        Finding.TILE_MISSING: "a file of the ledger is missing",
        Finding.TILE_CHANGED: "the files of the ledger do not have the signed digest",
        Finding.REWRITTEN: "the ledger was rewritten: entries that were seen before were changed or removed",
        Finding.COSIGNED_TOO_OLD: "the witnesses have not cosigned for too long",
        Finding.COSIGNED_DIFFERS: "the ledger shown here is not the one that the witnesses cosigned",
    },
    "zh": {
        Finding.UNREACHABLE: "取不到账本或其中一部分",
        Finding.TILE_MISSING: "账本缺少一个文件",
        Finding.TILE_CHANGED: "账本的文件与签名的摘要不符",
        Finding.REWRITTEN: "账本被改写：以前见过的条目被改动或删除",
        Finding.COSIGNED_TOO_OLD: "见证方太久没有联署",
        Finding.COSIGNED_DIFFERS: "这里给出的账本不是见证方联署的账本",
    },
}
_SENTENCES: Final = {
    "en": {
        "found": "Something is wrong: {reason}{place}.",
        "place": " ({place})",
        "evidence": " Both signed texts are kept in {file}: they are the evidence.",
        "first": "Fine: {origin} has {size} entries; this was the first visit, nothing could be compared yet",
        "again": "Fine: {origin} has {size} entries and begins with the {before} that were seen before",
        "witnesses": "; {witnesses} witnesses cosigned up to entry {cosigned_size}",
        "none": "; no witnesses were demanded, so others might be shown another ledger",
        "read": "; all entries were read",
        "end": ".",
    },
    "zh": {
        "found": "发现问题：{reason}{place}。",
        "place": "（{place}）",
        "evidence": "两份签名原文存于 {file}，它们就是证据。",
        "first": "正常：{origin} 有 {size} 笔；这是第一次查看，还没有可以比较的",
        "again": "正常：{origin} 有 {size} 笔，以之前见过的 {before} 笔为开头",
        "witnesses": "；{witnesses} 个见证方联署到第 {cosigned_size} 笔",
        "none": "；未要求见证方联署，他人看到的账本可能不同",
        "read": "；已读全部条目",
        "end": "。",
    },
}


class _WrongCall(Exception):  # noqa: N818 - says what is the case
    """The command was called wrongly; the text says how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What stands behind the command's name; ``None``: those of the process.
    """
    options = _parser().parse_args(arguments)
    logging.disable()
    now = datetime.now(UTC)
    try:
        report = _visited(options, now)
        evidence = _keep(options.state, report)
    except _WrongCall as wrong:
        print(f"chengxin-monitor: {wrong}", file=sys.stderr)
        return WRONG_CALL
    sentence = _sentence(report, options.language, evidence)
    if options.json:
        answer = {
            "fine": report.finding is None,
            "code": report.finding,
            "place": report.place,
            "facts": report.facts,
            "evidence": evidence,
            "sentence": sentence,
        }
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(sentence)
    return FINE if report.finding is None else FOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chengxin-monitor",
        description="Look at a published ledger: signature, witnesses, and whether it continues what was seen before.",
        epilog="Exit 0: fine. 1: something was found. 2: wrong call.",
    )
    parser.add_argument("url", metavar="URL", help="address of the ledger, such as https://example.org/ledger/")
    parser.add_argument("--trust", metavar="TRUST.json", type=Path, required=True, help="keys you have from elsewhere")
    parser.add_argument("--keys", metavar="KEYS.jws", type=Path, help="a newer list of keys")
    parser.add_argument("--state", metavar="FILE", type=Path, required=True, help="what was seen last; kept here")
    parser.add_argument("--all", action="store_true", help="read all entries and compute the digest anew")
    parser.add_argument(
        "--oldest", metavar="HOURS", type=int, default=int(OLDEST.total_seconds() // 3600),
        help="how long ago the witnesses may have cosigned last; 24 if not given",
    )  # fmt: skip
    parser.add_argument("--language", choices=LANGUAGES, default="zh", help="of the sentence")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _visited(options: argparse.Namespace, now: datetime) -> Report:
    try:
        address = check_address(options.url)
    except ValueError as wrong:
        raise _WrongCall(str(wrong)) from None
    trust = _trust(options)
    seen = _seen(options.state)

    def fetch(path: str) -> Answer:
        return ask(f"{address}{path}")

    return visit(fetch, trust, seen, now=now, reads_all=options.all, oldest=timedelta(hours=options.oldest))


def _trust(options: argparse.Namespace) -> Trust:
    text = _read(options.trust, LARGEST_TEXT)
    try:
        trust = Trust.parse("" if text is None else text)
        newer = None if options.keys is None else _read(options.keys, LARGEST_TEXT)
        return trust if newer is None else trust.with_keys(newer.removesuffix("\n"))
    except NotVerified as wrong:
        message = f"what is given as trusted cannot be used: {wrong}"
        raise _WrongCall(message) from None


def _seen(path: Path) -> Seen | None:
    if not path.exists():
        return None
    try:
        return Seen.parse(_read(path, LARGEST_STATE) or "")
    except NotVerified:
        # To begin anew would be to forget: the reader must decide, and move the file away.
        message = f"{path}: is no state of a monitor"
        raise _WrongCall(message) from None


def _read(path: Path, largest: int) -> str | None:
    try:
        with path.open("rb") as source:
            raw = source.read(largest + 1)
        return raw.decode()
    except (OSError, UnicodeDecodeError) as wrong:
        message = f"{path}: {getattr(wrong, 'strerror', None) or 'no text'}"
        raise _WrongCall(message) from None


def _keep(state: Path, report: Report) -> str | None:
    """Keep what was seen, or the evidence beside it, once; return where the evidence is.

    Raises:
        _WrongCall: The files cannot be written.
    """
    try:
        if report.seen is not None:
            write_file(state.parent, state.name, report.seen.to_text().encode())
        if not report.evidence:
            return None
        separator = f"\n{'=' * 20}\n\n"
        contents = separator.join(report.evidence).encode()
        name = f"{state.name}.evidence-{hashlib.sha256(contents).hexdigest()[:16]}.txt"
        write_file(state.parent, name, contents)
        return str(state.with_name(name))
    except OSError as wrong:
        message = f"{state}: {wrong.strerror}"
        raise _WrongCall(message) from None


def _sentence(report: Report, language: str, evidence: str | None) -> str:
    words = _SENTENCES[language]
    if report.finding is not None:
        if isinstance(report.finding, Finding):
            reason = _FINDINGS[language][report.finding]
        else:
            reason = reason_of(report.finding, language)
        place = words["place"].format(place=report.place) if report.place else ""
        kept = "" if evidence is None else words["evidence"].format(file=evidence)
        return words["found"].format(reason=reason, place=place) + kept
    told = words["first" if report.facts["before"] is None else "again"]
    told += words["witnesses" if report.facts["witnesses"] else "none"]
    if report.facts["read"] is not None:
        told += words["read"]
    return told.format(**report.facts) + words["end"]


if __name__ == "__main__":
    sys.exit(main())
