"""S1b: each item has a machine-readable schema and a workbook template; a filled template is taken."""

import io
import json

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from factories import intake as given
from journeys.conftest import Journey

pytestmark = pytest.mark.usefixtures("province")


def _download(name: str) -> bytes:
    response = Client().get(reverse(name, args=[given.ITEM]))
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def test_the_schema_names_the_required_columns() -> None:
    schema = json.loads(_download("public:item_schema"))
    assert {"identity_number", "document_number", "facts"} <= set(schema["properties"])
    assert "identity_number" in schema["required"]


def test_a_filled_template_is_taken_and_comes_back_as_a_workbook(journey: Journey, province: list[int]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_download("public:item_template")))
    sheet = book.worksheets[0]
    headers = [str(cell.value or "").rstrip("*").strip() for cell in sheet[1]]
    wanted = given.line(0)
    for column, header in enumerate(headers, start=1):
        sheet.cell(row=2, column=column, value=wanted.get(header, ""))
    filled = io.BytesIO()
    book.save(filled)
    journey.send_file(filled.getvalue(), name="模板.xlsx")
    assert "市场监管行政处罚" in journey.file_of(province[0])
