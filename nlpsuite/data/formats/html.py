"""HTML: the text that who looks at the page sees, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nlpsuite.data.encoding import CURE, declared_encoding, guess_encoding, marked_encoding
from nlpsuite.data.formats.opened import read_file
from nlpsuite.data.formats.stated import stated_date, stated_language
from nlpsuite.data.part import Part
from nlpsuite.errors import InputError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

LARGEST_PAGE = 50_000_000
"""In bytes."""
DEEPEST = 5_000
"""How many elements may lie in each other; browsers allow some 500."""

_UNSEEN = frozenset(
    # Browsers that run scripts and play films show none of these; rt and rp say how the text beside them is spoken.
    "script style noscript template svg head title iframe noembed noframes canvas audio video datalist rt rp".split()
)
_BETWEEN = dict.fromkeys(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre search section"
    " select summary table tbody textarea tfoot thead tr ul".split(),
    "\n",
) | dict.fromkeys(["td", "th", "button"], " ")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_NEVER_WITHIN_ITSELF = _VOID | frozenset(
    "a body button colgroup dd dt head html li nobr optgroup option p select tbody td tfoot th thead tr".split()
)
_TAG = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSED = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)/>")
_SPACE = re.compile(r"\s+")
_DATES = ("article:published_time", "date")


def read_html(path: Path) -> Iterator[Part]:
    """The page as one document.

    Raises:
        InputError: it cannot be read or decoded, is too large, nested too deeply, or shows no text.
    """
    tree = _tree(_markup(path), path)
    title, text = _title(tree), _text(tree)
    if title and not text.startswith(title):
        text = f"{title}\n{text}" if text else title
    if not text:
        raise InputError("holds no text", path=path, cure="It may be filled by scripts; save what the browser shows.")
    yield Part(text, lang=_language(tree), date=_date(tree))


def html_to_text(markup: str, path: Path | None = None) -> str:
    """The text that a page shows, without its title.

    Args:
        markup: the page.
        path: for messages.

    Raises:
        InputError: it is nested too deeply.
    """
    return _text(_tree(markup, path))


def _markup(path: Path) -> str:
    content = read_file(path, LARGEST_PAGE)
    encoding = marked_encoding(content) or guess_encoding(content, path, declared=declared_encoding(content))
    try:
        markup = content[encoding.mark :].decode(encoding.name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, encoding.mark + error.start) + 1
        raise InputError(f"is not valid {encoding.name.upper()} here", path=path, line=line, cure=CURE) from error
    return _CLOSED.sub(_spelt_out, markup) if markup.lstrip().startswith("<?xml") else markup


def _spelt_out(tag: re.Match[str]) -> str:
    """An empty element of XML as HTML has it, where the slash is ignored and so all that follows would be in it."""
    return tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>"


def _tree(markup: str, path: Path | None) -> LexborHTMLParser:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if _is_too_deep(markup):
        problem = f"has more than {DEEPEST} elements within each other"
        raise InputError(problem, path=path, cure="Save it anew, or as text.")
    try:
        # As with scripts, or a picture for who has none would end the head and what follows in it be lost.
        return LexborHTMLParser(markup, scripting=True)
    except SelectolaxError as error:
        raise InputError(f"cannot be read as HTML: {error}", path=path, cure="Save it anew, or as text.") from error


def _is_too_deep(markup: str) -> bool:
    """Whether too many elements lie in each other, roughly; the parser's time grows with the square of that."""
    if markup.count("<") <= DEEPEST:
        return False
    names: list[str] = []
    opened: Counter[str] = Counter()
    for end, name in ((tag[1], tag[2].lower()) for tag in _TAG.finditer(markup)):
        if name in _NEVER_WITHIN_ITSELF:
            continue
        if not end:
            names.append(name)
            opened[name] += 1
            if len(names) > DEEPEST:
                return True
        elif opened[name]:
            opened.subtract(_popped(names, name))
    return False


def _popped(names: list[str], name: str) -> Iterator[str]:
    while (last := names.pop()) != name:
        yield last
    yield last


def _text(tree: LexborHTMLParser) -> str:
    return "\n".join(filter(None, _lines(tree.body))) if tree.body else ""


def _lines(top: LexborNode) -> Iterator[str]:
    line: list[str] = []
    for piece in _pieces(top):
        if piece == "\n":
            yield _one_line("".join(line))
            line.clear()
        else:
            line.append(piece)
    yield _one_line("".join(line))


def _pieces(top: LexborNode) -> Iterator[str]:
    """Texts, and line breaks and spaces between them, in reading order; no text is a line break."""
    waiting: list[LexborNode | str | None] = [top.first_child]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif item is not None:
            waiting.append(item.next)
            if item.is_text_node:
                yield _SPACE.sub(" ", item.text_content or "")
            elif item.is_element_node and _is_seen(item):
                between = _BETWEEN.get(item.tag or "", "")
                yield between
                waiting += [between, item.first_child]


def _is_seen(element: LexborNode) -> bool:
    if element.tag in _UNSEEN:
        return False
    attributes = element.attributes
    if "hidden" in attributes:
        return False
    return "display:none" not in (attributes.get("style") or "").replace(" ", "").lower()


def _title(tree: LexborHTMLParser) -> str:
    titles = (node for node in tree.head.iter() if node.tag == "title") if tree.head else iter(())
    title = next(titles, None)
    return _one_line(title.text()) if title else ""


def _language(tree: LexborHTMLParser) -> str | None:
    attributes = tree.root.attributes if tree.root else {}
    return stated_language(attributes.get("lang") or attributes.get("xml:lang"))


def _date(tree: LexborHTMLParser) -> str | None:
    """From the first place that states a valid one."""
    metas = [meta.attributes for meta in tree.css("meta")]
    for wanted in _DATES:
        for meta in metas:
            name = meta.get("property") or meta.get("name") or ""
            if name.lower() == wanted and (date := stated_date(meta.get("content"))):
                return date
    times = (stated_date(time.attributes.get("datetime")) for time in tree.css("time"))
    return next(filter(None, times), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
