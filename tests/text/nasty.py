"""Text that is hard to handle, for property tests."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

PIECES = [
    *"aeIß ,.!?;:'\"()[]-*_#@/1３Ａ％，。！？；…“”‘’「」《》（）中国國說のカ가ｶﾞ",
    *"\u0301\u0327\u0308\u0323\u20e3",  # combining marks
    *"\u1100\u1161\u11a8\u0915\u094d\u093c\u0645\u06cc",  # jamo, Devanagari, Persian
    *"ﬁ½㎡㈱№™\u00b4\u00a8\u0344\u1e9b\u037a\ufdfa",  # what NFKC expands
    *"\t\n\r\x00\x0b\x0c\x1c\x7f\x85\xa0\u1680\u2028\u2029\u202f\u3000",  # controls and white space
    *"\u00ad\u200b\u200c\u200d\u200e\u200f\u202e\u2066\u2069\ufeff\ufe0e\ufe0f\U000e0101",  # invisible
    *"👍🏽👨👩❤🔥☀\U0001f1e9\U0001f1ea\U0001f3f4\U000e0067\U000e007f\u2640",
    "\r\n",
    "\n\n",
    "👨\u200d👩\u200d👧",
    "👍🏽",
    "\U0001f1e9\U0001f1ea",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "e\u0301",
    "z. B. ",
    "Dr. ",
    "3.5",
    "公司净利润",
    "公司淨利潤",
    "iPhone 15",
    "http://a.b/c?d=E",
    "\u05e9\u05dc\u05d5\u05dd",
]

texts = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(exclude_categories=("Cs",))), max_size=25).map(
    "".join
)

surrogates = st.characters(categories=("Cs",))


def without_space(text: str) -> str:
    return "".join(character for character in text if not character.isspace())


def is_format(character: str) -> bool:
    """Whether the character may be dropped: it is invisible."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f" or character in "\r\U000e0101"
