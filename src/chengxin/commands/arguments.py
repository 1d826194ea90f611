"""The tree of commands: names, options, and which function of which module carries each one out."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NoReturn

WRONG_CALL: Final = 2


class Setup(StrEnum):
    """What has to be there before a command's function is called."""

    NOTHING = "NOTHING"  # neither data directory nor database
    DIRECTORY = "DIRECTORY"  # an initialised data directory
    APP = "APP"  # Django, working as the application's role


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong call in Chinese, as one JSON object when that was asked for, with exit 2."""

    def error(self, message: str) -> NoReturn:
        """Answer a wrong call.

        Args:
            message: What argparse found.

        Raises:
            SystemExit: Always, with 2.
        """
        if "--json" in sys.argv[1:]:
            print(json.dumps({"refused": "WRONG_CALL", "details": {"message": message}}, ensure_ascii=False))
        else:
            print(f"命令写得不对：{message}", file=sys.stderr)
            print(f"用法请看：{self.prog} --help", file=sys.stderr)
        raise SystemExit(WRONG_CALL)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"日期应写成 2026-03-05，而不是 {text[:20]!r}"
        raise argparse.ArgumentTypeError(message) from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - nine digits fit every counter
        message = f"应为非负整数，而不是 {text[:20]!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


class _Version(argparse.Action):
    """Prints the version of the installed package and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and end.

        Raises:
            SystemExit: Always, with 0.
        """
        del parser
        print(f"chengxin {metadata.version('chengxin')}")
        raise SystemExit(0)


class _Tree:
    """Adds commands, each with the options that all of them know."""

    def __init__(self, root: Parser) -> None:
        self._groups: dict[str, Any] = {"": root.add_subparsers(dest="verb", metavar="命令", required=True)}

    def group(self, name: str, text: str) -> None:
        """Add a command that has commands below it; its name may be a path."""
        above, _, last = name.rpartition(" ")
        parser = self._groups[above].add_parser(last, help=text, description=text)
        self._groups[name] = parser.add_subparsers(dest=f"verb_{last}", metavar="命令", required=True)

    def command(self, name: str, target: str, text: str, *, setup: Setup = Setup.APP) -> Callable[..., argparse.Action]:
        """Add a command that ``target`` (``module:function``) carries out; return what adds its arguments."""
        above, _, last = name.rpartition(" ")
        parser = self._groups[above].add_parser(last, help=text, description=text)
        add_common(parser, default=argparse.SUPPRESS)
        parser.set_defaults(target=target, setup=setup, command=name)
        add: Callable[..., argparse.Action] = parser.add_argument
        return add


def add_common(parser: argparse.ArgumentParser, *, default: Any = None) -> None:  # noqa: ANN401 - argparse's own
    """Add the options that every command knows; they may stand before or after the command.

    Args:
        parser: Where to add them.
        default: Given where the value of an outer parser must not be overwritten.
    """
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if default is None else default,
        help="在标准输出上给出一个 JSON 对象，供程序读取",
    )
    parser.add_argument("--today", type=_date, metavar="日期", default=default, help="以这一天为当日（东八区正午）")


def build() -> Parser:
    """Return the parser of all commands."""
    root = Parser(prog="chengxin", description="诚信：自然人公共信用信息平台的命令行")
    root.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    add_common(root)
    tree = _Tree(root)
    _add_site(tree)
    _add_catalogue(tree)
    _add_intake(tree)
    _add_registry(tree)
    _add_parties(tree)
    _add_reports(tree)
    _add_ledger_and_keys(tree)
    return root


def _add_site(tree: _Tree) -> None:
    add = tree.command("init", "site:init", "建立数据目录、密钥、数据库和目录版本；可以重复执行", setup=Setup.NOTHING)
    add("--demonstration", action="store_true", help="演示环境：只收合成人员的数据，每页都注明")
    tree.command("migrate", "site:migrate", "把数据库结构更新到当前版本", setup=Setup.DIRECTORY)
    add = tree.command("serve", "serving:serve", "启动网站、后台任务和存证集成，直到被停止", setup=Setup.DIRECTORY)
    add("--workers", type=_count, default=2, metavar="数", help="网站进程数，默认 2")
    add("--stop-database", action="store_true", help="结束时停止内嵌数据库，不论它是谁启动的")
    tree.command("stop", "serving:stop", "停止正在运行的服务和内嵌数据库", setup=Setup.DIRECTORY)
    tree.command("status", "status:status", "平台现在的状况")
    add = tree.command("demo", "demo:load", "装入一个合成的省（仅演示环境）")
    add("--people", type=_count, default=20_000, metavar="数", help="人数，默认 20000")
    add("--seed", type=_count, default=1, metavar="数", help="随机种子；种子相同，结果相同")


def _add_catalogue(tree: _Tree) -> None:
    tree.group("catalogue", "目录：可以征集什么、依据是什么")
    add = tree.command("catalogue show", "catalogue:show", "列出目录版本，或显示一个信息项")
    add("item", nargs="?", metavar="信息项", help="信息项代码；不填则列出现行版本的全部信息项")
    add = tree.command("catalogue diff", "catalogue:diff", "比较两个目录版本；也可以用尚未发布的目录包")
    add("left", metavar="旧版本")
    add("right", metavar="新版本")
    add = tree.command("catalogue issue", "catalogue:issue", "把一个目录包发布为新版本")
    add("pack", metavar="目录包", help="packs 下的名称，或文件夹路径")
    add("--by", metavar="登录名", help="由哪位目录管理员发布；不填则为运维人员")


def _add_intake(tree: _Tree) -> None:
    tree.group("intake", "征集：模板、检查、报送、结果、复核")
    add = tree.command("intake template", "intake:template", "写出一个信息项的空白报送表")
    add("item", metavar="信息项")
    add("-o", "--output", type=Path, required=True, metavar="文件.xlsx")
    add = tree.command("intake check", "intake:check", "只读取和检查，不保存任何内容；有错误行时退出码为 1")
    add("file", type=Path, metavar="文件")
    add("--item", metavar="信息项", help="不填则按列名辨认")
    add("-o", "--output", type=Path, metavar="结果文件", help="按原格式写出检查结果")
    add = tree.command("intake submit", "intake:submit", "报送一个文件并立即入库")
    add("file", type=Path, metavar="文件")
    add("--item", required=True, metavar="信息项")
    add("--supplier", required=True, metavar="单位", help="信息提供单位的代码")
    add("--declared-lines", type=_count, metavar="数", help="声明的行数；不符则整批不收")
    add("--declared-sha256", default="", metavar="摘要", help="声明的 SHA-256；不符则整批不收")
    add("--key", default="", metavar="标识", help="幂等标识；同一标识重复报送只算一批")
    add("--by", metavar="登录名", help="由该单位哪位经办人报送；不填则记为命令行")
    for verb, text in (("approve", "复核通过等待复核的批次并入库"), ("decline", "不通过等待复核的批次")):
        _decision(tree.command(f"intake {verb}", f"intake:{verb}", text))
    _decision(tree.command("intake reverse", "intake:reverse", "整批撤销一个已入库的批次"))
    add = tree.command("intake result", "intake:result", "按原文件的格式写出一个批次的结果")
    add("batch", metavar="批次")
    add("-o", "--output", type=Path, required=True, metavar="文件")
    add = tree.command("intake list", "intake:list_batches", "列出批次，新的在前")
    add("--supplier", metavar="单位")
    add("--item", metavar="信息项")
    add("--state", metavar="状态")
    add("--limit", type=_count, default=50, metavar="数")


def _decision(add: Callable[..., argparse.Action]) -> None:
    add("batch", metavar="批次")
    _officer(add)


def _officer(add: Callable[..., argparse.Action]) -> None:
    add("--by", required=True, metavar="登录名", help="作决定的工作人员")
    add("--reason", required=True, metavar="理由")


def _add_registry(tree: _Tree) -> None:
    tree.group("person", "自然人：查找、合并、拆分")
    add = tree.command("person find", "person:find", "按证件号码或编号查找；证件号码只从标准输入读取")
    add("--number-from-stdin", action="store_true", help="从标准输入读一个证件号码")
    add("--reference", metavar="编号")
    for kind, name in (("merge", "合并"), ("split", "拆分")):
        tree.group(f"person {kind}", f"{name}：一位工作人员提出，另一位决定")
        add = tree.command(f"person {kind} propose", f"person:propose_{kind}", f"提出{name}")
        if kind == "merge":
            add("merged", metavar="编号", help="并入另一人的人")
            add("into", metavar="编号", help="另一人")
        else:
            add("merge", type=_count, metavar="合并号")
        _officer(add)
        add = tree.command(f"person {kind} decide", f"person:decide_{kind}", f"决定{name}")
        add("proposal", type=_count, metavar="提案号")
        add("decision", choices=("approve", "decline"), help="approve 同意，decline 不同意")
        _officer(add)
    tree.command("person merge list", "person:list_merges", "列出合并提案")
    tree.group("population", "人口库变更")
    add = tree.command("population apply", "person:apply_population", "应用一期人口库变更；整期成功或整期不动")
    add("file", type=Path, metavar="文件")
    add("--feed", type=_count, required=True, metavar="期号", help="从 1 开始，不能跳号")
    add("--declared-lines", type=_count, metavar="数", help="人口库声明的行数；不填则以文件为准")
    add("--by", metavar="登录名", help="由哪位人口信息管理员办理；不填则记为命令行")


def _add_parties(tree: _Tree) -> None:
    tree.group("organisation", "单位和授权")
    add = tree.command("organisation add", "parties:add_organisation", "登记一个单位")
    add("code", metavar="单位代码")
    add("--body", required=True, metavar="机构", help="目录中的机构代码")
    add("--division", required=True, metavar="区划", help="六位行政区划代码")
    add("--name-zh", required=True, metavar="名称")
    add("--name-en", required=True, metavar="英文名称")
    add = tree.command("organisation mandate", "parties:mandate", "授权一个单位提供某信息项")
    add("code", metavar="单位代码")
    add("item", metavar="信息项")
    add("--from", dest="from_on", type=_date, metavar="日期", help="首日，默认当日")
    add("--to", dest="to_on", type=_date, metavar="日期", help="从这一天起不再有授权")
    add("--end", action="store_true", help="结束现有授权，须同时给出 --to")
    tree.command("organisation list", "parties:list_organisations", "列出单位")
    tree.group("account", "登录账号")
    add = tree.command("account open", "parties:open_account", "开立账号；密码从标准输入读取")
    add("username", metavar="登录名")
    add("--organisation", default="", metavar="单位", help="工作人员所在单位")
    add("--person", metavar="编号", help="本人账号：自然人的编号")
    add("--role", action="append", default=[], metavar="岗位", help="可以重复")
    add("--name", default="", metavar="显示名")
    add = tree.command("account list", "parties:list_accounts", "列出工作人员的账号")
    add("--organisation", metavar="单位")
    tree.group("client", "接口客户端")
    add = tree.command("client open", "parties:open_client", "为单位开立接口客户端；密钥只显示这一次")
    add("--organisation", required=True, metavar="单位")
    add("--name", required=True, metavar="名称")
    add("--role", action="append", default=[], metavar="岗位", help="可以重复，默认 SUPPLIER")
    add("--redirect-uri", action="append", default=[], metavar="地址", help="本人答复授权请求后送回的地址，可以重复")


def _add_reports(tree: _Tree) -> None:
    tree.group("report", "信用报告：出具、核对")
    add = tree.command("report issue", "reports:issue", "出具一份带签名的信用报告；登记为窗口出具，本人看得到")
    add("--person", required=True, metavar="编号", help="自然人的编号")
    add("-o", "--output", type=Path, required=True, metavar="文件.pdf")
    add("--language", choices=("ZH_HANS", "ZH_HANT", "EN"), default="ZH_HANS", help="文字，默认 ZH_HANS（简体）")
    add("--extent", choices=("WHOLE", "ITEMS"), default="WHOLE", help="WHOLE 完整；ITEMS 不含授权和查询记录")
    add("--case", default="", metavar="受理号", help="窗口受理号；不填则为这次运行的编号")
    add("--by", metavar="登录名", help="由哪位信用办经办人出具；不填则记为命令行")
    add = tree.command("report verify", "reports:verify", "核对一份信用报告；不是有效时退出码为 1")
    add("file", type=Path, metavar="文件.pdf")
    add("--status", type=Path, metavar="清单.jws", help="另外取来的状态清单，一并核对")


def _add_ledger_and_keys(tree: _Tree) -> None:
    tree.group("ledger", "存证日志：检查点、证明、核验")
    tree.command("ledger checkpoint", "ledger:checkpoint", "把新事件并入存证树并签出检查点")
    add = tree.command("ledger prove", "ledger:prove", "给出一个事件在日志中的证明")
    add("event", type=_count, metavar="事件号")
    add("-o", "--output", type=Path, metavar="文件")
    tree.command("ledger verify", "ledger:verify", "核验日志、查阅登记和全部入库批次；有问题时指出位置，退出码为 1")
    tree.group("keys", "密钥：签名密钥和按月密钥")
    tree.command("keys list", "keys:list_keys", "列出公布的签名密钥和各月密钥")
    add = tree.command("keys rotate", "keys:rotate", "更换一个签名密钥；默认只说明会怎样，加 --apply 才执行")
    add("use", choices=("REPORT", "RECEIPT", "ARCHIVE", "CHECKPOINT"), help="用途")
    add("--apply", action="store_true", help="真正更换；旧密钥随即销毁，此前的签名仍然有效")
    add = tree.command("keys revoke", "keys:revoke", "吊销一个签名密钥；默认只说明会怎样，加 --apply 才执行")
    add("name", metavar="密钥名称", help="见 chengxin keys list")
    add("--since", required=True, metavar="时间", help="从何时起不再可信，如 2026-03-05T08:00:00+08:00")
    add("--reason", required=True, choices=("COMPROMISED", "LOST", "MISISSUED"), help="原因")
    add("--apply", action="store_true", help="真正吊销，不可撤回")
    add = tree.command("keys destroy", "keys:destroy", "销毁一个月的密钥；默认只说明会怎样，加 --apply 才执行")
    add("month", metavar="月份", help="如 2031-04")
    add("--apply", action="store_true", help="真正销毁，不可恢复")
