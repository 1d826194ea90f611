"""Every code that intake gives has its words, in a form that can be filled in."""

import re
from collections import defaultdict

import pytest
from django.utils import translation

from chengxin.checking.rules import HeldReason, Rule
from chengxin.intake import errors
from chengxin.intake.states import HeldState, Outcome
from chengxin.portals.presentation import rule_texts
from chengxin.tabular.errors import LineCode, RefusalCode

COLUMN_CODES = ("PROHIBITED_COLUMN", "HEADER_UNKNOWN", "HEADER_TWICE", "HEADER_MISSING")
DECLARED_CODES = ("DECLARED_COUNT", "DECLARED_DIGEST")
POLICY_CODES = ("NOT_A_SUPPLIER", "NOT_MANDATED", "NOT_YOUR_BATCH", "NOT_SECOND_OFFICER", "SAME_OFFICER", "NOT_A_CLERK")
ERROR_CODES = tuple(
    error.code
    for error in vars(errors).values()
    if isinstance(error, type)
    and issubclass(error, Exception)
    and error.__module__.startswith(("chengxin.intake", "chengxin.checking", "chengxin.tabular"))
)
# These are read as rules of their own, and not as unreadable lines.
AS_RULES = {LineCode.COLUMN_COUNT, LineCode.XLSX_FLOAT_LOST_DIGITS}
ALL_TEXTS = (
    *rule_texts.LINE_TEXTS.items(),
    *rule_texts.UNREADABLE_TEXTS.items(),
    *rule_texts.HELD_TEXTS.items(),
    *rule_texts.FILE_TEXTS.items(),
    *rule_texts.ACT_TEXTS.items(),
)


@pytest.mark.parametrize(
    "code", [*Rule, *HeldReason, *RefusalCode, *COLUMN_CODES, *DECLARED_CODES, *POLICY_CODES, *ERROR_CODES]
)
def test_every_code_has_words(code: str) -> None:
    assert rule_texts.has_words(str(code))


def test_every_unreadable_line_outcome_and_state_has_words() -> None:
    assert set(LineCode) - AS_RULES <= set(rule_texts.UNREADABLE_TEXTS)
    assert set(rule_texts.RESULT_OUTCOMES) == {outcome.value for outcome in Outcome}
    assert set(rule_texts.HELD_STATE_TEXTS) == {state.value for state in HeldState}


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize(("code", "text"), ALL_TEXTS)
def test_every_text_can_be_filled_in_in_every_language(language: str, code: str, text: rule_texts.RuleText) -> None:
    with translation.override(language):
        for words in (text.title, text.wrong, text.remedy):
            filled = str(words) % defaultdict(lambda: "x")
            assert filled, code
            assert not re.search(r"%\(", filled)


def test_a_detail_that_is_missing_leaves_a_dash() -> None:
    assert "—" in rule_texts.explain("DECLARED_COUNT", {"declared": "3"}).wrong
    assert rule_texts.explain("NEVER_HEARD_OF", {}).title
