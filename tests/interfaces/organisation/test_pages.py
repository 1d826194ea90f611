"""The organisation's pages: who may open them, what the forms refuse, and a batch's way from upload to reversal."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chengxin.accounts.models import Account
from chengxin.intake import lookups
from chengxin.intake import operations as intake
from chengxin.intake.models import Batch
from chengxin.intake.states import BatchState
from chengxin.portals.organisation import urls
from factories import intake as given

SignedIn = Callable[[str], Client]
LISTS = ["home", "quality", "catalogue", "upload", "batches", "held_lines"]
OF_A_BATCH = ["batch", "batch_progress", "findings", "result", "decision", "reversal"]
CHINESE = re.compile("[\u3400-\u9fff]+")


def main_of(response: object) -> str:
    page = response.content.decode()  # type: ignore[attr-defined]
    return page[page.index("<main") : page.index("</main>")]


def contents(count: int = 3, **changed: str) -> bytes:
    return given.csv_bytes([given.line(index, **changed) for index in range(count)])


def send(client: Client, file: bytes, *, token: str = "", **fields: str) -> str:
    """Send a file as the form does and return the batch's reference, or the page's text where it was not taken."""
    if not token:
        page = client.get(reverse("organisation:upload")).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)[1]  # type: ignore[index]
    upload = SimpleUploadedFile(fields.pop("name", "三月.csv"), file, content_type="text/csv")
    data = {"token": token, "item": given.ITEM, "declared_lines": "", "declared_sha256": "", "file": upload} | fields
    response = client.post(reverse("organisation:upload"), data)
    if response.status_code == 302:
        return urlsplit(response.url).path.rstrip("/").rpartition("/")[2]  # type: ignore[attr-defined]
    assert response.status_code == 422
    return main_of(response)


def settle(reference: str) -> None:
    intake.settle_batch(reference=reference, actor=given.SYSTEM, now=given.NOW)


def waiting_batch(*, by: str) -> str:
    """Return a batch that stopped because it lies outside the usual."""
    account = Account.objects.get(username=by)
    reference = given.receive(contents(), actor=account.actor)
    Batch.objects.filter(reference=reference).update(
        state=BatchState.AWAITING_APPROVAL.value, bounds=["MANY_LINES"], lines_count=3
    )
    return reference


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_for_suppliers_officers_only(signed_in: SignedIn, name: str) -> None:
    url = reverse(f"organisation:{name}")
    assert Client().get(url).url.startswith("/account/login/")  # type: ignore[attr-defined]
    assert signed_in("clerk").get(url).status_code == 403
    assert signed_in("sender").get(url).status_code == 200


def test_every_address_declares_to_whom_it_is_open() -> None:
    assert all(
        pattern.callback.declared.audience in {"SUPPLIER", "REQUESTER", "ADMINISTRATION"}
        for pattern in urls.urlpatterns
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("name", LISTS)
def test_empty_pages_teach_and_are_english_in_english(signed_in: SignedIn, name: str) -> None:
    client = signed_in("sender")
    client.cookies["chengxin_language"] = "en"
    main = main_of(client.get(reverse(f"organisation:{name}")))
    assert main.count("<h1") == 1
    assert CHINESE.findall(main) == []


@pytest.mark.parametrize("name", OF_A_BATCH)
def test_another_organisations_batch_is_as_unknown_as_one_that_is_not(signed_in: SignedIn, name: str) -> None:
    reference = send(signed_in("sender"), contents())
    settle(reference)
    stranger = signed_in("stranger")
    other = stranger.get(reverse(f"organisation:{name}", args=[reference]))
    none = stranger.get(reverse(f"organisation:{name}", args=["B20261123-AAAAAAAA"]))
    assert other.status_code == none.status_code == 404
    assert main_of(other) == main_of(none)
    assert "BATCH_UNKNOWN" in main_of(other)


def test_an_item_without_mandate_is_refused_on_the_form_which_keeps_what_was_typed(signed_in: SignedIn) -> None:
    page = send(signed_in("sender"), contents(), item="MARKET.ADVERTISING", declared_lines="17")
    assert "本单位当日没有报送这个信息项的授权" in page
    assert 'value="17"' in page
    assert page.count('href="#id_item"') == 1
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("declared_lines", "很多"),
        ("declared_lines", "-1"),
        ("declared_sha256", "abc"),
        ("name", f"{given.number(1)}.csv"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_in_the_summary(signed_in: SignedIn, field: str, value: str) -> None:
    page = send(signed_in("sender"), contents(), **{field: value})
    place = "file" if field == "name" else field
    assert f'href="#id_{place}"' in page
    assert f'id="id_{place}-error"' in page


def test_an_empty_file_is_told_at_once(signed_in: SignedIn) -> None:
    assert "文件里没有内容" in send(signed_in("sender"), b"")


def test_sending_the_page_twice_makes_one_batch_and_another_file_gets_a_new_token(signed_in: SignedIn) -> None:
    client = signed_in("sender")
    token = "a" * 32
    first = send(client, contents(), token=token)
    assert send(client, contents(), token=token) == first
    page = send(client, contents(4), token=token)
    assert "同一个标识以前用于另一个文件" in page
    assert f'value="{token}"' not in page
    assert Batch.objects.count() == 1


def test_a_batch_goes_from_upload_to_its_marked_file(signed_in: SignedIn) -> None:
    client = signed_in("sender")
    file = given.csv_bytes(
        [
            given.line(0),
            given.line(1),
            given.line(2, 失信程度="坏"),
            given.line(3, 失信程度="坏"),
            given.line(4, 姓名="别人"),
        ]
    )
    reference = send(client, file, declared_lines="5")
    url = reverse("organisation:batch", args=[reference])
    assert "hx-get" in main_of(client.get(f"{url}?done=sent"))
    poll = client.get(reverse("organisation:batch_progress", args=[reference]))
    assert (poll.status_code, poll.headers.get("HX-Refresh")) == (200, None)
    assert client.get(reverse("organisation:result", args=[reference])).status_code == 409
    settle(reference)
    assert client.get(reverse("organisation:batch_progress", args=[reference])).headers["HX-Refresh"] == "true"
    page = main_of(client.get(url))
    shown = [int(count) for count in re.findall(r'cx-counts__number">(\d+)<', page)]
    assert shown == [2, 2, 1, 0]
    assert "代码不在目录中" in page
    assert "从模板的下拉列表中选择一个值" in page
    result = client.get(reverse("organisation:result", args=[reference]))
    marked = b"".join(result.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(marked) == 6
    assert "未收" in marked[3]
    findings = reverse("organisation:findings", args=[reference])
    assert main_of(client.get(f"{findings}?rule=FIELD_CODE")).count("<tr>") == 3
    assert given.number(2) not in main_of(client.get(findings))
    held = main_of(client.get(f"{reverse('organisation:held_lines')}?batch={reference}"))
    assert "姓名与号码不一致" in held
    assert "别人" not in held
    export = client.get(reverse("organisation:batches_csv"))
    rows = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 2
    assert reference in rows[1]
    assert "40" in main_of(client.get(reverse("organisation:quality")))


def test_a_refused_file_says_which_rule_and_masks_what_it_repeats(signed_in: SignedIn) -> None:
    client = signed_in("sender")
    reference = send(client, given.csv_bytes([given.line(0) | {given.number(5): "x"}]))
    settle(reference)
    page = main_of(client.get(reverse("organisation:batch", args=[reference])))
    assert "HEADER_UNKNOWN" in page
    assert given.number(5) not in page


def test_the_sender_cannot_approve_and_another_second_officer_can(signed_in: SignedIn) -> None:
    reference = waiting_batch(by="both")
    url = reverse("organisation:decision", args=[reference])
    sent = {"choice": "APPROVE", "reasons": "核对过台账", "confirmed": "yes"}
    for username, code in [("both", "SAME_OFFICER"), ("sender", "NOT_SECOND_OFFICER")]:
        refused = signed_in(username).post(url, sent)
        assert refused.status_code == 403
        assert code in main_of(refused)
    second = signed_in("second")
    assert "行数远多于以往" in main_of(second.get(url))
    assert second.post(url, {"choice": "APPROVE", "reasons": ""}).status_code == 422
    assert "确认放行" in main_of(second.post(url, sent | {"confirmed": ""}))
    assert Batch.objects.get(reference=reference).state == BatchState.AWAITING_APPROVAL.value
    assert second.post(url, sent).status_code == 302
    assert Batch.objects.get(reference=reference).state == BatchState.APPROVED.value
    again = second.post(url, sent)
    assert again.status_code == 409
    assert "MOVE_NOT_ALLOWED" in main_of(again)


def test_a_declined_batch_shows_the_reasons(signed_in: SignedIn) -> None:
    reference = waiting_batch(by="sender")
    second = signed_in("second")
    url = reverse("organisation:decision", args=[reference])
    second.post(url, {"choice": "DECLINE", "reasons": "年份选错了", "confirmed": "yes"})
    page = main_of(signed_in("sender").get(reverse("organisation:batch", args=[reference])))
    assert "年份选错了" in page


def test_a_second_officer_reverses_after_reading_what_will_happen(signed_in: SignedIn) -> None:
    reference = send(signed_in("sender"), contents())
    settle(reference)
    url = reverse("organisation:reversal", args=[reference])
    assert "NOT_SECOND_OFFICER" in main_of(signed_in("sender").get(url))
    second = signed_in("second")
    assert "3 行" in main_of(second.get(url))
    assert "证件号码" in main_of(second.post(url, {"reasons": f"误报 {given.number(1)}"}))
    assert "确认撤销" in main_of(second.post(url, {"reasons": "年份选错了"}))
    done = second.post(url, {"reasons": "年份选错了", "confirmed": "yes"}, follow=True)
    assert "已整批撤销" in main_of(done)
    assert Batch.objects.get(reference=reference).state == BatchState.REVERSED.value
    assert lookups.list_quality(organisation_code=given.SUPPLIER) == ()


def test_the_list_is_filtered_and_says_when_nothing_fits(signed_in: SignedIn) -> None:
    client = signed_in("sender")
    reference = send(client, contents())
    url = reverse("organisation:batches")
    assert reference in main_of(client.get(url, {"q": "三月"}))
    assert "没有符合这些条件的结果" in main_of(client.get(url, {"q": "四月"}))
    assert reference not in main_of(signed_in("stranger").get(url))
