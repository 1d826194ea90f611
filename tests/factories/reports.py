"""What a report says about a made-up person, without a database."""

from datetime import UTC, date, datetime

from chengxin.identifiers.identity import mask, synthetic_number
from chengxin.reports import rules
from chengxin.reports.rules import AllowedLine, Both, Detail, LineOfItem, LookLine, ReportContents, Subject
from chengxin.reports.states import Extent

ISSUED = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ISSUER = "https://credit.example.invalid"
NUMBER = rules.new_number(lambda _limit: 4_821_093_755_661_203_994)

_PENALTY = Both(zh="市场监管行政处罚", en="Market regulation penalty")
_HONOUR = Both(zh="道德模范称号", en="Title of moral exemplar")
_MARKET = Both(zh="福州市市场监督管理局", en="Fuzhou Market Regulation")


def item(place: int) -> LineOfItem:
    """Return one item; every third is a commendation."""
    is_adverse = place % 3 != 2
    return LineOfItem(
        reference=f"{place:026d}".replace("0", "A").replace("1", "B"),
        version=1,
        item_code="MARKET.PENALTY" if is_adverse else "HONOUR.TITLE",
        name=_PENALTY if is_adverse else _HONOUR,
        kind="ADVERSE" if is_adverse else "COMMENDATION",
        domain=Both(zh="市场监管", en="Market regulation") if is_adverse else Both(zh="荣誉", en="Honours"),
        severity=Both(zh="一般", en="Ordinary") if is_adverse else None,
        occurred_on=date(2026, 1, 5),
        ended_on=None,
        document_on=date(2026, 2, 10),
        document=Both(zh=f"行政处罚决定书 闽市监罚〔2026〕{place}号", en=f"Penalty decision 闽市监罚〔2026〕{place}号"),
        body="福州市市场监督管理局",
        supplier=_MARKET,
        basis="中华人民共和国行政处罚法",
        article="第四十八条",
        verified="SEEN_PART" if is_adverse else "UNVERIFIED",
        shown_until=date(2027, 2, 10),
        details=(
            Detail(
                code="fact",
                name=Both(zh="违法事实", en="Facts"),
                value="销售不合格产品，已责令改正；未按规定建立进货查验记录制度，经两次检查仍未改正。",
            ),
            Detail(code="fine", name=Both(zh="罚款金额", en="Fine"), value="2000.00", is_money=True),
        ),
    )


def contents(*, items: int = 4, looks: int = 3, extent: Extent = Extent.WHOLE) -> ReportContents:
    """Return what a report says."""
    bank = Both(zh="海峡银行福州分行", en="Strait Bank, Fuzhou branch")
    loan = Both(zh="审批贷款", en="Deciding on a loan")
    allowed = (
        AllowedLine(
            organisation=bank,
            purpose=loan,
            granted_on=date(2026, 11, 1),
            last_on=date(2026, 12, 1),
            looks=2,
            used_count=1,
        ),
    )
    looked = tuple(
        LookLine(on=date(2026, 11, 20 - place % 19), organisation=bank, purpose=loan, was_shown=place % 2 == 0)
        for place in range(looks)
    )
    is_whole = extent is Extent.WHOLE
    return ReportContents(
        issuer=ISSUER,
        number=NUMBER,
        issued_at=ISSUED,
        last_on=rules.last_day_of(ISSUED),
        valid_until=rules.valid_until(ISSUED),
        extent=extent,
        subject=Subject(
            name="陈明杰",
            masked_number=mask(synthetic_number(born_on=date(1980, 3, 1), sequence=1)),
            birth_year=1980,
        ),
        items=tuple(item(place) for place in range(items)),
        allowed=allowed if is_whole else None,
        looks=looked if is_whole else None,
        looks_since=date(2024, 11, 23),
        look_count=looks if is_whole else 0,
    )
