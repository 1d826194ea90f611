"""Text files as a stream of UTF-8 bytes, and what counts as white space and as an unwanted character."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from chengxin.tabular.errors import LineCode, RefusalCode, TabularRefused
from chengxin.tabular.values import Encoding

CHUNK_BYTES = 1 << 20
WHITE_SPACE = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What is taken away around a value. Named one by one, so that both readers mean the same characters."""

# Controls except tab and line ends, line and paragraph separators, direction overrides and isolates, the byte order
# mark inside text, and the replacement character that says another program has already lost the text.
UNWANTED_RANGES = (
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0x2028, 0x202E),
    (0x2066, 0x2069),
    (0xFEFF, 0xFEFF),
    (0xFFFD, 0xFFFD),
)
_UNWANTED = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in UNWANTED_RANGES) + "]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAMPLE_BYTES = 1 << 20
_COMMON_SHARE = 0.75


def unwanted(text: str) -> LineCode | None:
    """Return the code for a text that holds a character no value may hold.

    Args:
        text: A value or a whole record.

    Returns:
        ``CONTROL_CHARACTER``, ``REPLACEMENT_CHARACTER``, or ``None`` for a clean text.
    """
    found = _UNWANTED.search(text)
    if found is None:
        return None
    return LineCode.REPLACEMENT_CHARACTER if found.group() == "\ufffd" else LineCode.CONTROL_CHARACTER


def value_of(text: str) -> str | None:
    """Return a value without surrounding white space, or ``None`` when nothing is left.

    Args:
        text: The text of one cell.
    """
    return text.strip(WHITE_SPACE) or None


class EncodingDetector:
    """Finds out the encoding of a text while its bytes pass by once.

    UTF-8 is proved over the whole file. Only when that fails is the file read again as GB18030, which must decode to
    the end and look like Chinese, because nearly any bytes can be decoded as GB18030.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._offset = 0
        self._failed_at: int | None = None
        self._head = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Args:
            chunk: Bytes in the order of the file.
        """
        if len(self._head) < CHUNK_BYTES:
            self._head += chunk[: CHUNK_BYTES - len(self._head)]
        if self._failed_at is None:
            pending = len(self._decoder.getstate()[0])
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError as error:
                self._failed_at = self._offset - pending + error.start
        self._offset += len(chunk)

    def conclude(self, path: Path) -> tuple[Encoding, bool]:
        """Return the encoding, and whether a byte order mark begins the text.

        Args:
            path: The file, to be read again when it is not UTF-8.

        Raises:
            TabularRefused: ``TEXT_UTF16``, ``TEXT_TRUNCATED``, ``TEXT_BINARY`` or ``TEXT_ENCODING_UNKNOWN``.
        """
        for mark, name in _BYTE_ORDER_MARKS:
            if self._head.startswith(mark):
                raise TabularRefused(RefusalCode.TEXT_UTF16, seen=name)
        if self._head[:4096].count(0) * 4 >= len(self._head[:4096]) and self._head:
            # A quarter of zero bytes is how UTF-16 without a mark looks; no text in UTF-8 has so many.
            raise TabularRefused(
                RefusalCode.TEXT_UTF16 if self._head[:2].count(0) == 1 else "TEXT_BINARY", seen="UTF-16"
            )
        marked = self._head.startswith(codecs.BOM_UTF8)
        if self._failed_at is None:
            if self._decoder.getstate()[0]:
                raise TabularRefused(RefusalCode.TEXT_TRUNCATED, byte=self._offset)
            return Encoding.UTF_8, marked
        if marked or not _is_gb18030(path):
            raise TabularRefused(RefusalCode.TEXT_ENCODING_UNKNOWN, byte=self._failed_at + 1)
        return Encoding.GB18030, False


def _is_gb18030(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    sample: list[str] = []
    sampled = 0
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                text = decoder.decode(chunk)
                if sampled < _SAMPLE_BYTES:
                    sample.append(text)
                    sampled += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    beyond_ascii = re.sub(r"[\x00-\x7f]+", "", "".join(sample))
    common = len(beyond_ascii.encode("gb2312", "ignore")) // 2
    return common >= _COMMON_SHARE * len(beyond_ascii)


class TextStream:
    """A text file as UTF-8 bytes with a place to stand in them.

    Attributes:
        block: Bytes at hand.
        place: Where the next record begins in them.
        is_ended: Whether the file holds nothing beyond the bytes at hand.
    """

    def __init__(self, file: BinaryIO, *, encoding: Encoding, byte_order_mark: bool) -> None:
        self.block = b""
        self.place = 0
        self.is_ended = False
        self._chunks = _utf8_chunks(file, encoding=encoding, byte_order_mark=byte_order_mark)

    def need(self, count: int) -> None:
        """Bring bytes until so many are at hand from the place on, or the file ends.

        Args:
            count: How many.

        Raises:
            TabularRefused: ``FILE_CHANGED`` when the text is no longer what the inspection has found.
        """
        if self.is_ended or len(self.block) - self.place >= count:
            return
        parts = [self.block[self.place :]]
        size = len(parts[0])
        while size < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.is_ended = True
                break
            parts.append(chunk)
            size += len(chunk)
        self.block = b"".join(parts)
        self.place = 0


def _utf8_chunks(file: BinaryIO, *, encoding: Encoding, byte_order_mark: bool) -> Iterator[bytes]:
    if byte_order_mark:
        file.seek(len(codecs.BOM_UTF8))
    if encoding is Encoding.UTF_8:
        while chunk := file.read(4 * CHUNK_BYTES):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(encoding.value)("strict")
    try:
        while chunk := file.read(CHUNK_BYTES):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise TabularRefused(RefusalCode.FILE_CHANGED) from error


def text_of(record: bytes) -> str:
    """Return the text of bytes from a `TextStream`.

    Args:
        record: UTF-8 bytes.

    Raises:
        TabularRefused: ``FILE_CHANGED`` when they are not what the inspection has proved.
    """
    try:
        return record.decode()
    except UnicodeDecodeError as error:
        raise TabularRefused(RefusalCode.FILE_CHANGED) from error
