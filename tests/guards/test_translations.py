"""The three languages say the same, completely; a check that never fails would be worth nothing, so it is tried."""

import shutil
from pathlib import Path

import pytest

from chengxin.portals.presentation import translation


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of the catalogues that may be damaged."""
    folder = tmp_path / "locale"
    shutil.copytree(translation.LOCALE, folder)
    return folder


def test_the_catalogues_are_complete_and_current() -> None:
    assert translation.findings() == []


def test_a_missing_translation_is_found(copied: Path) -> None:
    path = copied / "en" / "presentation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"登录" = "Sign in"\n', ""), encoding="utf-8")
    found = translation.findings(locale_folder=copied)
    assert any("not translated: '登录'" in line for line in found)
    assert any("not current" in line for line in found)


def test_a_lost_placeholder_is_found(copied: Path) -> None:
    path = copied / "en" / "presentation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Supplied by %(organisation)s", "Supplied by somebody"), encoding="utf-8")
    assert any("other placeholders" in line for line in translation.findings(locale_folder=copied))


def test_a_text_that_is_used_nowhere_is_found(copied: Path) -> None:
    (copied / "en" / "zz.toml").write_text('"没有人用这句话" = "Nobody uses this"\n', encoding="utf-8")
    assert any("used nowhere" in line for line in translation.findings(locale_folder=copied))


def test_two_translations_of_one_text_are_found(copied: Path) -> None:
    (copied / "en" / "zz.toml").write_text('"登录" = "Log in"\n', encoding="utf-8")
    assert any("written twice" in line for line in translation.findings(locale_folder=copied))


def test_writing_the_catalogues_again_changes_nothing(copied: Path) -> None:
    translation.write_catalogues(copied)
    before = {path: path.read_bytes() for path in copied.rglob("*.po")}
    translation.write_catalogues(copied)
    assert {path: path.read_bytes() for path in copied.rglob("*.po")} == before


def test_compiled_catalogues_follow_their_source(copied: Path) -> None:
    for path in copied.rglob("*.mo"):
        path.unlink()
    translation.compile_catalogues(copied)
    assert {path.parent.parent.name for path in copied.rglob("*.mo")} == {"en", "zh_Hant"}
