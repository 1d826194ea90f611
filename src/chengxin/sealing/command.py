"""The command ``chengxin-verify``: check one file off line, print one sentence, and end with a number.

Exit 0: verified. Exit 1: not verified. Exit 2: wrong call (no such file, a trust file that cannot be read).
No network, no database, no settings. Installs alone (``verifier/``), and comes with the platform too.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from chengxin.sealing.faults import LARGEST_TEXT, Fault, NotVerified
from chengxin.sealing.sentences import LANGUAGES, sentence_of
from chengxin.sealing.trust import Trust
from chengxin.sealing.verdicts import Beside, Kind, Verdict, verify

VERIFIED: Final = 0
NOT_VERIFIED: Final = 1
WRONG_CALL: Final = 2


class _WrongCall(Exception):  # noqa: N818 - says what is the case
    """The command was called wrongly; the text says how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What stands behind the command's name; ``None``: those of the process.
    """
    options = _parser().parse_args(arguments)
    logging.disable()  # the libraries log what they refuse, with traces; here the sentence says it
    try:
        verdict = _verdict(options)
    except _WrongCall as wrong:
        print(f"chengxin-verify: {wrong}", file=sys.stderr)
        return WRONG_CALL
    sentence = sentence_of(verdict, options.language)
    if options.json:
        answer = {
            "kind": verdict.kind,
            "verified": verdict.is_verified,
            "code": verdict.fault,
            "place": verdict.place,
            "facts": dict(verdict.facts),
            "cautions": list(verdict.cautions),
            "sentence": sentence,
        }
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(sentence)
    return VERIFIED if verdict.is_verified else NOT_VERIFIED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chengxin-verify",
        description="Check a report, credential, receipt, archive, file of looks, proof or checkpoint, off line.",
        epilog="Exit 0: verified. 1: not verified. 2: wrong call.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="what is checked")
    parser.add_argument("--trust", metavar="TRUST.json", type=Path, help="keys that you have from elsewhere")
    parser.add_argument("--keys", metavar="KEYS.jws", type=Path, help="a newer list of keys, from the public portal")
    parser.add_argument("--status", metavar="FILE", type=Path, help="a status list of the platform")
    parser.add_argument("--proof", metavar="FILE", type=Path, help="a proof of age: an event with the file's digest")
    parser.add_argument("--earlier", metavar="FILE", type=Path, help="a checkpoint that you kept")
    parser.add_argument("--at-least", metavar="N", type=int, default=0, help="number of looks that you know of")
    parser.add_argument(
        "--expect", metavar="NAME=VALUE", action="append", default=[], help="what must stand in a receipt"
    )
    parser.add_argument("--at", metavar="MOMENT", help="judge as of this moment (RFC 3339) instead of now")
    parser.add_argument("--language", choices=LANGUAGES, default="zh", help="of the sentence")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _verdict(options: argparse.Namespace) -> Verdict:
    """Return the verdict over the file.

    Raises:
        _WrongCall: A file cannot be read, or what is given as trusted cannot be used.
    """
    trust = _trust(options)
    beside = Beside(
        status=_read(options.status),
        proof=_read(options.proof),
        earlier=_read(options.earlier),
        at_least=options.at_least,
        expected=_expected(options.expect),
    )
    moment = _moment(options.at)
    try:
        with options.file.open("rb") as source:
            if trust is None:
                return Verdict(kind=Kind.UNKNOWN, fault=Fault.TRUST_MISSING, place="--trust")
            return verify(source, trust, now=moment, beside=beside)
    except OSError as wrong:
        message = f"{options.file}: {wrong.strerror}"
        raise _WrongCall(message) from None
    except Exception:  # noqa: BLE001 - nobody is shown a trace; refused, as anything unforeseen
        return Verdict(kind=Kind.UNKNOWN, fault=Fault.MALFORMED)


def _trust(options: argparse.Namespace) -> Trust | None:
    text = _read(options.trust)
    if text is None:
        return None
    try:
        trust = Trust.parse(text)
        newer = _read(options.keys)
        return trust if newer is None else trust.with_keys(newer.removesuffix("\n"))
    except NotVerified as wrong:
        message = f"what is given as trusted cannot be used: {wrong}"
        raise _WrongCall(message) from None


def _read(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        with path.open("rb") as source:
            raw = source.read(LARGEST_TEXT + 1)
        return raw.decode()
    except (OSError, UnicodeDecodeError) as wrong:
        message = f"{path}: {getattr(wrong, 'strerror', None) or 'no text'}"
        raise _WrongCall(message) from None


def _expected(pairs: Sequence[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            message = f"--expect {pair}: NAME=VALUE is expected"
            raise _WrongCall(message)
    return dict(pair.split("=", 1) for pair in pairs)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"--at {text}: a moment with its zone is expected"
        raise _WrongCall(message)
    return moment


if __name__ == "__main__":
    sys.exit(main())
