"""Bytes of a text file to text: UTF-8 first, then GB18030, never a guess."""

import codecs

__all__ = ["UnknownEncoding", "decode"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MIXED_SHARE = 0.02
_COMMON_SHARE = 0.8
_SAMPLE_BYTES = 2 * 1024**2  # either side of the first byte that is not UTF-8


class UnknownEncoding(Exception):
    """The encoding cannot be told; carries the rule id and a byte offset."""

    def __init__(self, rule_id: str, offset: int) -> None:
        self.rule_id = rule_id
        self.offset = offset
        super().__init__(f"{rule_id} at byte {offset}")


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and the id of a note ("" for UTF-8).

    UTF-8 is tried first: GB18030 would read most UTF-8 without an error, as
    nonsense. GB18030 is accepted if the text it gives is mostly of the common
    characters of GB 2312 and no line is readable as Chinese in UTF-8.

    Raises
    ------
    UnknownEncoding
        With the byte offset of the first byte that is not UTF-8.

    Examples
    --------
    >>> decode("门店".encode("gb18030"))
    ('门店', 'FILE_DECODED_GB18030')
    """
    if content.startswith(_UTF16):
        try:
            return content.decode("utf-16"), "FILE_DECODED_UTF16"
        except UnicodeDecodeError as error:
            raise UnknownEncoding("FILE_ENCODING", error.start) from error
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        offset = error.start
    start = content.rfind(b"\n", 0, max(0, offset - _SAMPLE_BYTES)) + 1
    sample = content[start : offset + _SAMPLE_BYTES]
    if _share_of_utf8_lines(sample) > _MIXED_SHARE:
        raise UnknownEncoding("FILE_MIXED_ENCODING", offset)
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnknownEncoding("FILE_ENCODING", offset) from error
    if not _is_common_chinese(sample.decode("gb18030", "ignore")):
        raise UnknownEncoding("FILE_ENCODING", offset)
    return text, "FILE_DECODED_GB18030"


def _share_of_utf8_lines(content: bytes) -> float:
    """Return the share of the lines with other than ASCII that read as UTF-8."""
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    readable = 0
    for line in lines:
        try:
            readable += any("\u4e00" <= c <= "\u9fff" for c in line.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return readable / len(lines)


def _is_common_chinese(text: str) -> bool:
    other = [c for c in text if not c.isascii()]
    common = sum(len(c.encode("gb2312", "ignore")) > 0 for c in other)
    return common >= _COMMON_SHARE * len(other)
