"""Encodings: UTF-8 first, GB18030 only if it reads as Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.ingestion.encodings_of_text import UnknownEncoding, decode

NAMES = st.text(st.characters(codec="gb2312", min_codepoint=0x4E00), min_size=2)


@given(st.lists(NAMES, min_size=1))
def test_utf8_is_never_read_as_gb18030(names: list[str]) -> None:
    """UTF-8 text comes back as it was, with and without byte-order mark."""
    text = "\n".join(names)
    assert decode(text.encode()) == (text, "")
    assert decode(text.encode("utf-8-sig")) == (text, "")


@pytest.mark.parametrize("name", ["联通", "永辉超市", "好又多", "孩子王", "喆"])
def test_gb18030_names(name: str) -> None:
    """Names in GB18030 are read, also those with one rare character."""
    text = f"store_id,name\nS1,门店{name}一号店\n"
    assert decode(text.encode("gb18030")) == (text, "FILE_DECODED_GB18030")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "iso8859-2"])
def test_western_text_is_refused(encoding: str) -> None:
    """Western bytes are not taken for Chinese; the offset is told."""
    content = "id,name\n1,Léonard Müller\n".encode(encoding)
    with pytest.raises(UnknownEncoding, match="FILE_ENCODING at byte 11"):
        decode(content)


def test_mixed_encodings_are_refused() -> None:
    """A file of UTF-8 with one line of GB18030 is told apart."""
    content = "编码,名称\n".encode() + "一,门店\n".encode(
        "gb18030"
    )  # the first two bytes are UTF-8 as well
    with pytest.raises(UnknownEncoding, match="FILE_MIXED_ENCODING at byte 17"):
        decode(content)


def test_odd_utf16_is_refused() -> None:
    """Half a UTF-16 character is an unknown encoding."""
    with pytest.raises(UnknownEncoding, match="FILE_ENCODING"):
        decode("编码".encode("utf-16")[:-1])
