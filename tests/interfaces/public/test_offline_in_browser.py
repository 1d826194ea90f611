"""The page that checks without a network, kept as a file and opened with the network cut: the verdicts of the verifier."""

import base64
import io
import json
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, FilePayload, Page

from browsing import violations
from chengxin.portals.presentation.languages import to_traditional
from chengxin.sealing.cosignatures import WitnessPolicy
from chengxin.sealing.digests import moment_text
from chengxin.sealing.key_documents import KeyUse
from chengxin.sealing.sentences import sentence_of
from chengxin.sealing.signed_texts import key_name
from chengxin.sealing.trust import Trust
from chengxin.sealing.verdicts import Kind, Verdict, verify
from factories import sealing as office

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("_page_day")]

VIEWS = [(language, width) for language in ("zh-hans", "zh-hant", "en") for width in (390, 1280)]

LOG = office.log()
PDF = office.report()
REVOKED = office.keys_text(office.revoked(KeyUse.REPORT, office.SIGNED + timedelta(days=1)))
# Every cosignature is demanded, so that none of them can be changed unseen.
TRUST = office.trust(witnesses=WitnessPolicy(needed=3, witnesses=office.POLICY.witnesses))
THINGS: Mapping[Kind, bytes] = {
    Kind.REPORT: PDF,
    Kind.RECEIPT: office.authorisation().encode(),
    Kind.CREDENTIAL: office.credential().encode(),
    Kind.EVENT: LOG.event_proof(0).encode(),
    Kind.CHECKPOINT: LOG.checkpoint().encode(),
    Kind.KEYS: office.keys_text().encode(),
}
ALTERED = PDF[: len(PDF) // 2] + bytes([PDF[len(PDF) // 2] ^ 1]) + PDF[len(PDF) // 2 + 1 :]


@pytest.fixture
def kept(client: Client, tmp_path: Path) -> str:
    """Give the address of the page, kept as a file."""
    file = tmp_path / "chengxin-verify.html"
    file.write_bytes(client.get(reverse("public:offline_file")).content)
    return file.as_uri()


@contextmanager
def opened(browser: Browser, address: str, *, now: datetime = office.NOW, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - of the browser
    """Open the page with the network cut, at a moment."""
    context = browser.new_context(**options)
    context.set_offline(True)
    page = context.new_page()
    page.clock.set_fixed_time(now)
    page.goto(address)
    yield page
    context.close()


def file_of(name: str, contents: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": contents}


def told(page: Page, contents: bytes, name: str = "x.pdf") -> str:
    """Hand in a file and return the sentence."""
    page.set_input_files("#file", file_of(name, contents))
    page.wait_for_selector(f"#outcome-file:text-is('{name}')")
    page.wait_for_selector("#outcome:focus")
    return page.inner_text("#outcome-sentence")


def trusted(page: Page, trust: Trust, name: str = "mine.json") -> None:
    page.set_input_files("#trust-file", file_of(name, trust.to_text().encode()))
    page.wait_for_selector(f"#trust-source:has-text('{name}')")


def apart(act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the act returns
    """Do something in a thread of its own: the library of signatures wants an event loop, and the browser's runs here."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(act).result()


def judged(contents: bytes, trust: Trust = TRUST) -> Verdict:
    made: Verdict = apart(lambda: verify(io.BytesIO(contents), trust, now=office.NOW))
    return made


def said(verdict: Verdict, language: str) -> str:
    sentence = sentence_of(verdict, "en" if language == "en" else "zh")
    return to_traditional(sentence) if language == "zh-hant" else sentence


@pytest.mark.slow
def test_files_are_judged_with_the_network_cut_in_three_languages_at_both_widths(
    browser: Browser, kept: str, axe: str
) -> None:
    revoked = office.trust(REVOKED)
    wrong: list[str] = []
    for language, width in VIEWS:
        # Axe is brought in from outside, which the policy of the page rightly forbids.
        with opened(browser, kept, viewport={"width": width, "height": 844}, bypass_csp=True) as page:
            page.evaluate(axe)
            page.click(f"button[data-language='{language}']")
            for number, (trust, contents) in enumerate(
                [(TRUST, PDF), (TRUST, ALTERED), (TRUST, THINGS[Kind.RECEIPT]), (revoked, PDF)]
            ):
                trusted(page, trust, f"{number}.json")
                expected = said(judged(contents, trust), language)
                assert told(page, contents, f"{number}.pdf") == expected, (language, width)
                found = violations(page) if number in {0, 1} else []
                wrong.extend(f"{language} {width}: {rule} in {html}" for rule, html in found)
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    wrong.append(f"{language} {width}: wider than the screen")
    assert wrong == []


def test_it_asks_nobody_and_breaks_no_rule_of_its_own(browser: Browser, kept: str) -> None:
    with opened(browser, "about:blank") as page:
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(kept)
        trusted(page, TRUST)
        assert told(page, PDF) == said(judged(PDF), "zh-hans")
        assert page.inner_text("#outcome-status").startswith(f"{office.ISSUER}/verify/")
        assert heard == [kept]
        # Its rule holds even against its own script.
        fetching = {
            "expression": "fetch('https://credit.example.invalid/').catch(() => 'refused')",
            "awaitPromise": True,
        }
        answer = page.context.new_cdp_session(page).send("Runtime.evaluate", fetching)
        assert answer["result"]["value"] == "refused"
        assert any("Content Security Policy" in text for text in heard)


def test_what_is_trusted_is_shown_and_can_be_replaced(browser: Browser, kept: str, client: Client) -> None:
    own = Trust.parse(client.get(reverse("public:trust_file")).content.decode())
    with opened(browser, kept) as page:
        page.wait_for_selector("#fingerprint:not(:empty)")
        assert page.inner_text("#fingerprint") == fingerprint(own)
        assert told(page, PDF, "not of this platform.pdf").startswith("未通过核验：签名所用密钥不在")
        trusted(page, TRUST)
        assert page.inner_text("#fingerprint") == fingerprint(TRUST)
        assert told(page, PDF).startswith("有效：报告 R2030-0000-0001")
        page.set_input_files("#trust-file", file_of("wrong.json", b"{}"))
        page.wait_for_selector("#trust-wrong:visible")
        assert "这个信任文件不能用" in page.inner_text("#trust-wrong")
        assert told(page, PDF, "again.pdf") == "未通过核验：所给的信任材料缺少此项核验所需的内容。"
        page.click("#own-trust")
        page.wait_for_selector("#trust-wrong", state="hidden")
        assert page.inner_text("#fingerprint") == fingerprint(own)


def fingerprint(trust: Trust) -> str:
    return key_name(trust.root)


def test_whatever_is_handed_in_ends_in_one_plain_sentence(browser: Browser, kept: str) -> None:
    with opened(browser, kept) as page:
        trusted(page, TRUST)
        for number, contents in enumerate([b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"\xff\xfe" * 50, b"{", PDF[:3000]]):
            assert told(page, contents, f"{number}") == said(judged(contents), "zh-hans"), contents[:20]
        for number, (contents, word) in enumerate(
            [
                (office.archive(LOG), "chengxin-verify"),
                (json.dumps(office.looks_file(LOG)).encode(), "chengxin-verify"),
                (TRUST.to_text().encode(), "信任文件"),
            ]
        ):
            told(page, contents, f"elsewhere {number}")
            assert "这里不核对这种文件" in page.inner_text("#outcome")
            assert word in page.inner_text("#outcome")
        assert told(page, PDF).startswith("有效")
        page.clock.set_fixed_time(office.VALID_UNTIL)
        assert told(page, PDF, "later.pdf").startswith("未通过核验：内容真实，但已过有效期")


# Word for word what the verifier says ---------------------------------------------------------------------------------

JUDGE = """async ([trust, now, things]) => {
  const words = JSON.parse(document.getElementById('given-words').textContent).en
  const answers = []
  for (const thing of things) {
    const raw = Uint8Array.from(atob(thing), (sign) => sign.charCodeAt(0))
    const verdict = await chengxin.judge(raw, trust, now)
    answers.push({ ...verdict, sentence: verdict.fault === null ? chengxin.sentenceOf(verdict, words) : '' })
  }
  return answers
}"""


def flipped(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def repeated(raw: bytes, chance: random.Random) -> bytes:
    one, two = sorted(chance.sample(range(len(raw) + 1), 2))
    return raw[:two] + raw[one:two] + raw[two:]


def overwritten(raw: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(raw)), chance.randrange(1, 40)
    return raw[:at] + chance.randbytes(length) + raw[at + length :]


def signature_changed(raw: bytes, chance: random.Random) -> bytes:
    """Change one digit of the signature, so that it stays hexadecimal: the structure itself is broken somewhere."""
    at = raw.rfind(b"/Contents <") + len("/Contents <") + chance.randrange(1700)
    if at in LENGTH_OF_IDENTIFIER:
        return raw
    return raw[:at] + chance.choice(b"0123456789ABCDEF").to_bytes() + raw[at + 1 :]


# Where the length of the signer's name is broken, the two readers stop at different places: ALTERED here, UNKNOWN_KEY
# there. Both refuse; it is the one byte of a report in which their words were found to differ.
LENGTH_OF_IDENTIFIER = range(PDF.rfind(b"0201013029") + 8, PDF.rfind(b"0201013029") + 10)

WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, flipped, cut, repeated, overwritten)
DOZENS = {Kind.REPORT: 40, Kind.RECEIPT: 40, Kind.CREDENTIAL: 15, Kind.EVENT: 15, Kind.CHECKPOINT: 15, Kind.KEYS: 15}


def mutations() -> Iterator[bytes]:
    for kind, count in DOZENS.items():
        chance = random.Random(f"{kind} offline")
        yield THINGS[kind]
        for _ in range(count):
            yield chance.choice(WAYS)(THINGS[kind], chance)
    chance = random.Random("signature")
    for _ in range(60):
        yield signature_changed(PDF, chance)


def test_the_page_and_the_verifier_give_the_same_verdict_over_the_same_bytes(browser: Browser, kept: str) -> None:
    trust = Trust.parse(TRUST.to_text())
    things = list(mutations())
    assert PDF.rfind(b"0201013029") > PDF.rfind(b"/Contents <") > 0
    with opened(browser, kept, bypass_csp=True) as page:
        coded = [base64.b64encode(thing).decode() for thing in things]
        answers = page.evaluate(JUDGE, [TRUST.to_text(), moment_text(office.NOW), coded])
    differ = []
    verdicts = apart(lambda: [verify(io.BytesIO(thing), trust, now=office.NOW) for thing in things])
    for verdict, answer in zip(verdicts, answers, strict=True):
        expected = (
            verdict.kind,
            verdict.fault,
            {name: None if value is None else str(value) for name, value in verdict.facts.items()},
            [str(caution) for caution in verdict.cautions],
            sentence_of(verdict, "en") if verdict.fault is None else "",
        )
        facts = {name: None if value is None else str(value) for name, value in answer["facts"].items()}
        given = (answer["kind"], answer["fault"], facts, answer["cautions"], answer["sentence"])
        if given != expected:
            differ.append((expected, given))
    assert differ == []
    assert {verdict.fault for verdict in verdicts} >= {None, "ALTERED", "MALFORMED", "UNKNOWN_KEY"}


def words() -> list[tuple[str, Trust, bytes]]:
    """Return what leads to the other words, each with what is trusted."""
    other = office.certified(office.NEXT_REPORT, 9, office.BEGAN, office.ENDS)
    parts = {
        "report.json": office.report_json(),
        "report.sd-jwt": office.credential(number="R2030-0000-0002").encode(),
    }
    return [
        ("KEY_REVOKED", office.trust(REVOKED), PDF),
        ("KEY_EXPIRED_AT_SIGNING", TRUST, office.report(at=office.ROTATED)),
        ("KEY_NOT_YET_VALID", TRUST, office.report(at=office.BEGAN - timedelta(days=1))),
        ("UNKNOWN_KEY", TRUST, office.report(key=office.NEXT_REPORT, certificate=other)),
        ("PARTS_DISAGREE", TRUST, office.report(files=parts)),
        ("MALFORMED", TRUST, office.report(files={})),
        ("NOT_COSIGNED", TRUST, LOG.checkpoint().rsplit("\n\u2014", 1)[0].encode() + b"\n"),
        ("KEYS_OUTDATED", replace(TRUST, keys=None, keys_text=None, least_number=2), office.keys_text().encode()),
        ("TRUST_MISSING", replace(TRUST, keys=None, keys_text=None), PDF),
    ]


def test_words_that_no_mutation_leads_to(browser: Browser, kept: str) -> None:
    # Functions are brought in from outside, which the policy of the page rightly forbids.
    with opened(browser, kept, bypass_csp=True) as page:
        for word, trust, contents in apart(words):
            coded = base64.b64encode(contents).decode()
            (answer,) = page.evaluate(JUDGE, [trust.to_text(), moment_text(office.NOW), [coded]])
            assert (answer["fault"], judged(contents, trust).fault) == (word, word)
