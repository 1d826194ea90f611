"""R4c on a served site: from the upload page to the worker, to the person's file, and back by a second officer."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from python_calamine import CalamineWorkbook

from browsing import violations
from factories import intake as given
from journeys.furnishing import PASSWORD
from journeys.serving import Served
from sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
READ_BAR = """() => {
  const bar = document.querySelector('.cx-progress__bar')
  const stage = document.querySelector('.cx-progress__stage')
  return bar && stage && [bar.getAttribute('value') || '', stage.textContent.trim().split(/\\s/)[0]]
}"""
SETTLED_SECONDS = 180
RIGHT = 4_000
OUTCOMES = ("入库", "未收", "待核", "无变化")


def lines_of(mark: str, *, citizen: int, today: date, count: int) -> list[dict[str, str]]:
    """Return right lines, the first of them about the citizen, and behind them a wrong one and a stranger's name."""
    on = {"发生日期": (today - timedelta(days=60)).isoformat(), "文书日期": (today - timedelta(days=30)).isoformat()}
    people = [citizen, *(3 + index % 27 for index in range(count + 1))]
    lines = [
        given.line(
            person,
            **on,
            信息编号=f"{mark}-{place:06d}",
            文书号=f"闽市监罚〔{today.year}〕{mark}{place}号",
            违法事实=f"销售不合格产品，第{place}次，标记{mark}。",
        )
        for place, person in enumerate(people)
    ]
    lines[-2]["失信程度"] = "坏"
    lines[-1]["姓名"] = "别的人"
    return lines


def workbook_of(lines: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(lines[0]), *(list(line.values()) for line in lines)]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def marked_rows(path: Path) -> list[list[str]]:
    """Return the rows of a marked file, its header first, as whoever downloads it opens it."""
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    return [list(map(str, row)) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()]


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, site: Site, *, width: int, scripts: bool) -> None:
        self.browser, self.site, self.width = browser, site, width
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=scripts, locale="zh-CN", accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)

    def sign_in(self, username: str, path: str) -> Page:
        self.page.goto(f"{self.site.address}/account/login/?next={path}")
        self.page.fill("input[name=login]:visible", username)
        self.page.fill("input[name=password]:visible", PASSWORD)
        self.page.press("input[name=password]:visible", "Enter")
        self.page.wait_for_url(f"**{path}")
        return self.page

    def check(self, axe: str) -> None:
        """Check that the page of this moment passes axe and fits the screen, in a window that lets axe in."""
        beside = self.browser.new_context(
            storage_state=self.context.storage_state(), viewport={"width": self.width, "height": 844}, bypass_csp=True
        )
        page = beside.new_page()
        page.goto(self.page.url)
        page.evaluate(axe)
        assert violations(page) == [], self.page.url
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), self.page.url
        beside.close()

    def upload(self, name: str, contents: bytes) -> None:
        self.page.goto(f"{self.site.address}/organisation/upload/?item={given.ITEM}")
        self.page.set_input_files("input[name=file]", {"name": name, "mimeType": "", "buffer": contents})
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url("**/organisation/batches/**")

    def wait(self, *, scripts: bool) -> list[tuple[str, str]]:
        """Wait for the result; return what bar and stage showed, one after another.

        With scripts the page comes to it by itself. Without them the page offers a link that asks anew.
        """
        seen: list[tuple[str, str]] = []
        until = time.monotonic() + SETTLED_SECONDS
        while not self.page.locator("ul.cx-counts").count():
            assert time.monotonic() < until, self.page.inner_text("main")
            if scripts:
                try:
                    shown = self.page.evaluate(READ_BAR)
                except PlaywrightError:  # the page was just coming to the result by itself
                    shown = None
                if shown and (not seen or seen[-1] != tuple(shown)):
                    seen.append((shown[0], shown[1]))
                time.sleep(0.05)
            else:
                self.page.click("#progress noscript a")
                time.sleep(0.5)
        return seen

    def download(self, target: Path) -> Path:
        """Download the marked file from the page of a batch."""
        with self.page.expect_download() as download:
            self.page.click("main a.govuk-button >> text=下载标好的文件")
        download.value.save_as(target)
        return target

    def reverse(self, address: str) -> None:
        """Take a batch back, as its second officer, after reading what that will do."""
        self.page.goto(address)
        self.page.click("main a.govuk-button >> text=整批撤销")
        self.page.fill("textarea[name=reasons]", "源系统导出时选错了年份。")
        self.page.click("main form button[type=submit]")
        self.page.click("main form button >> text=确认撤销这一批")
        self.page.wait_for_url(f"{address}*")
        assert "已整批撤销" in self.page.inner_text("main")

    def counts(self) -> dict[str, int]:
        entries = self.page.locator("ul.cx-counts >> nth=0").locator("li").all_inner_texts()
        told = {re.sub(r"[\d,\s]", "", entry): int(re.sub(r"\D", "", entry)) for entry in entries}
        return {outcome: told[outcome] for outcome in OUTCOMES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way through the journey: on which screen, with or without scripts, about whom, with which kind of file."""

    width: int
    scripts: bool
    citizen: int
    ending: str

    @property
    def mark(self) -> str:
        return f"W{self.width}{'J' if self.scripts else 'N'}"

    @property
    def right(self) -> int:
        return RIGHT if self.scripts else 6


@pytest.fixture(
    params=[
        Way(width=390, scripts=True, citizen=0, ending="xlsx"),
        Way(width=1280, scripts=True, citizen=1, ending="xlsx"),
        Way(width=390, scripts=False, citizen=2, ending="csv"),
    ],
    ids=["phone", "desktop", "phone-without-scripts"],
)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def visitor(browser: Browser, served: Served, way: Way) -> Iterator[Callable[[], Visitor]]:
    """Give what opens a browser for one more person; no page of theirs may have complained."""
    opened: list[Visitor] = []

    def open_one() -> Visitor:
        opened.append(Visitor(browser, served.site, width=way.width, scripts=way.scripts))
        return opened[-1]

    yield open_one
    said = [words for one in opened for words in one.said]
    for one in opened:
        one.context.close()
    assert said == []


def test_a_batch_goes_from_the_page_to_the_person_and_back(
    served: Served, way: Way, visitor: Callable[[], Visitor], axe: str, tmp_path: Path
) -> None:
    lines = lines_of(way.mark, citizen=way.citizen, today=served.today, count=way.right)
    name = f"2026-处罚-{way.mark}.{way.ending}"
    contents = workbook_of(lines) if way.ending == "xlsx" else given.csv_bytes(lines)

    # The officer sends the file, sees the bar move, and then what became of each line.
    sender = visitor()
    sender.sign_in("sender", "/organisation/upload/")
    sender.check(axe)
    sender.upload(name, contents)
    seen = sender.wait(scripts=way.scripts)
    assert len(seen) > 1 or not way.scripts, seen
    assert sender.counts() == {"入库": way.right, "未收": 1, "待核": 1, "无变化": 0}
    address = sender.page.url.split("?")[0]
    sender.page.goto(address)
    sender.check(axe)
    switch_languages(sender.page, address)
    check_marked(sender.download(tmp_path / f"marked.{way.ending}"), lines, right=way.right)

    # The same file again says nothing new.
    sender.upload(name, contents)
    sender.wait(scripts=way.scripts)
    again = sender.counts()
    assert (again["入库"], again["无变化"], sum(again.values())) == (0, way.right, len(lines))

    # The person reads it, until a second officer takes it back by one act.
    person = visitor()
    person.sign_in(f"citizen-{way.citizen}", "/me/file/")
    assert f"标记{way.mark}" in person.page.inner_text("main")
    person.check(axe)
    second = visitor()
    second.sign_in("second", "/organisation/")
    second.reverse(address)
    second.check(axe)
    person.page.goto(f"{served.site.address}/me/file/")
    assert f"标记{way.mark}" not in person.page.inner_text("main")


def switch_languages(page: Page, address: str) -> None:
    """Go through the three languages; each time it is the same page, in that language."""
    for language in ("en", "zh-Hant", "zh-Hans"):
        page.click(f".cx-languages a[hreflang={language}]")
        page.wait_for_url(address)
        assert page.get_attribute("html", "lang") == language


def check_marked(path: Path, lines: list[dict[str, str]], *, right: int) -> None:
    """Check that a marked file is the one that was sent, with outcome, reason and remedy behind each line."""
    header, *rows = marked_rows(path)
    outcome = len(lines[0])
    assert "结果" in header[outcome]
    assert [row[:outcome] for row in rows] == [list(line.values()) for line in lines]
    assert {row[outcome] for row in rows[:right]} == {"入库"}
    assert [row[outcome] for row in rows[right:]] == ["未收", "待核"]
    assert all(rows[right][outcome + 1 :]), rows[right]
