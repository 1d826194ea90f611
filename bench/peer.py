"""The peer of checking: frictionless-py validating a file against an equivalent schema, alone, in its own process."""

import json
import sys
import time
from typing import Any

import frictionless

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "证件号码", "type": "string", "constraints": {"required": True, "pattern": "[1-9][0-9]{16}[0-9Xx]"}},
        {"name": "姓名", "type": "string", "constraints": {"required": True, "maxLength": 100}},
        {"name": "信息编号", "type": "string", "constraints": {"required": True, "maxLength": 64, "unique": True}},
        {"name": "发生日期", "type": "date", "constraints": {"required": True}},
        {"name": "失信程度", "type": "string", "constraints": {"required": True, "enum": ["轻微", "一般", "严重"]}},
        {"name": "文书类型", "type": "string", "constraints": {"required": True, "enum": ["行政处罚决定书"]}},
        {"name": "文书号", "type": "string", "constraints": {"required": True, "maxLength": 100}},
        {"name": "作出单位", "type": "string", "constraints": {"required": True, "maxLength": 200}},
        {"name": "文书日期", "type": "date", "constraints": {"required": True}},
        {"name": "违法事实", "type": "string", "constraints": {"required": True, "maxLength": 200}},
    ]
}

if __name__ == "__main__":
    frictionless.system.trusted = True  # the file is ours, and its path is not below the working folder
    resource = frictionless.Resource(path=sys.argv[1], schema=frictionless.Schema.from_descriptor(SCHEMA))
    begun, before = time.perf_counter(), time.process_time()
    report = frictionless.validate(resource, limit_errors=10)
    seconds, spent = time.perf_counter() - begun, time.process_time() - before
    assert report.valid, report.to_summary()
    rows = report.tasks[0].stats.get("rows")
    print(json.dumps({"seconds": seconds, "cpu_seconds": spent, "rows": rows, "of": frictionless.__version__}))
