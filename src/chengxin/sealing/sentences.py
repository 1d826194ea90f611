"""Verdicts as one plain sentence, in English and in Chinese.

Plain texts in the module, because the verifier installs alone: no catalogues, no gettext.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

from chengxin.sealing.faults import Fault
from chengxin.sealing.verdicts import Caution, Kind, Verdict

LANGUAGES: Final = ("zh", "en")

_OFFICE_ZONE: Final = timezone(timedelta(hours=8))
_MOMENTS: Final = {"issued_at", "valid_until", "signed_at", "proven_at", "status_asked_at", "made_at", "at", "seen_at"}

_VERIFIED: Final[Mapping[str, Mapping[Kind, str]]] = {
    "en": {
        Kind.REPORT: "Valid: report {number}, issued {issued_at}, serves until {valid_until}",
        Kind.CREDENTIAL: (
            "Valid: credential of report {number}, issued {issued_at}, serves until {valid_until}, "
            "with {disclosed} entries disclosed and {withheld} withheld"
        ),
        Kind.RECEIPT: "Valid: receipt of {signed_at}",
        Kind.ARCHIVE: (
            "Valid: archive of {reference}, made {made_at}, with {events} events in the ledger, "
            "{looks} looks ({proven} of them proven) and {receipts} receipts"
        ),
        Kind.LOOKS: "Complete: {looks} looks, numbered without a gap, {proven} of them in the ledger",
        Kind.EVENT: "In the ledger: event {leaf}, by the ledger's word of {at}",
        Kind.CHECKPOINT: "Valid: state of the ledger with {size} events, cosigned by {witnesses} witnesses",
        Kind.CONSISTENCY: "Consistent: the ledger's {size} events begin with the {continues} that you kept",
        Kind.KEYS: "Valid: list of keys number {number} of {made_at}, {keys} keys, {revoked} of them revoked",
    },
    "zh": {
        Kind.REPORT: "有效：报告 {number}，出具于 {issued_at}，有效至 {valid_until}",
        Kind.CREDENTIAL: (
            "有效：报告 {number} 的凭证，出具于 {issued_at}，有效至 {valid_until}，"
            "已披露 {disclosed} 项，未披露 {withheld} 项"
        ),
        Kind.RECEIPT: "有效：{signed_at} 的回执",
        Kind.ARCHIVE: (
            "有效：{reference} 的个人档案包，制作于 {made_at}，含账本事件 {events} 条、"
            "查询记录 {looks} 条（其中 {proven} 条已获证明）、授权回执 {receipts} 份"
        ),
        Kind.LOOKS: "完整：查询记录 {looks} 条，编号连续，其中 {proven} 条已载入账本",
        Kind.EVENT: "已载入账本：第 {leaf} 号事件，账本记载的时间为 {at}",
        Kind.CHECKPOINT: "有效：账本状态，含事件 {size} 条，有 {witnesses} 个见证方联署",
        Kind.CONSISTENCY: "前后一致：账本现有 {size} 条事件，以您留存的 {continues} 条为开头",
        Kind.KEYS: "有效：第 {number} 号密钥清单，签发于 {made_at}，含密钥 {keys} 个，其中 {revoked} 个已吊销",
    },
}

_CAUTIONS: Final[Mapping[str, Mapping[Caution, str]]] = {
    "en": {
        Caution.STATUS_NOT_ASKED: "whether it was withdrawn or superseded was not asked, the status list tells",
        Caution.TIME_IS_SIGNERS_WORD: "the time of signing is the signer's own word",
        Caution.NO_WITNESSES: "no witnesses were demanded, so others might be shown another ledger",
        Caution.NEWEST_WAIT: "the newest looks wait for the next state of the ledger",
        Caution.END_NOT_KNOWN: "that nothing was cut off at the end can only be told by an earlier state or number",
        Caution.HOLDER_NOT_SHOWN: "it does not show that whoever presents it is the person",
    },
    "zh": {
        Caution.STATUS_NOT_ASKED: "是否已被撤回或替换未经查询，须看公布的状态清单",
        Caution.TIME_IS_SIGNERS_WORD: "签署时间仅为签署方自述",
        Caution.NO_WITNESSES: "未要求见证方联署，他人看到的账本可能不同",
        Caution.NEWEST_WAIT: "最新的查询记录尚待载入账本",
        Caution.END_NOT_KNOWN: "末尾是否被截去，须与先前的状态或编号比对才能知道",
        Caution.HOLDER_NOT_SHOWN: "不能证明出示者就是本人",
    },
}

_FAULTS: Final[Mapping[str, Mapping[Fault, str]]] = {
    "en": {
        Fault.UNRECOGNISED: "this is no kind of file that can be checked here",
        Fault.MALFORMED: "it cannot be read as what it says it is",
        Fault.TOO_LARGE: "it is larger than such a file may be, and was not read",
        Fault.ALTERED: "altered: a signature or a digest does not hold",
        Fault.PARTS_DISAGREE: "its parts do not belong together",
        Fault.REPLAYED: "a genuine part stands where it was not issued for",
        Fault.UNKNOWN_KEY: "it was signed with a key that is not in the published list for this use",
        Fault.KEY_NOT_YET_VALID: "it says it was signed before its key was valid",
        Fault.KEY_EXPIRED_AT_SIGNING: "it says it was signed after its key had been retired",
        Fault.KEY_REVOKED: "its key was revoked, and only the key itself says that it was signed before that",
        Fault.KEYS_OUTDATED: "the list of keys is older than one that is known",
        Fault.NOT_IN_LEDGER: "the proof does not lead to the signed state of the ledger",
        Fault.NOT_COSIGNED: "too few of the trusted witnesses have cosigned the state of the ledger",
        Fault.SPLIT_VIEW: "split view: two signed states contradict each other; keep both, they are evidence",
        Fault.NOT_CONSISTENT: "no proof that holds shows the later state of the ledger to continue the earlier one",
        Fault.TRUNCATED: "cut off: it is shorter than what was signed or known before",
        Fault.INCOMPLETE: "incomplete: a number is missing",
        Fault.WITHDRAWN: "withdrawn by its issuer",
        Fault.SUPERSEDED: "superseded by a newer one",
        Fault.OVER: "genuine, but past the moment until which it serves",
        Fault.TRUST_MISSING: "what was given as trusted does not hold what this check needs",
    },
    "zh": {
        Fault.UNRECOGNISED: "不是此处能够核验的文件",
        Fault.MALFORMED: "内容无法按其自称的类型读取",
        Fault.TOO_LARGE: "文件超过允许的大小，未予读取",
        Fault.ALTERED: "已被改动：签名或摘要不符",
        Fault.PARTS_DISAGREE: "各部分不属于同一份文件",
        Fault.REPLAYED: "真实的部分被用在了不属于它的地方",
        Fault.UNKNOWN_KEY: "签名所用密钥不在已公布的该用途清单中",
        Fault.KEY_NOT_YET_VALID: "自称的签署时间早于密钥生效时间",
        Fault.KEY_EXPIRED_AT_SIGNING: "自称的签署时间晚于密钥停用时间",
        Fault.KEY_REVOKED: "密钥已吊销，且只有该密钥自己声称签署在吊销之前",
        Fault.KEYS_OUTDATED: "密钥清单比已知的旧",
        Fault.NOT_IN_LEDGER: "证明不能通向已签署的账本状态",
        Fault.NOT_COSIGNED: "联署账本状态的可信见证方不足",
        Fault.SPLIT_VIEW: "账本分叉：两个已签署的状态互相矛盾，请保留两者作为证据",
        Fault.NOT_CONSISTENT: "没有成立的证明表明后来的账本状态延续先前的状态",
        Fault.TRUNCATED: "被截短：比先前签署或已知的内容短",
        Fault.INCOMPLETE: "不完整：缺少编号",
        Fault.WITHDRAWN: "出具方已撤回",
        Fault.SUPERSEDED: "已被新的一份替换",
        Fault.OVER: "内容真实，但已过有效期",
        Fault.TRUST_MISSING: "所给的信任材料缺少此项核验所需的内容",
    },
}

_NOT_VERIFIED: Final = {"en": "Not verified: {reason}{place}.", "zh": "未通过核验：{reason}{place}。"}
_PLACE: Final = {"en": " ({place})", "zh": "（{place}）"}
_JOINED: Final = {"en": "; ", "zh": "；"}
_END: Final = {"en": ".", "zh": "。"}


def sentence_of(verdict: Verdict, language: str) -> str:
    """Return a verdict as one sentence; moments are told in the office's zone.

    Args:
        verdict: The verdict.
        language: ``zh`` or ``en``.
    """
    if verdict.fault is not None:
        place = _PLACE[language].format(place=verdict.place) if verdict.place else ""
        return _NOT_VERIFIED[language].format(reason=_FAULTS[language][verdict.fault], place=place)
    facts = {name: _told(name, value) for name, value in verdict.facts.items()}
    parts = [_VERIFIED[language][verdict.kind].format(**facts)]
    parts += [_CAUTIONS[language][caution] for caution in verdict.cautions]
    return _JOINED[language].join(parts) + _END[language]


def wording(language: str) -> Mapping[str, object]:
    """Return all words of a language as plain values, for a verifier that is written in another language.

    Args:
        language: ``zh`` or ``en``.

    Returns:
        ``verified`` by kind, ``cautions`` and ``faults`` by word, the frames ``not_verified`` and ``place``, what joins
        and ends the parts (``joined``, ``end``), and ``moments``: the names of facts that are moments.
    """
    return {
        "verified": {str(kind): text for kind, text in _VERIFIED[language].items()},
        "cautions": {str(caution): text for caution, text in _CAUTIONS[language].items()},
        "faults": {str(fault): text for fault, text in _FAULTS[language].items()},
        "not_verified": _NOT_VERIFIED[language],
        "place": _PLACE[language],
        "joined": _JOINED[language],
        "end": _END[language],
        "moments": sorted(_MOMENTS),
    }


def reason_of(fault: Fault, language: str) -> str:
    """Return a fault in words, without what stands around it.

    Args:
        fault: Which.
        language: ``zh`` or ``en``.
    """
    return _FAULTS[language][fault]


def _told(name: str, value: str | int | None) -> str:
    if name in _MOMENTS and isinstance(value, str):
        try:
            return datetime.fromisoformat(value).astimezone(_OFFICE_ZONE).strftime("%Y-%m-%d %H:%M:%S +08:00")
        except OverflowError:  # the last hours of the year 9999
            return value
    return "-" if value is None else str(value)
