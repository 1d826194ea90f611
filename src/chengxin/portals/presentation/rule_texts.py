"""What is wrong with a line, a file or an act, and what to do about it, for every stable code that intake gives.

Used by the portals, the API and the command line alike, so that a supplier reads the same words in the result file, on
the page and in the terminal. A guard test checks that every code has its words, and that no placeholder is unknown.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengxin.portals.presentation.languages import listed

if TYPE_CHECKING:
    from chengxin.catalogue.rules.values import Edition, ItemType
    from chengxin.intake.lookups import FindingLine

Words = str | Promise


@dataclass(frozen=True, slots=True)
class RuleText:
    """The words for one code; placeholders are named like the details that come with it.

    Attributes:
        title: A few words, for lists and counts.
        wrong: What is wrong, one sentence.
        remedy: What to do, one sentence.
    """

    title: Words
    wrong: Words
    remedy: Words


@dataclass(frozen=True, slots=True)
class Explained:
    """A code explained with its details, in the reader's language."""

    title: str
    wrong: str
    remedy: str


_CORRECT_AND_RESEND: Final = _("改正后把这一行重新报送。")
_SAVE_AS: Final = _("请另存为 CSV（UTF-8）、XLSX、JSON Lines 或 Parquet 后重新报送。")
_EXPORT_AGAIN: Final = _("请从源系统重新导出后再报送。")
_SPLIT: Final = _("请分成几个文件报送。")

LINE_TEXTS: Final[Mapping[str, RuleText]] = {
    "COLUMN_COUNT": RuleText(
        _("列数不对"), _("这一行有 %(seen)s 列，表头有 %(expected)s 列。"), _("检查分隔符和引号，使列数与表头一致。")
    ),
    "LINE_UNREADABLE": RuleText(_("无法读取"), _("这一行无法读取。"), _CORRECT_AND_RESEND),
    "FIELD_REQUIRED": RuleText(_("必填项为空"), _("“%(column)s”必须填写。"), _("补填后重新报送这一行。")),
    "FIELD_TOO_LONG": RuleText(_("内容过长"), _("“%(column)s”超过了允许的长度。"), _("缩短后重新报送这一行。")),
    "FIELD_FORMAT": RuleText(
        _("格式不对"), _("“%(column)s”的内容“%(seen)s”格式不对。"), _("按数据字典的格式填写；日期写成 2026-03-05。")
    ),
    "FIELD_CODE": RuleText(
        _("代码不在目录中"), _("“%(column)s”的内容“%(seen)s”不在可选值中。"), _("从模板的下拉列表中选择一个值。")
    ),
    "CONTROL_CHARACTER": RuleText(
        _("含有控制字符"), _("“%(column)s”含有看不见的控制字符。"), _("删去这些字符后重新报送这一行。")
    ),
    "IDENTITY_LOST_DIGITS": RuleText(
        _("证件号码丢失末位"),
        _("证件号码在电子表格中被当成数字，末几位已经丢失。"),
        _("把该列设为文本格式，从原始资料重新填写号码，不要在原数字上改格式。"),
    ),
    "IDENTITY_FORMAT": RuleText(
        _("证件号码格式不对"), _("证件号码“%(seen)s”的长度或字符不对。"), _("对照证件核对号码。")
    ),
    "IDENTITY_DATE": RuleText(
        _("证件号码中的日期不存在"), _("证件号码“%(seen)s”中的出生日期不存在。"), _("对照证件核对号码。")
    ),
    "IDENTITY_FUTURE": RuleText(
        _("证件号码中的日期在将来"), _("证件号码“%(seen)s”中的出生日期在将来。"), _("对照证件核对号码。")
    ),
    "IDENTITY_CHECK": RuleText(
        _("证件号码校验不符"), _("证件号码“%(seen)s”的校验码不符，至少有一位写错。"), _("对照证件核对号码。")
    ),
    "IDENTITY_NOT_SYNTHETIC": RuleText(
        _("演示环境不收真实号码"),
        _("这是演示环境，只收区划代码为 359900 的合成号码。"),
        _("不要在演示环境中使用真实人员的信息。"),
    ),
    "IDENTITY_SYNTHETIC": RuleText(
        _("不收合成号码"), _("区划代码 359900 的号码是演示用的合成号码。"), _("只报送真实人员的号码。")
    ),
    "RECORD_NUMBER_PERSONAL": RuleText(
        _("信息编号含有证件号码"),
        _("信息编号里含有像证件号码的内容。"),
        _("信息编号改用本单位的流水号，不要用证件号码。"),
    ),
    "RECORD_NUMBER_TWICE": RuleText(
        _("信息编号重复"),
        _("信息编号“%(seen)s”在这个文件里前面已经出现过。"),
        _("每条信息用各自的编号；重复的行删去。"),
    ),
    "DATE_FUTURE": RuleText(
        _("日期在将来"), _("“%(column)s”的日期“%(seen)s”在将来。"), _("核对日期后重新报送这一行。")
    ),
    "DATE_ORDER": RuleText(
        _("日期先后不对"), _("“%(column)s”的日期“%(seen)s”早于它应当晚于的日期。"), _("核对各个日期的先后。")
    ),
    "BASIS_NOT_IN_FORCE": RuleText(
        _("当日没有生效的依据"),
        _("在文书日期或发生日期，这个信息项的法律依据没有生效。"),
        _("没有依据的信息不得征集，请不要报送。"),
    ),
    "NOT_MANDATED_THEN": RuleText(
        _("当时没有授权"), _("文书日期早于本单位获得授权的日期。"), _("请与信用办联系，核对授权的起始日期。")
    ),
    "MINOR_AT_EVENT": RuleText(
        _("行为发生时未成年"), _("行为发生时本人未满十八周岁。"), _("未成年人的这类信息不得征集，请不要报送。")
    ),
    "AGE_UNKNOWN": RuleText(
        _("不能确定年龄"), _("从这个号码不能确定行为发生时本人是否成年。"), _("请与信用办联系；不能确定的不收。")
    ),
    "PROHIBITED_CATEGORY": RuleText(
        _("含有禁止征集的内容"),
        _("“%(column)s”含有禁止征集的内容，类别：%(category)s。"),
        _("删去这些内容；这类信息任何时候都不得征集。"),
    ),
    "SEALED_CATEGORY": RuleText(
        _("含有依法封存的内容"),
        _("“%(column)s”含有依法封存的记录，类别：%(category)s。"),
        _("封存的记录不得提供，请不要报送。"),
    ),
    "PERSONAL_NUMBER_IN_TEXT": RuleText(
        _("文字中含有证件或电话号码"),
        _("“%(column)s”的文字里含有像证件号码或电话号码的内容。"),
        _("删去号码后重新报送这一行。"),
    ),
    "KEEPING_OVER": RuleText(
        _("保存期限已过"), _("按现行目录，这条信息的保存期限已经过去。"), _("过期的信息不再收，请不要报送。")
    ),
    "MONTH_ERASED": RuleText(
        _("保存到的月份已清除"),
        _("这条信息应当保存到 %(month)s，该月的密钥已经销毁，内容不能再保存。"),
        _("核对各个日期；日期无误的不要再报送，有疑问请与信用办联系。"),
    ),
    "COVERAGE_MISSING": RuleText(
        _("本人不属于征集范围"),
        _("在发生日期，本人没有这个信息项要求的身份（%(roles)s）。"),
        _("先报送本人的身份信息（如执业、任职），再报送这一行。"),
    ),
    "RECORD_DIFFERS": RuleText(
        _("编号已有不同内容"),
        _("信息编号“%(seen)s”已经入库，内容与这一行不同。"),
        _("要改内容请把操作填为“更正”；如果是另一条信息，请换一个编号。"),
    ),
    "RECORD_UNKNOWN": RuleText(
        _("没有可更正或撤回的信息"),
        _("没有信息编号为“%(seen)s”的现行信息。"),
        _("核对编号；新信息请把操作填为“新增”。"),
    ),
}
"""Rules that a line can break."""

UNREADABLE_TEXTS: Final[Mapping[str, RuleText]] = {
    "QUOTE": RuleText(_("引号不成对"), _("这一行的引号不成对。"), _("补上或删去引号后重新报送。")),
    "CONTROL_CHARACTER": RuleText(
        _("含有控制字符"), _("这一行含有看不见的控制字符。"), _("删去这些字符后重新报送这一行。")
    ),
    "REPLACEMENT_CHARACTER": RuleText(
        _("文字已经损坏"), _("这一行含有替换符，说明文字在转换编码时已经损坏。"), _EXPORT_AGAIN
    ),
    "CELL_TOO_LONG": RuleText(_("单元格过长"), _("“%(column)s”超过 %(limit)s 个字符。"), _("缩短后重新报送这一行。")),
    "XLSX_ERROR_VALUE": RuleText(
        _("单元格是错误值"), _("“%(column)s”是电子表格的错误值（如 #N/A）。"), _("填写实际的值后重新报送。")
    ),
    "XLSX_FORMULA_WITHOUT_VALUE": RuleText(
        _("公式没有结果"), _("“%(column)s”是没有结果的公式。"), _("把公式粘贴为数值后重新报送。")
    ),
    "JSON_SYNTAX": RuleText(_("不是 JSON"), _("这一行不是完整的 JSON。"), _EXPORT_AGAIN),
    "JSON_NOT_OBJECT": RuleText(_("不是对象"), _("这一行不是 JSON 对象。"), _("每一行写一个 JSON 对象。")),
    "JSON_NESTED": RuleText(_("含有嵌套"), _("这一行含有嵌套的对象或列表。"), _("每个字段只写一个文字或数字。")),
    "JSON_KEY_DUPLICATE": RuleText(_("字段重复"), _("这一行的同一个字段出现了两次。"), _("每个字段只写一次。")),
    "JSON_NUMBER": RuleText(
        _("数字会丢失位数"), _("这一行的数字太长，读取时会丢失位数。"), _("把号码写成文字（加引号）。")
    ),
}
"""Why a line could not be read; the code stands in the detail ``what`` of LINE_UNREADABLE."""

HELD_TEXTS: Final[Mapping[str, RuleText]] = {
    "PERSON_UNKNOWN": RuleText(
        _("库中没有此人"),
        _("人口信息中没有这个证件号码。"),
        _("无需重报；信用办人工核对后，结果会更新。也请核对号码。"),
    ),
    "NAME_DISAGREES": RuleText(
        _("姓名与号码不一致"),
        _("这个证件号码在人口信息中是另一个姓名。"),
        _("无需重报；信用办人工核对后，结果会更新。也请核对姓名。"),
    ),
    "RECORD_OF_ANOTHER": RuleText(
        _("编号属于另一人"),
        _("这个信息编号以前报送的是另一个人的信息。"),
        _("无需重报；信用办人工核对。如果编号用错，请换一个编号另报。"),
    ),
}
"""Why a line waits for a clerk."""

HELD_STATE_TEXTS: Final[Mapping[str, Words]] = {
    "WAITING": _("等待信用办核对。"),
    "ATTACHED": _("信用办已核对并入库。"),
    "DISMISSED": _("信用办核对后没有入库：%(reasons)s"),
    "REVERSED": _("所在批次已撤销，不再核对。"),
}

FILE_TEXTS: Final[Mapping[str, RuleText]] = {
    "FILE_REFUSED": RuleText(_("文件不能读取"), _("这个文件不能读取。"), _SAVE_AS),
    "FILE_EMPTY": RuleText(_("文件是空的"), _("文件里没有内容。"), _("核对是否选对了文件。")),
    "FILE_TOO_LARGE": RuleText(_("文件过大"), _("文件有 %(seen)s 字节，超过上限 %(limit)s。"), _SPLIT),
    "FILE_TOO_COSTLY": RuleText(_("读取耗费过大"), _("读取这个文件需要的内存或时间超过上限。"), _SPLIT),
    "FILE_EXPANDS": RuleText(_("压缩内容异常"), _("文件解压后异常地大。"), _("请从源系统重新导出，或改用 CSV。")),
    "FILE_CHANGED": RuleText(_("文件被改动"), _("文件在读取期间被改动。"), _("重新报送。")),
    "FORMAT_REFUSED": RuleText(_("文件格式不收"), _("不收这种格式（%(seen)s）。"), _SAVE_AS),
    "TEXT_UTF16": RuleText(_("编码是 UTF-16"), _("文件的编码是 UTF-16。"), _SAVE_AS),
    "TEXT_BINARY": RuleText(_("不是文本"), _("文件不是文本，也不是认识的表格。"), _SAVE_AS),
    "TEXT_TRUNCATED": RuleText(_("文件不完整"), _("文件在一个字的中间断开，可能没有传完。"), _("重新导出并报送。")),
    "TEXT_ENCODING_UNKNOWN": RuleText(
        _("编码不明"), _("文件既不是 UTF-8 也不是 GB18030（第 %(byte)s 字节起）。"), _SAVE_AS
    ),
    "DELIMITER_UNCLEAR": RuleText(
        _("分隔符不明"), _("不能确定列之间的分隔符。"), _("用逗号或制表符分隔，含逗号的内容加引号。")
    ),
    "HEADER_ROW_MISSING": RuleText(_("没有表头"), _("文件没有表头行。"), _("第一行写列名，可以从模板复制。")),
    "HEADER_QUOTE": RuleText(_("表头引号不成对"), _("表头行的引号不成对。"), _("第一行写列名，可以从模板复制。")),
    "HEADER_EMPTY": RuleText(_("列名为空"), _("第 %(positions)s 列没有列名。"), _("补上列名，或删去这些列。")),
    "HEADER_DUPLICATE": RuleText(_("列名重复"), _("第 %(positions)s 列的列名重复。"), _("每个列名只用一次。")),
    "HEADER_CHARACTER": RuleText(
        _("列名含有异常字符"), _("第 %(positions)s 列的列名含有看不见的字符。"), _("从模板复制列名。")
    ),
    "HEADER_TOO_LONG": RuleText(_("列名过长"), _("第 %(positions)s 列的列名过长。"), _("从模板复制列名。")),
    "COLUMNS_TOO_MANY": RuleText(_("列太多"), _("文件有 %(seen)s 列，上限是 %(limit)s 列。"), _("只保留模板中的列。")),
    "NO_LINES": RuleText(_("没有数据行"), _("文件只有表头，没有数据行。"), _("核对是否选对了文件。")),
    "LINES_TOO_MANY": RuleText(_("行太多"), _("文件超过 %(limit)s 行。"), _SPLIT),
    "LINE_TOO_LONG": RuleText(
        _("一行过长"), _("文件第 %(source_line)s 行超过 %(limit)s 字节。"), _("检查引号是否成对。")
    ),
    "BROKEN_LINES_TOO_MANY": RuleText(
        _("无法读取的行太多"), _("无法读取的行超过 %(limit)s 行。"), _("检查分隔符和编码，重新导出后报送。")
    ),
    "XLSX_UNREADABLE": RuleText(
        _("工作簿损坏"), _("工作簿不能打开，可能已经损坏。"), _("在电子表格软件中打开并另存后重新报送。")
    ),
    "PARQUET_UNREADABLE": RuleText(_("Parquet 文件损坏"), _("Parquet 文件不能读取。"), _EXPORT_AGAIN),
    "PARQUET_TYPE": RuleText(
        _("列的类型不收"), _("第 %(column)s 列的数据类型不收。"), _("把这一列导出为文字、整数或日期。")
    ),
    "PARQUET_FLOAT_LOST_DIGITS": RuleText(
        _("号码丢失末位"), _("第 %(column)s 列是浮点数，长号码的末几位已经丢失。"), _("从源头把号码导出为文字。")
    ),
    "COLUMNS_REFUSED": RuleText(_("列名不符"), _("文件的列与信息项不符。"), _("下载模板，按模板的列名填写。")),
    "PROHIBITED_COLUMN": RuleText(
        _("含有禁止征集的列"),
        _("第 %(position)s 列是禁止征集的内容，类别：%(category)s。整个文件没有收。"),
        _("删去这一列后重新报送；这类信息任何时候都不得征集。"),
    ),
    "HEADER_UNKNOWN": RuleText(
        _("有目录之外的列"),
        _("这些列不在目录中：%(headers)s。整个文件没有收。"),
        _("删去这些列，或改成模板中的列名；目录之外的内容不得报送。"),
    ),
    "HEADER_TWICE": RuleText(
        _("同一列出现两次"), _("第 %(position)s 列与前面的列是同一列（%(column)s）。"), _("每一列只保留一次。")
    ),
    "HEADER_MISSING": RuleText(_("缺少必填的列"), _("缺少这些列：%(headers)s。"), _("按模板补上这些列。")),
    "DECLARED_DIFFERS": RuleText(_("与声明不符"), _("文件与声明的不符。"), _("核对文件是否完整后重新报送。")),
    "DECLARED_COUNT": RuleText(
        _("行数与声明不符"),
        _("声明 %(declared)s 行，实际 %(found)s 行。整个文件没有收。"),
        _("核对文件是否完整，改正声明或文件后重新报送。"),
    ),
    "DECLARED_DIGEST": RuleText(
        _("摘要与声明不符"), _("文件的 SHA-256 与声明的不同。整个文件没有收。"), _("文件可能在途中改变，请重新传送。")
    ),
    "ITEM_NOT_IN_CATALOGUE": RuleText(
        _("目录中没有此项"), _("现行目录没有信息项“%(item)s”。"), _("在目录中查找正确的代码；目录之外的不得征集。")
    ),
    "ITEM_UNKNOWN": RuleText(
        _("目录中没有此项"), _("现行目录没有信息项“%(item)s”。"), _("在目录中查找正确的代码；目录之外的不得征集。")
    ),
    "NOT_A_SUPPLIER": RuleText(
        _("不是信息提供单位"), _("只有信息提供单位的经办人可以为本单位报送。"), _("请用本单位经办人的账号报送。")
    ),
    "NOT_MANDATED": RuleText(_("没有授权"), _("本单位当日没有报送这个信息项的授权。"), _("请与信用办联系办理授权。")),
    "IDEMPOTENCY_KEY_REUSED": RuleText(
        _("幂等标识已用过"), _("同一个标识以前用于另一个文件。"), _("换一个新的标识再报送。")
    ),
    "PARTS_MISSING": RuleText(
        _("没有传完"), _("已收到 %(present)s 字节，应有 %(expected)s 字节。"), _("从已收到的位置继续传送。")
    ),
}
"""Why a file or a batch as a whole is not taken."""

ACT_TEXTS: Final[Mapping[str, RuleText]] = {
    "BATCH_UNKNOWN": RuleText(_("没有这个批次"), _("没有这个批次，或者它属于别的单位。"), _("核对批次号。")),
    "NOT_YOUR_BATCH": RuleText(
        _("不是本单位的批次"), _("只有本单位和信用办可以查看这个批次。"), _("请用本单位的账号登录。")
    ),
    "NOT_SECOND_OFFICER": RuleText(_("不是复核人"), _("只有同一单位的复核人可以决定。"), _("请由本单位的复核人办理。")),
    "SAME_OFFICER": RuleText(_("不能自己复核"), _("报送人不能复核自己报送的批次。"), _("请由另一位复核人办理。")),
    "MOVE_NOT_ALLOWED": RuleText(
        _("现在不能这样办"), _("批次现在的状态（%(state)s）不允许这样办。"), _("刷新后查看批次的状态。")
    ),
    "RESULT_NOT_READY": RuleText(
        _("还没有结果"),
        _("这个批次还没有结果，或者原文件已过保存期。"),
        _("等批次处理完再取；原文件保存 90 天。"),
    ),
    "HELD_LINE_UNKNOWN": RuleText(_("没有这一行"), _("没有这一待核行，或者它已经办结。"), _("刷新待核列表。")),
    "NOT_A_CLERK": RuleText(_("不是信用办经办人"), _("只有信用办的经办人可以办理待核行。"), _("请由信用办办理。")),
    "NO_EDITION_IN_FORCE": RuleText(
        _("没有生效的目录"), _("%(on)s 没有生效的目录版本，不得征集任何信息。"), _("先发布目录版本。")
    ),
    "EDITION_UNKNOWN": RuleText(_("没有这个版本"), _("没有目录版本“%(edition)s”。"), _("先列出目录版本。")),
}
"""Why an act about a batch or the catalogue is refused."""

NUMBERED_COLUMN: Final = _("第 %(number)s 列")

UNKNOWN: Final = RuleText(_("不能办理"), _("这件事现在不能办理。"), _("请记下代码并与信用办联系。"))

_TEXTS: Final[Mapping[str, RuleText]] = {**ACT_TEXTS, **FILE_TEXTS, **HELD_TEXTS, **LINE_TEXTS}

_BOUNDS: Final[Mapping[str, Words]] = {
    "MANY_LINES": _("行数远多于以往"),
    "MANY_WITHDRAWALS": _("撤回的行所占比例异常"),
}


def title_of(code: str) -> Words:
    """Return a few words for a rule, a reason or a refusal, for lists and counts.

    Args:
        code: The stable code.
    """
    return _TEXTS.get(code, UNKNOWN).title


def bound_label(code: str) -> Words:
    """Return in which respect a batch lies outside what its supplier usually sends.

    Args:
        code: The stable code, as the batch's ``bounds`` hold it.
    """
    return _BOUNDS.get(code, code)


def has_words(code: str) -> bool:
    """Tell whether a code has words of its own here.

    Args:
        code: The stable code.
    """
    return code in _TEXTS


def explain(code: str, details: Mapping[str, str]) -> Explained:
    """Explain a code with its details, in the language of the request.

    Args:
        code: Of a refusal or a rule; an unknown one gets general words.
        details: As the refusal or the finding carries them; safe to show.
    """
    text = _TEXTS.get(code, UNKNOWN)
    if code == "HEADER_MISSING" and not details.get("headers"):
        text = FILE_TEXTS["HEADER_ROW_MISSING"]
    elif code == "LINE_UNREADABLE":
        text = UNREADABLE_TEXTS.get(details.get("what", ""), text)
    return filled(text, details)


def filled(text: RuleText, details: Mapping[str, str]) -> Explained:
    """Return a text with its placeholders filled in, in the language of the request.

    Args:
        text: The words.
        details: The values; one that is missing leaves a dash.
    """
    # A detail that an old row does not carry leaves a dash, never a fault.
    values: defaultdict[str, str] = defaultdict(lambda: "—", {name: value for name, value in details.items() if value})
    return Explained(title=str(text.title), wrong=str(text.wrong) % values, remedy=str(text.remedy) % values)


def column_labels(item: "ItemType") -> Mapping[str, str]:
    """Return the headers of an item's columns by code, in the language of the request.

    Args:
        item: The item type, of the edition under which the lines were checked.
    """
    from chengxin.catalogue.rules.columns import columns_of  # noqa: PLC0415 - most pages have no columns

    is_english = (get_language() or "").startswith("en")
    return {column.code: column.header_en if is_english else column.header_zh for column in columns_of(item)}


def translator(*, item: "ItemType", edition: "Edition") -> "Callable[[FindingLine], tuple[str, str]]":
    """Return what gives the reason and the remedy of a finding: for result files, pages and the API.

    Args:
        item: The item type of the batch.
        edition: The edition under which its lines were checked; gives categories and roles their names.
    """
    labels = column_labels(item)
    is_english = (get_language() or "").startswith("en")

    def named(place: object, code: str) -> str:
        return code if place is None else str(getattr(place, "name_en" if is_english else "name_zh", code))

    def translate(finding: "FindingLine") -> tuple[str, str]:
        details = {**finding.params, "seen": finding.seen or finding.params.get("seen", "")}
        number = finding.params.get("column", "")
        unnamed = str(NUMBERED_COLUMN) % {"number": number} if number.isdigit() else finding.column
        details["column"] = labels.get(finding.column, unnamed)
        if "category" in details:
            details["category"] = named(edition.prohibited.get(details["category"]), details["category"])
        if "roles" in details:
            roles = details["roles"].split(", ")
            details["roles"] = listed(named(edition.coverage_roles.get(role), role) for role in roles)
        explained = explain(finding.rule, details)
        state = HELD_STATE_TEXTS.get(finding.params.get("state", "")) if finding.rule in HELD_TEXTS else None
        if state is None or finding.params.get("state") == "WAITING":
            return explained.wrong, explained.remedy
        return explained.wrong, str(state) % {"reasons": finding.params.get("reasons", "")}

    return translate


RESULT_OUTCOMES: Final[Mapping[str, Words]] = {
    "ACCEPTED": _("入库"),
    "REJECTED": _("未收"),
    "HELD": _("待核"),
    "UNCHANGED": _("无变化"),
}
"""What becomes of a line, as result files and pages say it."""

RESULT_HEADERS: Final[Mapping[str, Words]] = {
    "outcome": _("结果"),
    "reason": _("原因"),
    "remedy": _("处理办法"),
    "original": _("原文"),
}
"""Headers of the columns that a result file has more than the file that was sent."""
