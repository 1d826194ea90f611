"""Commands about the ledger: signing a checkpoint, proving an event, verifying everything."""

import argparse
import json
import os
from typing import Any

from chengxin.commands.entry import refusal
from chengxin.commands.running import FAILED, Answer, Run
from chengxin.ledger import lookups
from chengxin.ledger import operations as ledger
from chengxin.ledger.rules import joined
from chengxin.records import lookups as records
from chengxin.register import lookups as register

WRONG = {
    "EVENT_CHANGED": "事件被改动",
    "EVENT_REMOVED": "事件被删除",
    "EVENT_OUTSIDE_TREE": "事件不在存证树中",
    "LEAF_CHANGED": "叶子被改动",
    "LEAF_REMOVED": "叶子被删除",
    "LEAF_UNSIGNED": "叶子不在签名的检查点之内",
    "TILE_CHANGED": "存证文件被改动",
    "TILE_MISSING": "存证文件缺失",
    "CHECKPOINT_BROKEN": "检查点损坏",
    "CHECKPOINT_REMOVED": "检查点被删除",
    "CHECKPOINT_FILE_BROKEN": "检查点文件损坏",
    "CHECKPOINT_FILE_MISSING": "检查点文件缺失",
    "CHECKPOINT_FILE_CONTRADICTS": "检查点文件与数据库矛盾",
    "ROOT_DIFFERS": "树根与签名不符",
    "ROW_CHANGED": "登记被改动",
    "ROW_REMOVED": "登记被删除",
    "ROW_ADDED": "登记被添加",
    "POSTING_CHANGED": "入库批次的行被改动",
}


def checkpoint(called: argparse.Namespace, run: Run) -> Answer:
    """Take new events into the tree, sign a checkpoint, and print it."""
    del called
    signed = ledger.integrate(now=run.now)
    body = {"size": signed.size, "root": signed.root.hex(), "checkpoint": signed.text}
    return Answer(body=body, lines=tuple(signed.text.splitlines()))


def prove(called: argparse.Namespace, run: Run) -> Answer:
    """Hand out the proof that an event is in the log."""
    del run
    proof = lookups.prove(called.event)
    text = proof.to_text()
    if called.output is not None:
        with os.fdopen(
            os.open(called.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as f:
            f.write(f"{text}\n")
        lines: tuple[str, ...] = (f"已写出证明：{called.output}",)
    else:
        lines = (text,)
    body: dict[str, Any] = json.loads(text)
    return Answer(body=body, lines=lines)


def verify(called: argparse.Namespace, run: Run) -> Answer:
    """Verify the log, every look in the register, every append-only row, and every posting against its leaf."""
    del called, run
    verdict = joined([lookups.verify(), register.verify(), lookups.verify_rows()])
    faults = list(records.verify_postings())
    places = [{"code": finding.code.value, "place": finding.place} for finding in verdict.findings]
    places += [{"code": "POSTING_CHANGED", "place": fault.place, "what": fault.what} for fault in faults]
    count = verdict.finding_count + len(faults)
    body = {
        "size": verdict.size,
        "checked": verdict.checked_count,
        "pending": verdict.pending_count,
        "count": count,
        "findings": places,
    }
    if count:
        answer = refusal("LEDGER_WRONG", {"count": str(count)}, **body)
        told = tuple(f"  {place['place']}：{WRONG[place['code']]} {place.get('what', '')}".rstrip() for place in places)
        return Answer(body=answer.body, lines=(*answer.lines, *told), status=FAILED)
    checked = f"核对了 {verdict.checked_count} 行，{verdict.pending_count} 个事件等待并入"
    return Answer(body=body, lines=(f"核验通过：存证树 {verdict.size} 个叶子，{checked}。",))
