"""Fujian's 84 counties, districts and cities, and addresses that are plainly made up."""

from dataclasses import dataclass
from random import Random
from typing import Final

from chengxin.catalogue.rules.values import Edition

PROVINCE: Final = "350000"
PREFECTURES: Final[dict[str, tuple[str, str, int]]] = {
    "350100": ("福州市", "Fuzhou", 842),
    "350200": ("厦门市", "Xiamen", 535),
    "350300": ("莆田市", "Putian", 320),
    "350400": ("三明市", "Sanming", 245),
    "350500": ("泉州市", "Quanzhou", 888),
    "350600": ("漳州市", "Zhangzhou", 506),
    "350700": ("南平市", "Nanping", 265),
    "350800": ("龙岩市", "Longyan", 272),
    "350900": ("宁德市", "Ningde", 315),
}
"""Code of a prefecture to its Chinese and English name and its people in ten thousands, roughly."""

_ROADS: Final = ("示范路", "样例街", "演示巷", "试用大道", "虚构里", "例行路", "范本街")
COUNTY_LEVEL: Final = "COUNTY"


@dataclass(frozen=True, slots=True)
class County:
    """A county, district or city of county rank.

    Attributes:
        code: Six digits of GB/T 2260.
        name: Its name.
        prefecture_code: Of the prefecture it belongs to.
        prefecture: Name of that prefecture.
    """

    code: str
    name: str
    prefecture_code: str
    prefecture: str


def counties_of(edition: Edition) -> tuple[County, ...]:
    """Return the counties of today, as the catalogue's divisions hold them, in the order of their codes.

    Args:
        edition: The catalogue.
    """
    return tuple(
        County(division.code, division.name_zh, division.parent, PREFECTURES[division.parent][0])
        for division in sorted(edition.divisions, key=lambda division: division.code)
        if division.level == COUNTY_LEVEL and division.last_year is None and division.parent in PREFECTURES
    )


def weights_of(counties: tuple[County, ...]) -> tuple[float, ...]:
    """Return how likely it is to live in each county: the prefecture's people, shared evenly among its counties.

    Args:
        counties: The counties.
    """
    shares: dict[str, int] = {}
    for county in counties:
        shares[county.prefecture_code] = shares.get(county.prefecture_code, 0) + 1
    return tuple(PREFECTURES[county.prefecture_code][2] / shares[county.prefecture_code] for county in counties)


def address(random: Random, county: County) -> str:
    """Return an address that exists nowhere.

    Args:
        random: Where chance comes from.
        county: Where it would be.
    """
    return f"{county.prefecture}{county.name}{random.choice(_ROADS)}{random.randrange(1, 300)}号"
