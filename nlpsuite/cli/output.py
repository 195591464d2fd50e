"""Results for people and for pipes: a table, JSON lines, or CSV, each written as results come."""

from __future__ import annotations

import csv
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Protocol

import click

from nlpsuite.application import Application
from nlpsuite.errors import UnknownName
from nlpsuite.pipes import json_line
from nlpsuite.result import HeadResult, Result

if TYPE_CHECKING:
    from rich.console import Console

FORMATS = ("table", "jsonl", "csv")

BAR_WIDTH, SPAN_WIDTH = 8, 28
COLOURS = {"positive": "green", "negative": "red", "neutral": "blue"}


class Writer(Protocol):
    """Takes results one at a time."""

    def write(self, result: Result) -> None:
        """Write one result."""

    def close(self) -> None:
        """Write what comes at the end."""


def choose_format(name: str | None) -> str:
    """The named format; without a name a table on a terminal, JSON lines in a pipe."""
    return name or ("table" if sys.stdout.isatty() else "jsonl")


def check_format(name: str | None, application: Application) -> None:
    """See that there is such a format.

    Raises:
        UnknownName: neither the suite nor the application has it.
    """
    if name is not None and name not in FORMATS and name not in application.formats:
        raise UnknownName("format", name, (*FORMATS, *application.formats))


def make_writer(format: str, stream: IO[str], application: Application) -> Writer:
    """The writer of one of the suite's formats, or of the application's own."""
    if format in application.formats:
        return TextWriter(stream, application.formats[format])
    writers: dict[str, Callable[[IO[str]], Writer]] = {
        "table": TableWriter,
        "jsonl": JsonLinesWriter,
        "csv": CsvWriter,
    }
    return writers[format](stream)


class TextWriter:
    """What a function makes of each result, one after the other."""

    def __init__(self, stream: IO[str], shown: Callable[[Result], str]) -> None:
        self.stream, self.shown = stream, shown

    def write(self, result: Result) -> None:
        """Write what the function makes of it."""
        self.stream.write(self.shown(result))

    def close(self) -> None:
        """Flush."""
        self.stream.flush()


class JsonLinesWriter:
    """One JSON object a line."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def write(self, result: Result) -> None:
        """Write one line; U+2028 and its like stay inside it, escaped."""
        self.stream.write(json_line(result.to_dict()) + "\n")

    def close(self) -> None:
        """Flush."""
        self.stream.flush()


class CsvWriter:
    """A header and one row a result; every head after the first has a column with its labels."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self._rows = csv.writer(stream, lineterminator="\n")
        self._begun = False

    def write(self, result: Result) -> None:
        """Write one row, and the header before the first."""
        others = result.heads[1:]
        if not self._begun:
            fixed = ["id", "path", "text", "lang", "label", "score", "abstained"]
            self._rows.writerow([*fixed, *(head.name for head in others), "windows"])
            self._begun = True
        plain = [
            result.document.id,
            result.document.path or "",
            result.document.text,
            result.document.lang or "",
        ]
        answer = [result.label, f"{result.score:.4f}", str(result.abstained).lower()]
        safe = [_no_formula(cell) for cell in plain]
        self._rows.writerow([*safe, *answer, *("|".join(head.labels) for head in others), result.windows])

    def close(self) -> None:
        """Flush."""
        self.stream.flush()


class TableWriter:
    """Lines in columns: text, label with a bar of its confidence, and what the other heads say."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console

        width = max(60, min(shutil.get_terminal_size((110, 24)).columns, 160))
        self.console: Console = Console(file=stream, width=width, highlight=False, soft_wrap=True)
        self._label_width, self._other_width = 18, 0
        self._width = width
        self._counts: Counter[str] = Counter()
        self._begun = False

    def write(self, result: Result) -> None:
        """Write one line, and the header before the first."""
        from rich.text import Text

        if not self._begun:
            self._begin(result)
        first = result.heads[0]
        nothing = "" if not first.label and result.document.pair else "-"  # a pair has a score and no label
        shown = f"{first.label}?" if first.abstained else first.label or nothing
        self._counts["(unsure)" if first.abstained else first.label or nothing] += 1
        line = Text()
        # A pair's score is of the second text: a reader's candidates would else all look alike.
        shown_text = result.document.text if first.label or not result.document.pair else result.document.pair
        line.append(_fit(_one_line(shown_text), self._text_width))
        line.append("  ")
        line.append(_fit(shown, self._label_width), style=_style(first))
        line.append(_bar(first.score), style=_style(first))
        line.append(f" {first.score:4.0%} ")
        if self._other_width:
            line.append(" " + "  ".join(_others(result)), style="cyan")
        self.console.print(line)
        self._print_sentences(result)

    def close(self) -> None:
        """Write how often each label was given."""
        if self._counts:
            total = sum(self._counts.values())
            parts = ", ".join(f"{count} {label}" for label, count in self._counts.most_common() if label)
            noun = "document" if total == 1 else "documents"
            self.console.print(f"{total} {noun}{': ' if parts else ''}{parts}", style="bold")

    def _begin(self, result: Result) -> None:
        labels = [*result.heads[0].scores, result.heads[0].name]
        self._label_width = max(map(len, labels)) + 2
        self._other_width = 34 if len(result.heads) > 1 or result.spans else 0
        taken = self._label_width + BAR_WIDTH + 9 + self._other_width
        self._text_width = max(24, self._width - taken)
        others = ", ".join(head.name for head in result.heads[1:])
        header = f"{_fit('text', self._text_width)}  {_fit(result.heads[0].name, self._label_width)}"
        self.console.print(f"{header}{_fit('confidence', BAR_WIDTH + 6)} {others}".rstrip(), style="bold underline")
        self._begun = True

    def _print_sentences(self, result: Result) -> None:
        text = result.document.text
        for span in result.spans:
            if span.kind == "sentence":
                piece = _fit("  " + _one_line(text[span.start : span.end]), self._text_width)
                label = _fit(span.label, self._label_width)
                self.console.print(f"{piece}  {label}{_bar(span.score)} {span.score:4.0%}", style="dim")


def _others(result: Result) -> list[str]:
    """What the other heads found, and entities with their labels."""
    text = result.document.text
    parts = [span for span in result.spans if span.kind != "sentence" and text[span.start : span.end] != text.strip()]
    entities = [f"{_short(text[span.start : span.end])} ({span.label})" for span in parts]
    return [", ".join(head.labels) or "-" for head in result.heads[1:] if not head.spans] + entities


def _short(text: str) -> str:
    shown = _one_line(text)
    return shown if len(shown) <= SPAN_WIDTH else shown[: SPAN_WIDTH - 1].rstrip() + "…"


def _style(head: HeadResult) -> str:
    return "yellow" if head.abstained else COLOURS.get(head.label, "magenta")


def _bar(score: float) -> str:
    filled = round(score * BAR_WIDTH)
    return "█" * filled + "░" * (BAR_WIDTH - filled)


def _one_line(text: str) -> str:
    """The text's beginning without line breaks, control characters or escape sequences."""
    shown = "".join(character if character.isprintable() else " " for character in text[:400])
    return " ".join(shown.split())


def _fit(text: str, width: int) -> str:
    """Cut or fill a text to so many terminal cells; a wide character takes two."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def _no_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def hint(text: str) -> None:
    """A line on stderr that helps people and stays out of pipes."""
    click.secho(text, dim=True, err=True)
