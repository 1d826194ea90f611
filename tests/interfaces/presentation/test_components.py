"""The shared components say what they must, in every language, and never judge a person."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from chengxin.portals.presentation import charts, values
from chengxin.portals.presentation.languages import in_current_language, to_traditional
from chengxin.portals.presentation.templatetags import components

TODAY = date(2028, 2, 29)


def render(text: str, **context: object) -> str:
    return engines["django"].from_string("{% load components %}" + text).render(context)


def answers(**changed: object) -> values.Answers:
    given: dict[str, object] = {
        "title": "教师资格",
        "plain": "您有教师资格。",
        "body": "测试市教育局",
        "document": "决定书 1 号",
        "document_on": date(2026, 3, 1),
        "basis": "中华人民共和国教师法",
        "article": "第十条",
        "verified": values.Verified.UNVERIFIED,
        "since_on": date(2026, 3, 1),
        "shown_until": TODAY,
        "used_until": None,
        "kept_until": date(2028, 3, 1),
    }
    return values.Answers(**{**given, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "questions"),
    [
        ("zh-hans", ["这是什么", "谁说的", "依据什么", "到哪一天为止", "我现在能做什么"]),
        ("zh-hant", ["這是什麼", "誰說的", "依據什麼", "到哪一天為止", "我現在能做什麼"]),
        ("en", ["What is this", "Who says so", "On which basis", "Until which day", "What you can do now"]),
    ],
)
def test_an_item_answers_five_questions_in_order(language: str, questions: list[str]) -> None:
    with translation.override(language):
        page = render("{% five_answers item today %}", item=answers(), today=TODAY)
    assert re.findall(r"<dt>(.*?)</dt>", page) == questions


def test_an_unverified_basis_says_so() -> None:
    page = render("{% five_answers item today %}", item=answers(), today=TODAY)
    assert "尚未核对原文" in page
    checked = render("{% five_answers item today %}", item=answers(verified=values.Verified.SEEN), today=TODAY)
    assert "尚未核对原文" not in checked
    assert "原文已核对" in checked


def test_what_a_supplier_wrote_is_escaped() -> None:
    page = render("{% five_answers item today %}", item=answers(title="<script>x</script>"), today=TODAY)
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2028, 2, 28), "已过期"),
        (TODAY, "今天是最后一天"),
        (date(2028, 3, 1), "还有 1 天"),
        (date(2031, 2, 28), "还有 1,095 天"),
    ],
)
def test_days_left_count_the_last_day(until: date, said: str) -> None:
    with translation.override("zh-hans"):
        assert components.days_left(until, TODAY) == said


def test_english_knows_one_and_many() -> None:
    with translation.override("en"):
        assert components.days_left(date(2028, 3, 1), TODAY) == "1 day left"
        assert components.days_left(date(2028, 3, 2), TODAY) == "2 days left"


def test_dates_are_written_as_the_reader_writes_them() -> None:
    with translation.override("zh-hans"):
        assert components.day(date(2026, 11, 23)) == "2026年11月23日"
    with translation.override("en"):
        assert components.day(date(2026, 11, 23)) == "23 November 2026"


def test_a_moment_is_shown_in_beijing_time() -> None:
    with translation.override("zh-hans"):
        assert components.moment(datetime(2028, 2, 28, 16, 0, 1, tzinfo=UTC)) == "2028年2月29日 00:00"


def test_pack_texts_follow_the_language() -> None:
    for language, said in (("zh-hans", "个人征信"), ("zh-hant", "個人徵信"), ("en", "Personal credit")):
        with translation.override(language):
            assert in_current_language("个人征信", "Personal credit") == said


def test_statutory_terms_are_not_exchanged_for_local_words() -> None:
    assert to_traditional("公共信用信息") == "公共信用信息"
    assert to_traditional("满十八周岁") == "滿十八周歲"


class Question(forms.Form):
    reason = forms.CharField(label="理由", max_length=10)
    kind = forms.ChoiceField(label="种类", choices=[("A", "甲")], widget=forms.RadioSelect)
    extra = forms.CharField(label="补充", required=False, widget=forms.TextInput(attrs={"placeholder": "x"}))


def test_an_error_stands_at_its_field_and_in_the_summary() -> None:
    form = Question({"reason": "一" * 11})
    page = render("{% error_summary form %}{% field_list form %}", form=form)
    assert 'href="#id_reason"' in page
    assert 'href="#id_kind_0"' in page
    assert 'id="id_kind_0"' in page
    assert 'id="id_reason-error"' in page
    described = re.search(r'<input[^>]*name="reason"[^>]*aria-describedby="([^"]*)"', page)
    assert described is not None
    assert "id_reason-error" in described[1]
    assert "一" * 11 in page  # what was entered is kept


def test_hints_stay_while_typing() -> None:
    assert "placeholder" not in render("{% field_list form %}", form=Question())


def test_a_field_that_may_stay_empty_says_so() -> None:
    page = render('{% field form.extra hint="想说的话" example="谢谢" %}', form=Question())
    assert "（可不填）" in page
    assert "想说的话" in page
    assert "例如：" in page


def test_a_running_job_asks_for_its_next_state_and_an_ended_one_does_not() -> None:
    job = values.Progress(title="检查", stage="正在核对", done=1, total=4, poll_url="/next/")
    assert 'hx-get="/next/"' in render("{% progress job %}", job=job)
    assert "<noscript>" in render("{% progress job %}", job=job)
    ended = values.Progress(title="检查", stage="办完", done=4, total=4, result_url="/r/", result_label="看结果")
    assert "hx-get" not in render("{% progress job %}", job=ended)


def test_every_number_of_a_chart_is_in_its_table() -> None:
    drawn = values.Chart(title="报送量", points=[("甲", 12), ("乙", 3400)], unit="条")
    page = render("{% chart drawn %}", drawn=drawn)
    table = page[page.index("<table") :]
    assert "12" in table
    assert "3,400" in table


@pytest.mark.parametrize("kind", ["BAR", "LINE"])
def test_a_chart_of_nothing_or_of_noughts_is_drawn_without_fault(kind: str) -> None:
    assert charts.draw(values.Chart(title="无", points=[], kind=kind)) == ""
    assert "<svg" in charts.draw(values.Chart(title="零", points=[("甲", 0)], kind=kind))


def test_a_table_names_its_rows_and_columns() -> None:
    table = values.Table(
        caption="待办",
        columns=[values.Column(label="批次"), values.Column(label="状态")],
        rows=[[values.Cell(value="B-1", url="/b/1"), values.Cell(value="待复核", tone=values.Tone.WAITING)]],
    )
    page = render("{% data_table table %}", table=table)
    assert 'scope="row"' in page
    assert page.count('scope="col"') == 2
    assert 'tabindex="0"' in page


def test_a_row_of_another_length_is_a_bug() -> None:
    table = values.Table(caption="x", columns=[values.Column(label="a")], rows=[[]])
    with pytest.raises(ValueError, match="zip"):
        render("{% data_table table %}", table=table)


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("curl/8.0", "认不出的浏览器"),
        ("", "认不出的浏览器"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(sent: str, named: str) -> None:
    assert components.browser(sent) == named
