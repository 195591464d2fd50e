"""Questions with their answers, read from a table or a folder of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlpsuite import InputError, Row, UsageError, read_rows

QUESTION = ("question", "q", "frage", "pregunta", "domanda", "vraag", "pergunta", "问题", "問題")
ANSWER = (
    "answer",
    "a",
    "antwort",
    "réponse",
    "reponse",
    "respuesta",
    "risposta",
    "antwoord",
    "resposta",
    "答案",
    "回答",
)
TEXTS = (".md", ".txt")
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One question and its answer.

    Attributes:
        question: may be "" where only an answer is known.
        answer: what to say.
        id: unique in its FAQ.
    """

    question: str
    answer: str
    id: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Question and answer, as far as they are there."""
        return tuple(filter(None, (self.question, self.answer)))


def read_faq(path: Path) -> list[Entry]:
    """All entries of a file of records, or of a folder of such files and of texts.

    In a folder, a `.md` or `.txt` file is one entry: its first line, without `#`, is the question.

    Raises:
        InputError: a row lacks its answer, an id is there twice, or there is nothing to read.
        UsageError: there is no such path.
    """
    if not path.exists():
        raise UsageError(f"There is no FAQ at {path}.")
    entries = [entry for file in faq_files(path) for entry in _read_file(file)]
    if not entries:
        raise InputError(
            "holds no question with an answer", path=path, cure=f"Put in {', '.join(TABLES + TEXTS)} files."
        )
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise InputError(f"the id {entry.id!r} is there twice", path=path, cure="Give every entry its own.")
        seen.add(entry.id)
    return entries


def faq_files(path: Path) -> list[Path]:
    """The files of an FAQ, sorted: the file itself, or those in the folder."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in TABLES + TEXTS)


def signature(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file of the FAQ does: name, size and time of change of each."""
    return tuple((str(file), (stat := file.stat()).st_size, stat.st_mtime_ns) for file in faq_files(path))


def _read_file(file: Path) -> Iterator[Entry]:
    if file.suffix.lower() in TEXTS:
        first, _, rest = file.read_text("utf-8-sig").strip().partition("\n")
        if first.strip("# ") and rest.strip():
            yield Entry(first.strip("# ").strip(), rest.strip(), file.stem)
            return
        raise InputError(
            "has no answer", path=file, line=1, cure="Write the question on the first line, the answer below."
        )
    for row in read_rows(file):
        answer = _value(row, ANSWER)
        if not answer:
            raise row.error("holds no answer", field="answer", cure=f"Name the column one of: {', '.join(ANSWER[:4])}.")
        yield Entry(_value(row, QUESTION), answer, str(row.fields.get("id") or f"{file.stem}:{row.line}"))


def _value(row: Row, names: tuple[str, ...]) -> str:
    fields: Mapping[str, object] = {str(name).strip().lower(): value for name, value in row.fields.items()}
    found = next((fields[name] for name in names if fields.get(name)), "")
    if not isinstance(found, str):
        raise row.error("is no text", field=names[0], cure="Write it in double quotes.")
    return found.strip()
