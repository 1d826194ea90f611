"""What other people's tools say of a report: poppler's ``pdfsig`` and ``qpdf``, from Debian, for the tests only.

No validator of PDF/A is packaged there (veraPDF is not); conformance to it is the layout engine's own word.
"""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chengxin.portals.presentation.report_texts import wording_in
from chengxin.reports.layout import render
from chengxin.reports.states import Language
from chengxin.sealing.certificates import make_report_certificate, make_root
from chengxin.sealing.reports import sign_pdf
from factories import reports
from factories.sealing import p256

# pdfsig judges certificates by the machine's clock, so these hold for as long as a root may.
BEGAN, ENDS = datetime(2024, 1, 1, tzinfo=UTC), datetime(2043, 12, 31, tzinfo=UTC)
ROOT, KEY = p256("root of readers"), p256("report of readers")
ROOT_CERTIFICATE = make_root(ROOT, name="诚信测试 报告根", valid_from=BEGAN)
CERTIFICATE = make_report_certificate(
    KEY.public_key(), name="诚信测试 报告 1", valid_from=BEGAN, valid_until=ENDS, root=ROOT,
    root_certificate=ROOT_CERTIFICATE,
)  # fmt: skip


def needed(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(
        bool(missing), reason=f"not installed: {', '.join(missing)} (Debian: poppler-utils, qpdf)"
    )


def said(*words: str | Path) -> subprocess.CompletedProcess[str]:
    own = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    return subprocess.run(words, env=own, check=False, capture_output=True, text=True)


def signed(language: Language = Language.ZH_HANS, items: int = 4) -> bytes:
    contents = reports.contents(items=items)
    pdf = render(wording_in(language)(contents), data=b"{}", credential="e30.e30.e30~", moment=reports.ISSUED)
    return sign_pdf(pdf, key=KEY, certificate=CERTIFICATE, moment=reports.ISSUED)


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(signed(*getattr(request, "param", ())))
    return path


@needed("qpdf")
@pytest.mark.parametrize(
    "file", [(Language.ZH_HANS, 0), (Language.ZH_HANT, 4), (Language.EN, 30)], indirect=True, ids=str
)
def test_qpdf_finds_no_error_and_warns_of_nothing(file: Path) -> None:
    checked = said("qpdf", "--check", file)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert "No syntax or stream encoding errors found" in checked.stdout
    assert "PDF Version: 1.7" in checked.stdout


@needed("pdfsig")
def test_pdfsig_calls_the_signature_valid_and_the_whole_document_signed(file: Path) -> None:
    checked = said("pdfsig", file)
    assert checked.returncode == 0
    for line in (
        "Signature Type: ETSI.CAdES.detached",
        "Signing Hash Algorithm: SHA-256",
        "Signing Time: Nov 23 2026",
        "Total document signed",
        "Signature Validation: Signature is Valid.",
        "Certificate Validation: Certificate issuer is unknown.",
    ):
        assert line in checked.stdout, checked.stdout
    assert checked.stdout.count("Signature #") == 1


@needed("pdfsig")
@pytest.mark.parametrize("before", [b"endobj", b"startxref"])
def test_pdfsig_finds_a_changed_byte(file: Path, before: bytes) -> None:
    raw = bytearray(file.read_bytes())
    raw[raw.rindex(before) - 1] ^= 1
    file.write_bytes(raw)
    assert "Signature is Valid" not in said("pdfsig", file).stdout


@needed("pdfsig", "certutil")
def test_whoever_trusts_the_root_is_told_that_the_certificate_is_trusted(file: Path, tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(ROOT_CERTIFICATE)
    (tmp_path / "nss").mkdir()
    store = f"sql:{tmp_path / 'nss'}"
    for words in (("-N", "--empty-password"), ("-A", "-n", "root", "-t", ",C,", "-i", str(tmp_path / "root.der"))):
        assert said("certutil", *words, "-d", store).returncode == 0
    assert "Certificate is Trusted" in said("pdfsig", "-nssdir", store, file).stdout
