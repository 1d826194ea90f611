"""Names as Fujian has them: surnames by their share, given names by generation, and the spellings that registers mix.

The shares are rounded from published surname counts; they are for plausibility alone.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

SURNAMES: Final[dict[str, int]] = {
    "陈": 1150, "林": 1010, "黄": 580, "张": 470, "吴": 420, "李": 400, "王": 370, "郑": 330, "刘": 260, "杨": 200,
    "叶": 180, "郭": 170, "蔡": 160, "苏": 150, "谢": 140, "许": 135, "曾": 120, "周": 115, "江": 110, "徐": 105,
    "何": 100, "罗": 95, "庄": 90, "赖": 85, "洪": 85, "朱": 80, "邱": 80, "余": 75, "游": 75, "方": 70, "潘": 65,
    "卢": 65, "魏": 60, "廖": 60, "翁": 60, "施": 60, "胡": 55, "严": 50, "柯": 50, "阮": 45, "范": 45, "俞": 40,
    "颜": 40, "池": 35, "詹": 35, "蓝": 35, "雷": 30, "钟": 30, "丘": 25, "沈": 25, "汤": 25, "高": 25, "欧阳": 8,
    "上官": 6,
}  # fmt: skip
"""Surname to its share; 蓝, 雷 and 钟 are the surnames of the She, Fujian's own minority."""

TRADITIONAL: Final = str.maketrans(
    "陈黄张吴郑刘杨叶苏谢许罗庄赖邱卢颜钟汤国华丽兰凤强伟杰静婷萍红军贵荣宝莲欢颖诗宇轩泽铭晓东庆龙飞云志远风",
    "陳黃張吳鄭劉楊葉蘇謝許羅莊賴邱盧顏鍾湯國華麗蘭鳳強偉傑靜婷萍紅軍貴榮寶蓮歡穎詩宇軒澤銘曉東慶龍飛雲志遠風",
)
"""Traditional forms of characters used here, for spellings that suppliers send."""

WITH_MIDDLE_DOT: Final = (
    "古丽·艾山", "阿依努尔·买买提", "迪丽达尔·吐尔逊", "艾力·阿卜杜拉", "帕孜来提·玉素甫", "扎西·达娃", "次仁·卓玛",
    "玛丽亚·伊万诺娃",
)  # fmt: skip
"""Names of several parts, whose middle dot is written in many ways."""


@dataclass(frozen=True, slots=True)
class _Generation:
    """Characters that parents chose in the years up to ``born_until``: first and second of a given name."""

    born_until: int
    men: tuple[str, str]
    women: tuple[str, str]
    one_character_share: float


_GENERATIONS: Final = (
    _Generation(1959, ("金国文水木天德福春清永振", "水生土发财顺福来根成贵木"), ("秀玉美月金凤桂淑珍宝丽", "英珍珠莲花兰琴妹金凤娥"), 0.06),
    _Generation(1979, ("建志国文永明金振荣庆忠伟", "华强军民忠辉平勇明东清福"), ("丽秀美雪淑惠玉月燕碧素", "华珍芳英琴萍红云卿霞玲"), 0.10),
    _Generation(1994, ("志伟文俊晓建立少剑明家嘉", "伟杰斌鹏峰强辉龙锋明超毅"), ("丽晓雅雪婷小静燕佳美慧", "萍婷玲静芳燕娟琳敏娜霞"), 0.22),
    _Generation(9999, ("子宇俊浩梓泽家诗铭晨博思", "轩航杰涵宇睿霖豪辰熙远飞"), ("欣雨佳诗梓思语紫可若依晨", "怡桐涵萱琪妍彤颖欣雯瑶汐"), 0.08),
)  # fmt: skip
_SURNAME_LIST: Final = tuple(SURNAMES)
_SURNAME_WEIGHTS: Final = tuple(SURNAMES.values())
_MIDDLE_DOT_SHARE: Final = 0.002


def surnames(random: Random, count: int) -> list[str]:
    """Draw surnames by their share.

    Args:
        random: Where chance comes from.
        count: How many.
    """
    return random.choices(_SURNAME_LIST, _SURNAME_WEIGHTS, k=count)


def full_name(random: Random, *, surname: str, is_female: bool, born_in: int) -> str:
    """Return a name as somebody born in that year would bear it.

    Args:
        random: Where chance comes from.
        surname: The family's name; not used for the few names of several parts.
        is_female: Whether a woman's name is wanted.
        born_in: Year of birth.

    Example:
        >>> full_name(Random(1), surname="陈", is_female=True, born_in=1990)
        '陈晓芳'
    """
    if random.random() < _MIDDLE_DOT_SHARE:
        return random.choice(WITH_MIDDLE_DOT)
    generation = next(found for found in _GENERATIONS if born_in <= found.born_until)
    first, second = generation.women if is_female else generation.men
    if random.random() < generation.one_character_share:
        return surname + random.choice(second)
    return surname + random.choice(first) + random.choice(second)


def respelled(random: Random, name: str) -> str:
    """Return the same name as another register might write it; folding makes the two agree again.

    Args:
        random: Where chance comes from.
        name: The name as registered.
    """
    if "·" in name:
        return name.replace("·", random.choice("•・‧."))
    traditional = name.translate(TRADITIONAL)
    if traditional != name and random.random() < 0.7:
        return traditional
    return "\u3000".join(name) if len(name) == 2 else f"{name} "


def misspelled(random: Random, name: str) -> str:
    """Return a name that differs in one character: somebody typed what it sounds like.

    Args:
        random: Where chance comes from.
        name: The name as registered.
    """
    wrong = random.choice([character for character in "妹梅枚玫伟炜维明铭鸣" if character != name[-1]])
    return name[:-1] + wrong
