"""Where sentences end, by rule: Chinese and European stops in one pass, so that mixed text needs no choice.

The rules ask what stands before a stop (an abbreviation, an initial, an ordinal), what closes after it
(quotes, brackets, emoji) and what comes next. A blank line always ends a sentence; a single line break
does where the line looks complete: a heading or list item, not a line that was wrapped.
Time is linear in the length of the text, as all looking back is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlpsuite.text.abbreviations import StopRules, stop_rules
from nlpsuite.text.lines import is_complete

__all__ = ["split_sentences"]


def split_sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Find the sentences of a text.

    Args:
        text: any text.
        lang: a language code; it decides on abbreviations and ordinals, and one without rules of its
            own gets those that hold almost everywhere.

    Returns:
        Start and end of each sentence in characters, in order, without the space around them; together
        they hold every character of `text` that is not white space.
    """
    sentences, start = [], 0
    for end in [*_Splitter(text, stop_rules(lang)).ends(), len(text)]:
        first = _NOT_SPACE.search(text, start, end)
        if first:
            last = first.start() + len(text[first.start() : end].rstrip())
            sentences.append((first.start(), last))
        start = end
    return sentences


_NOT_SPACE = re.compile(r"\S")
_FULL_STOPS = ".．"
_ALWAYS_STOPS = "。｡！？；؟۔।॥։።။។"
_EXCLAMATIONS = "!?‼⁇⁈⁉"
_ELLIPSIS = "…"
_STOPS = _FULL_STOPS + _ALWAYS_STOPS + _EXCLAMATIONS + _ELLIPSIS
_LINE_BREAK = r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]"
_EVENT = re.compile(rf"(?P<stop>[{_STOPS}]+)|(?P<line>{_LINE_BREAK})")

_QUOTE_ENDS = "”’»›」』＂＇"
_BRACKET_ENDS = ")]}）】》〉〕］｝"
_EITHER_END = "\"'`“‘«‹*_"
_EMOJI = r"\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\u20e3"
_CLOSER = re.compile(rf"[{_QUOTE_ENDS}{re.escape(_BRACKET_ENDS)}{_STOPS}{_EMOJI}]+|\[\d{{1,3}}\]")
_SPACED_QUOTE_END = re.compile(r"[ \u00a0\u202f][»›](?=\s|$|[,.;])")
_GOES_ON = "，、,;:：；)）]」』"
_OPENERS = "\"'`“‘„‚«‹»›([{（「『【《〈¿¡*_-\u2013\u2014•·"
_ENUMERATOR = re.compile(r"[(（]?(?:\d{1,3}|[A-Za-z]|[IVXivx]{1,5})")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[IVXLC]{1,7}")
_LOOK_BACK = 40
"""Characters before a stop that may hold the word it belongs to."""


class _Splitter:
    """One pass over one text."""

    def __init__(self, text: str, rules: StopRules) -> None:
        self.text, self.rules = text, rules
        self.start = self.line_start = 0
        self.quotes = self.quotes_at = 0
        # Found out when first asked for, once a sentence: it takes a search from the sentence's start.
        self.lower_start: bool | None = None
        self.bracketed: bool | None = None

    def ends(self) -> Iterator[int]:
        """The end of every sentence but the last."""
        done = 0
        for event in _EVENT.finditer(self.text):
            if event.start() < done:
                continue
            if event["line"]:
                ended, done = self._line_ends(event), event.end()
            else:
                done = self._closing_end(event.end())
                ended = self._stop_ends(event, done)
            if event["line"]:
                self.line_start = event.end()
            if ended:
                yield done
                self._begin(done, new_line=bool(event["line"]))

    def _begin(self, start: int, new_line: bool) -> None:
        self.start, self.lower_start, self.bracketed = start, None, None
        if new_line:
            self.quotes, self.quotes_at = 0, start

    def _closing_end(self, position: int) -> int:
        """Where the quotes, brackets, emoji and further stops end that belong to a stop before `position`."""
        while True:
            match = _CLOSER.match(self.text, position) or _SPACED_QUOTE_END.match(self.text, position)
            if match:
                position = match.end()
            elif self.text[position : position + 1] in _EITHER_END and self._closes(position):
                position += 1
            else:
                return position

    def _closes(self, position: int) -> bool:
        """Whether a mark that both opens and closes does the latter here."""
        if position == len(self.text):
            return False
        self.quotes += self.text.count('"', self.quotes_at, position)
        self.quotes_at = position
        after = self.text[position + 1 : position + 2]
        if not after or after.isspace() or after in _GOES_ON + _BRACKET_ENDS + _QUOTE_ENDS:
            return True
        return self.text[position] == '"' and self.quotes % 2 == 1

    def _stop_ends(self, event: re.Match[str], end: int) -> bool:
        stop, closers = event["stop"], self.text[event.end() : end]
        after = self.text[end : end + 1]
        if not after or after in _GOES_ON:
            return False
        if any(mark in _ALWAYS_STOPS for mark in stop + closers):
            return self._always_ends(closers, after)
        if after.isspace():
            return self._spaced_stop_ends(stop, closers, event.start(), end)
        return self._tight_stop_ends(stop, closers, event.start(), after)

    def _always_ends(self, closers: str, after: str) -> bool:
        if after.isspace():
            return True
        if any(mark in _BRACKET_ENDS for mark in closers):
            return self._is_bracketed()
        return not (closers and after == "的")

    def _is_bracketed(self) -> bool:
        """Whether the whole sentence stands in brackets."""
        if self.bracketed is None:
            first = _NOT_SPACE.search(self.text, self.start)
            self.bracketed = first is not None and first.group() in "(（[［【"
        return self.bracketed

    def _tight_stop_ends(self, stop: str, closers: str, position: int, after: str) -> bool:
        """Whether a stop ends the sentence though no space follows it."""
        before = self.text[position - 1 : position] if position > self.start else ""
        word = self._word_before(position)
        if not _HAN_OR_KANA.match(after) and after not in "“‘「『《【（":
            return stop[-1] in _EXCLAMATIONS and after.isupper() and before.isalpha() and "/" not in word
        if any(mark in _BRACKET_ENDS for mark in closers):
            return False
        if stop[-1] in _EXCLAMATIONS or closers:
            return True
        if len(stop) > 1:
            return after != before
        if stop not in _FULL_STOPS or not before.isalpha():
            return False
        return len(word) > 1 or _HAN_OR_KANA.match(before) is not None

    def _spaced_stop_ends(self, stop: str, closers: str, position: int, end: int) -> bool:
        """Whether a European stop ends the sentence, with a space after it."""
        word, letter = self._next(end)
        if not letter:
            return True
        if letter in _STOPS:
            return False
        quoted = any(mark in _QUOTE_ENDS or mark in "\"'“‘«‹" for mark in closers)
        if stop[-1] in _EXCLAMATIONS:
            return not (quoted and letter.islower())
        if len(stop) > 1 or stop in _ELLIPSIS:
            return not letter.islower() or self._starts_lower()
        if closers:
            return not letter.islower()
        return self._full_stop_ends(position, word, letter)

    def _next(self, position: int) -> tuple[str, str]:
        """The word after the white space at `position`, and the first letter or digit; both may be empty."""
        ahead = self.text[position : position + _LOOK_BACK].lstrip().lstrip(_OPENERS).lstrip()
        match = _LETTERS.match(ahead)
        return (match.group() if match else ""), ahead[:1]

    def _full_stop_ends(self, position: int, following: str, letter: str) -> bool:
        word = self._word_before(position)
        if self._only_enumerator(position):
            return False
        if word.isdecimal():
            return self._ends_after_number(word, following, letter)
        abbreviated = self.rules.is_abbreviation(word, before_number=letter.isdecimal())
        if letter.islower():
            return self._starts_lower() and word.isalpha() and len(word) > 2 and not abbreviated
        if self._is_name_part(word, position):
            return False
        if self.rules.may_end_sentence(word):
            return following[:1].isupper() and following.lower() in self.rules.starters
        return not abbreviated

    def _word_before(self, position: int) -> str:
        """The word that a stop at `position` follows, without what opens before it."""
        near = self.text[max(self.start, position - _LOOK_BACK) : position]
        words = near.split()
        return words[-1].lstrip(_OPENERS) if words and not near[-1:].isspace() else ""

    def _only_enumerator(self, position: int) -> bool:
        if position - self.start > _LOOK_BACK:
            return False
        return _ENUMERATOR.fullmatch(self.text[self.start : position].strip()) is not None

    def _ends_after_number(self, number: str, following: str, letter: str) -> bool:
        if letter.islower():
            return False
        return not self.rules.ordinals or len(number) > 3 or following.lower() in self.rules.starters

    def _is_name_part(self, word: str, position: int) -> bool:
        """Whether the stop belongs to an initial, a spaced abbreviation such as "z. B.", or "Ludwig XIV."."""
        if self.rules.ordinals and _ROMAN.fullmatch(word):
            return True
        if len(word) != 1 or not word.isalpha():
            return False
        return not self._may_end_after_letter(word, position)

    def _may_end_after_letter(self, word: str, position: int) -> bool:
        if word.islower() or word.lower() in self.rules.never:
            return False
        before = self.text[max(self.start, position - _LOOK_BACK) : position].split()
        after_letter = len(before) > 1 and before[-2].endswith(".") and len(before[-2]) <= 3
        following, _ = self._next(position + 1)
        return not after_letter and len(following) > 1 and following.lower() in self.rules.starters

    def _starts_lower(self) -> bool:
        """Whether this sentence began in lower case, as in messages written without capitals."""
        if self.lower_start is None:
            match = _LETTERS.search(self.text, self.start)
            self.lower_start = match is not None and match.group()[0].islower()
        return self.lower_start

    def _line_ends(self, event: re.Match[str]) -> bool:
        if event["line"] in ("\x0c", "\u2029"):
            return True
        ahead = self.text[event.end() : event.end() + _LOOK_BACK]
        return is_complete(self.text[self.line_start : event.start()], ahead)
