"""A sender's file name can be shown and offered, and never leads anywhere."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.tabular.naming import NAME_LENGTH, safe_name


@pytest.mark.parametrize(
    ("declared", "safe"),
    [
        ("三月报送.csv", "三月报送.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.xlsx", "a.xlsx"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\x00b.csv", "b.csv"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x"),
        ("x\u202egnp.exe", "x_gnp.exe"),
        ("张三359900199003070018.csv", "张三" + "_" * 18 + ".csv"),
        ("名单 13800138000 三月.xlsx", "名单 ___________ 三月.xlsx"),
        ("a" * 300 + ".xlsx", "a" * 115 + ".xlsx"),
    ],
)
def test_names(declared: str, safe: str) -> None:
    assert safe_name(declared) == safe


@given(st.text())
def test_any_name_becomes_one_safe_part(declared: str) -> None:
    name = safe_name(declared)
    assert 1 <= len(name) <= NAME_LENGTH
    assert name == safe_name(name)
    assert name not in {".", ".."}
    assert PurePosixPath(name).name == name == PureWindowsPath(name).name
    assert name.isprintable()
