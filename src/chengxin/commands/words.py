"""What the command line says about a refusal: its own codes here, those of intake from the shared texts."""

from collections.abc import Mapping
from typing import Final

OWN: Final[Mapping[str, tuple[str, str]]] = {
    "NOT_INITIALISED": ("数据目录 {directory} 还没有建立", "先执行 chengxin init（演示环境加 --demonstration）"),
    "MODE_DIFFERS": (
        "这个数据目录是 {kept} 环境，不能改成 {asked}",
        "换一个数据目录（CHENGXIN_DATA），或按原来的环境执行",
    ),
    "OFFICER_UNKNOWN": ("没有登录名为“{by}”的工作人员账号", "用 chengxin account list 查看账号"),
    "FILE_UNUSABLE": ("文件 {file} 不能读写：{reason}", "核对路径和权限"),
    "DATABASE_UNUSABLE": ("数据库不能使用：{reason}", "按上面的原因处理后再试"),
    "DATABASE_UNREACHABLE": ("数据库连接失败：{reason}", "确认数据库在运行；用 chengxin status 查看"),
    "KEY_MISSING": ("缺少密钥 {reason}", "从密钥备份恢复；不要新建，新密钥打不开旧内容"),
    "KEY_DESTROYED": ("{reason} 的密钥已经销毁", "这个月的内容已不可读，也不能再收保存到这个月的信息"),
    "KEY_UNSAFE": ("密钥文件 {reason} 的权限或长度不对", "把密钥目录设为仅所有者可读（chmod -R go= …/keys）"),
    "KEYS_NOT_PUBLISHED": (
        "公布的密钥清单缺失或损坏：{reason}",
        "旧版数据目录请执行 chengxin init；否则从密钥备份恢复 keys/published 和 keys/root.jwk",
    ),
    "KEY_NOT_IN_USE": ("签名密钥已吊销或不在清单里：{use}", "执行 chengxin keys rotate {use} --apply 换新密钥"),
    "ROOT_KEY_ABSENT": (
        "本机没有签发密钥清单所需的根密钥：{reason}",
        "把离线保存的 root-signer.key（换报告密钥还要 report-root.key）放回 keys 目录，办完再移走",
    ),
    "ROTATION_REFUSED": (
        "这个密钥不能更换：{reason}",
        "存证日志的全部检查点和各见证方都只认这一个密钥；泄露时请吊销它，并按 docs/operations/keys.md 处理",
    ),
    "REVOCATION_REFUSED": (
        "不能这样吊销：{reason}",
        "核对密钥名称（chengxin keys list）；时间不能在将来，也不能晚于已登记的吊销时间",
    ),
    "ISSUER_MISSING": (
        "还没有设置平台的网址（CHENGXIN_ISSUER），它会写进每一份签名文件，以后不能改",
        "设置 CHENGXIN_ISSUER=https://… 后再执行 chengxin init",
    ),
    "MOMENT_WRONG": ("时间应写成 2026-03-05T08:00:00+08:00，而不是“{moment}”", "改正后再执行"),
    "SEAL_BROKEN": ("密封的内容被改动过，打不开", "执行 chengxin ledger verify 查明位置，再从备份恢复"),
    "ENGINE_UNKNOWN": ("检查引擎的设置不对：{reason}", "把 CHENGXIN_ENGINE 设为 duckdb"),
    "FAULT": ("程序内部出错，编号 {run}", "详情在 {file}（可能含个人信息，请勿外传）；请把编号告诉维护人员"),
    "SERVER_RUNNING": ("这个数据目录的服务已经在运行（进程 {process}）", "要重启请先执行 chengxin stop"),
    "PORT_TAKEN": ("端口 {port} 已被占用", "用 CHENGXIN_PORT 指定另一个端口"),
    "ITEM_UNCLEAR": ("按列名不能确定是哪个信息项（可能：{fitting}）", "用 --item 指明信息项代码"),
    "LINES_WRONG": ("{wrong} 行有误", "按上面列出的原因改正"),
    "SEARCH_UNCLEAR": ("要么用 --number-from-stdin，要么用 --reference，只能选一个", "改正后再执行"),
    "NOTHING_ON_STDIN": ("标准输入没有内容", "把号码或密码从标准输入传入"),
    "PASSWORD_WEAK": ("密码太弱：{reason}", "换一个更长、不常见的密码"),
    "ROLE_UNKNOWN": ("没有岗位“{role}”", "可用的岗位：{known}"),
    "ACCOUNT_UNCLEAR": ("账号要么属于单位（--organisation），要么属于本人（--person），只能选一个", "改正后再执行"),
    "ORGANISATION_UNKNOWN": ("没有单位“{organisation}”", "用 chengxin organisation list 查看"),
    "ORGANISATION_KNOWN": ("单位代码“{organisation}”已经登记", "无需再登记；或换一个代码"),
    "BODY_UNKNOWN": ("现行目录没有机构“{body}”", "用目录中的机构代码"),
    "REDIRECT_ADDRESS_REFUSED": ("不能把本人送回地址“{address}”", "用 https 地址；测试时可以用本机的 http 地址"),
    "MANDATE_OVERLAPS": ("这个单位在这段时间已有这个信息项的授权", "先结束现有授权（--end --to 日期）"),
    "MANDATE_PERIOD_EMPTY": ("授权的终止日期不晚于开始日期", "核对日期"),
    "MANDATE_MISSING": ("没有可以结束的授权", "核对单位、信息项和日期"),
    "USERNAME_TAKEN": ("登录名“{username}”已被使用", "换一个登录名"),
    "PERSON_HAS_ACCOUNT": ("这个人已经有账号", "每人只能有一个账号"),
    "PERSON_UNKNOWN": ("没有这个人", "核对编号"),
    "FEED_COLUMNS": (
        "人口库文件的列不对：{headers}",
        "列：kind、identity_number、name、effective_on、new_identity_number、new_name、died_on",
    ),
    "FEED_LINES_UNREADABLE": ("有 {count} 行无法读取，第一处在第 {line} 行", "整期没有应用；改正后重新执行"),
    "FEED_DATE": ("第 {line} 行的日期写得不对", "日期写成 2026-03-05；整期没有应用"),
    "FEED_GAP": ("期号不连续：应为第 {expected} 期，给出的是第 {feed} 期", "先应用缺少的各期"),
    "FEED_DIFFERS": ("第 {feed} 期以前应用过，内容与这次不同", "核对文件；新的一期用下一个期号"),
    "FEED_COUNT_WRONG": ("行数与声明不符：声明 {declared}，实际 {counted}", "文件可能不完整，请人口库重新导出"),
    "FEED_NOT_POPULATION_OFFICER": ("只有人口信息管理员可以应用人口库变更", "换一个账号"),
    "IDENTITY_LENGTH": ("证件号码的位数不对", "核对号码"),
    "IDENTITY_CHARACTERS": ("证件号码含有不该有的字符", "核对号码"),
    "IDENTITY_DATE": ("证件号码中的日期不存在", "核对号码"),
    "IDENTITY_FUTURE": ("证件号码中的日期在将来", "核对号码"),
    "IDENTITY_CHECK": ("证件号码的校验码不符", "核对号码"),
    "UNCHANGED": ("目录没有变化，无需发布（{edition}）", ""),
    "PACK_UNKNOWN": ("没有目录包“{pack}”", "给出 packs 下的名称或文件夹路径"),
    "EDITION_NOT_CATALOGUE_OFFICER": ("只有目录管理员或运维人员可以发布目录", "换一个账号"),
    "MONTH_WRONG": ("月份应写成 2031-04，而不是“{month}”", "改正后再执行"),
    "MONTH_WITHOUT_KEY": ("{month} 没有密钥，也就没有内容", "用 chengxin keys list 查看"),
    "DEMONSTRATION_TOO_SMALL": ("人数 {people} 太少，至少 {fewest} 人", "用 --people 指定更多人数"),
    "DEMONSTRATION_NOT_EMPTY": (
        "这个演示环境里已有另一套数据（{people} 人，种子 {seed}）",
        "换一个数据目录，或用原来的人数和种子",
    ),
    "NOT_DEMONSTRATION": ("只有演示环境可以装入合成数据", "用 chengxin init --demonstration 建立演示环境"),
    "LEDGER_EVENT_UNKNOWN": ("没有事件 {event}", "核对事件号"),
    "LEDGER_EVENT_NOT_INTEGRATED": ("事件 {event} 还没有并入检查点", "先执行 chengxin ledger checkpoint"),
    "LEDGER_BROKEN": ("存证日志与签过的检查点矛盾，位置：{place}", "执行 chengxin ledger verify，并保全现场"),
    "LEDGER_WRONG": ("核验发现 {count} 处问题", "保全现场，按 docs/operations/ledger.md 处理"),
    "REPORT_WITHDRAWN": ("报告是真的，但是本人已经撤回", "请本人重新出具"),
    "REPORT_SUPERSEDED": ("报告是真的，但是里面的信息后来有了变化", "请本人重新出具"),
    "REPORT_OVER": ("报告是真的，但是已经过期", "请本人重新出具"),
    "REPORT_UNKNOWN": ("本平台没有出具过这份报告", "不要相信它"),
    "REPORT_ALTERED": ("文件被改动过，签名对不上", "不要相信它；请出示人提供原来的文件"),
    "REPORT_NOT_A_REPORT": ("不是本平台出具的信用报告", "请提供出具时的 PDF 文件"),
    "REPORT_KEY_NOT_GOOD": ("签这份报告的密钥已经作废，又没有证明它在那之前就有", "请本人重新出具"),
    "REPORT_LIST_NOT_GOOD": ("报告没有问题，但是一起给的状态清单不能用", "重新取一份，或者不用它再核对"),
    "REPORT_TOO_LARGE": ("文件太大，不会是信用报告", "请提供出具时的 PDF 文件"),
    "NOT_A_CLERK": ("只有信用办经办人可以出具", "换一个账号"),
    "CASE_NUMBER_MISSING": ("没有写明受理号", "用 --case 写明"),
    "LOOKER_SUSPENDED": ("这个账号被暂停查看", "换一个账号"),
    "STATE_UNKNOWN": ("没有状态“{state}”", "可用的状态：{known}"),
    "REASONS_MISSING": ("必须写明理由", "用 --reason 写明理由"),
    "MERGE_WITH_SELF": ("这两个编号已经是同一个人", ""),
    "MERGE_SAME_OFFICER": ("提出人不能决定自己的提案", "请由另一位复核人决定"),
    "MERGE_NOT_REVIEWER": ("只有信用办复核人可以决定", "换一个账号"),
    "MERGE_NOT_OFFICE": ("只有信用办工作人员可以提出", "换一个账号"),
    "MERGE_NOT_IN_FORCE": ("没有这个生效的合并", "用 chengxin person merge list 查看"),
    "PERSON_MERGED_ALREADY": ("其中一人已并入 {head}", "对 {head} 提出"),
    "PROPOSAL_UNKNOWN": ("没有这个提案", "用 chengxin person merge list 查看"),
    "PROPOSAL_DECIDED": ("这个提案已经决定过", ""),
}


def refusal(code: str, details: Mapping[str, str]) -> tuple[str, str]:
    """Return what is wrong and what to do.

    Args:
        code: Code of the refusal.
        details: Its safe details.
    """
    own = OWN.get(code)
    if own is not None:
        known = _Known(details)
        return own[0].format_map(known), own[1].format_map(known)
    # These come from rooms that work with Django, so it is loaded by now.
    from chengxin.portals.presentation import rule_texts  # noqa: PLC0415

    explained = rule_texts.explain(code, details)
    return explained.wrong, explained.remedy


class _Known(dict[str, str]):
    """Details by name; one that is not there leaves a dash."""

    def __missing__(self, key: str) -> str:
        """Return the dash."""
        return "—"
