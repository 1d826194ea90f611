"""Reads tables that others send, and writes tables they get back; every file is taken as hostile.

Files come as CSV, XLSX, Parquet or JSON Lines and leave as Parquet columns of text, with one number per data record,
so that a batch can be checked as a whole. Nothing here knows what a column means; meaning is judged by `checking`.

Public functions: `reading.inspect`, `reading.to_parquet`, `writing.write_result`, `template.write_template`,
`naming.safe_name`. The formats, limits and codes are promised in ``docs/api/files.md``; the reasons stand in
``docs/decisions/0008-reading-tables.md``. No framework, no database, no clock, no network.
"""
