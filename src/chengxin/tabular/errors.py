"""What a caller of `tabular` may have to handle: the codes for whole files and for single records."""

from enum import StrEnum

from chengxin.authority.decisions import Refused


class RefusalCode(StrEnum):
    """Why a file cannot be read at all."""

    FILE_EMPTY = "FILE_EMPTY"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_TOO_COSTLY = "FILE_TOO_COSTLY"
    FILE_EXPANDS = "FILE_EXPANDS"
    FILE_CHANGED = "FILE_CHANGED"
    FORMAT_REFUSED = "FORMAT_REFUSED"
    TEXT_UTF16 = "TEXT_UTF16"
    TEXT_BINARY = "TEXT_BINARY"
    TEXT_TRUNCATED = "TEXT_TRUNCATED"
    TEXT_ENCODING_UNKNOWN = "TEXT_ENCODING_UNKNOWN"
    DELIMITER_UNCLEAR = "DELIMITER_UNCLEAR"
    HEADER_MISSING = "HEADER_MISSING"
    HEADER_QUOTE = "HEADER_QUOTE"
    HEADER_EMPTY = "HEADER_EMPTY"
    HEADER_DUPLICATE = "HEADER_DUPLICATE"
    HEADER_CHARACTER = "HEADER_CHARACTER"
    HEADER_TOO_LONG = "HEADER_TOO_LONG"
    COLUMNS_TOO_MANY = "COLUMNS_TOO_MANY"
    NO_LINES = "NO_LINES"
    LINES_TOO_MANY = "LINES_TOO_MANY"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    BROKEN_LINES_TOO_MANY = "BROKEN_LINES_TOO_MANY"
    XLSX_UNREADABLE = "XLSX_UNREADABLE"
    PARQUET_UNREADABLE = "PARQUET_UNREADABLE"
    PARQUET_TYPE = "PARQUET_TYPE"
    PARQUET_FLOAT_LOST_DIGITS = "PARQUET_FLOAT_LOST_DIGITS"


class LineCode(StrEnum):
    """Why a single record cannot be read."""

    COLUMN_COUNT = "COLUMN_COUNT"
    QUOTE = "QUOTE"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    REPLACEMENT_CHARACTER = "REPLACEMENT_CHARACTER"
    CELL_TOO_LONG = "CELL_TOO_LONG"
    XLSX_FLOAT_LOST_DIGITS = "XLSX_FLOAT_LOST_DIGITS"
    XLSX_ERROR_VALUE = "XLSX_ERROR_VALUE"
    XLSX_FORMULA_WITHOUT_VALUE = "XLSX_FORMULA_WITHOUT_VALUE"
    JSON_SYNTAX = "JSON_SYNTAX"
    JSON_NOT_OBJECT = "JSON_NOT_OBJECT"
    JSON_NESTED = "JSON_NESTED"
    JSON_KEY_DUPLICATE = "JSON_KEY_DUPLICATE"
    JSON_NUMBER = "JSON_NUMBER"


class TabularRefused(Refused):
    """A file that cannot be read at all.

    The codes are those of `RefusalCode`; ``docs/api/files.md`` explains them. The details are positions, counts and
    limits only; a cell's text, a header's text or the file's name never stands in them, because any of these may be
    personal data.
    """

    code = "FILE_REFUSED"
