"""Examples: what training and evaluation learn from and measure against."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from nlpsuite.application import Application, Head, HeadKind
from nlpsuite.data.columns import LABEL_NAMES, ROLES, Layout, Naming, Remembered, columns_there, layout_of
from nlpsuite.data.content import Content, content_of, id_of, language_of
from nlpsuite.data.entities import ENTITY_NAMES, holds_entities, read_entities, tags_of_spans, tokens_between
from nlpsuite.data.gold import Gold, gold_of
from nlpsuite.data.rows import Row, read_rows
from nlpsuite.data.tokens import Offsets, spans_of_tags
from nlpsuite.document import Span
from nlpsuite.errors import InputError, UnknownName


@dataclass(frozen=True, slots=True)
class Example:
    """One record with what a person says should come out.

    Attributes:
        text: as the record holds it, or as its tokens make it; all offsets count its characters.
        pair: the second text, if any.
        gold: by head; a label, several labels or a tag for each token, or a score between 0 and 1.
        tokens, offsets: the record's own tokens, if any, and the characters of each.
        spans: by token head; the entities that its gold marks.
        lang: ISO 639-1 code, or None where it is not known.
        id: the record's own, or its path and line.
        path, line: where the record stands.
        columns: by head, the column its gold came from.
    """

    text: str
    pair: str | None = None
    gold: Mapping[str, Gold] = field(default_factory=dict)
    tokens: tuple[str, ...] | None = None
    lang: str | None = None
    id: str = "0"
    path: str | None = None
    line: int | None = None
    offsets: Offsets = ()
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Path and line, for messages."""
        return ":".join(str(part) for part in (self.path, self.line) if part is not None) or self.id


_Places = Mapping[str, tuple[Span, ...]]
"""Entities by token head."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where rows of one form keep their input and the gold of each head.

    Attributes:
        layout: the columns of the input.
        gold: by head, the column of its gold.
        inner: by token head, the head for what lies inside its entities, where that has no column of its own: what the
            outer one's column lists within other entities is for it.
    """

    layout: Layout
    gold: Mapping[str, str]
    inner: Mapping[str, str]


def read_examples(
    paths: str | Path | Sequence[str | Path],
    application: Application,
    lang: str | None,
    columns: Mapping[str, str] | None = None,
    *,
    require_gold: bool = True,
) -> list[Example]:
    """All records of some files, as examples for an application.

    Args:
        paths: files of records, see `read_rows`.
        application: its heads say what gold to look for, and where.
        lang: the language of all records; None takes it from each, where it says.
        columns: the names of columns by what they hold: a head's field or name, "text", "tokens", "history",
            "candidate", "pair", "lang" or "id". They go before what would be guessed.
        require_gold: whether a record without gold for any head is refused.

    Raises:
        InputError: the first fault found, with path, line and field.
        UnknownName: `columns` names something that no column can be.
    """
    files = [paths] if isinstance(paths, str | Path) else paths
    naming = Naming(columns or {}, application.columns)
    _check_roles(naming, application)
    plans = Remembered(lambda row: _plan(row, naming, application))
    examples: list[Example] = []
    for path in files:
        found = [_example(row, plans.of(row), application, lang, require_gold) for row in read_rows(path)]
        examples += _without_idle_level(found, application)
    return examples


def label_set(examples: Sequence[Example], head: Head) -> tuple[str, ...]:
    """The labels that a head can learn from examples; none for a pair score or a head without gold.

    They are sorted, or in the order of `head.labels` where that holds them all. For a token head they are
    tags: "O", then "B-" and "I-" of every type of entity, whether both were seen or not.

    Raises:
        InputError: a single-label head would have one label only, or a token head no entity.
    """
    golds = [example.gold[head.name] for example in examples if head.name in example.gold]
    if not golds or head.kind is HeadKind.PAIR_SCORE:
        return ()
    counts = Counter(label for gold in golds for label in labels_of(gold))
    if head.kind is HeadKind.TOKEN_LABELS:
        return _tag_set(counts, head, examples)
    if len(counts) < (2 if head.kind is HeadKind.SINGLE_LABEL else 1):
        found = f"all {len(golds)} examples have {next(iter(counts))!r}" if counts else "no example has any"
        need = "two different labels" if head.kind is HeadKind.SINGLE_LABEL else "a label"
        cure = "Add examples with other labels, or name the right column."
        raise InputError(f"the head {head.name} needs {need}, but {found}", path=examples[0].path, cure=cure)
    return _ordered(counts, head.labels)


def check_labels(examples: Sequence[Example], head_name: str, known_labels: Collection[str]) -> None:
    """See that examples have no label that a head does not know.

    Args:
        examples: to measure with.
        head_name: whose gold to look at.
        known_labels: as `label_set` gives them: tags for a token head.

    Raises:
        InputError: the first unknown label, with its place and the labels nearest to it.
    """
    known = frozenset(known_labels)
    for example in examples:
        for label in labels_of(example.gold.get(head_name, ())):
            if label not in known:
                raise InputError(
                    f"the label {label!r} was never seen in training",
                    path=example.path,
                    line=example.line,
                    field=example.columns.get(head_name, head_name),
                    cure=_near(label, known),
                )


def labels_of(gold: Gold) -> tuple[str, ...]:
    """The labels, or tags, in a gold value; none in a score."""
    if isinstance(gold, str):
        return (gold,)
    return gold if isinstance(gold, tuple) else ()


def _check_roles(naming: Naming, application: Application) -> None:
    fields = {name for head in application.heads for name in (head.field, head.name)}
    for role in naming.given:
        if role not in fields and role not in ROLES:
            raise UnknownName("kind of column", role, fields | set(ROLES))


def _plan(row: Row, naming: Naming, application: Application) -> _Plan:
    found = {head.name: _gold_column(row, head, naming, application) for head in application.heads}
    gold = {name: column for name, column in found.items() if column is not None}
    inner = {head.inside: head.name for head in application.heads if head.inside in gold and head.name not in gold}
    return _Plan(layout_of(row, naming), gold, inner)


def _gold_column(row: Row, head: Head, naming: Naming, application: Application) -> str | None:
    """Under the head's field, else its name, else under a guess that no other head lays claim to."""
    guesses: tuple[str, ...] = ()
    if head.kind is HeadKind.TOKEN_LABELS:
        guesses = ("tags", *ENTITY_NAMES) if head.field == "tags" else ()
    elif head.field == "label":
        others = [other for other in application.heads if other.field != head.field]
        claimed = {name for other in others for name in (other.field, other.name)}
        claimed |= {name for other in others for name in naming.known.get(other.field, ())}
        guesses = tuple(name for name in LABEL_NAMES if name not in claimed)
    return naming.column(row, list(dict.fromkeys((head.field, head.name))), guesses)


def _example(row: Row, plan: _Plan, application: Application, lang: str | None, require_gold: bool) -> Example:
    heads = [head for head in application.heads if head.kind is HeadKind.TOKEN_LABELS]
    language = language_of(row, plan.layout, lang)
    content = content_of(
        row,
        plan.layout,
        language,
        pairs=application.takes_pairs,
        tokens=any(head.name in plan.gold or head is application.heads[0] for head in heads),
    )
    placed = _placed(row, plan, application, content)
    content = _tokenized(content, placed, language)
    columns = _columns(plan, placed)
    gold, spans = _gold(row, columns, application, content, placed)
    if require_gold and not gold:
        raise _no_gold(row, plan, application)
    return Example(
        text=content.text,
        pair=content.pair,
        gold=gold,
        tokens=content.tokens,
        lang=language,
        id=id_of(row, plan.layout, f"{row.path}:{row.line}"),
        path=row.path,
        line=row.line,
        offsets=content.offsets,
        spans=spans,
        columns=columns,
    )


def _placed(row: Row, plan: _Plan, application: Application, content: Content) -> _Places:
    """By token head, the entities that the row lists by place."""
    found: dict[str, tuple[Span, ...]] = {}
    for head in (head.name for head in application.heads if head.kind is HeadKind.TOKEN_LABELS):
        column = plan.gold.get(head)
        if column is None or not holds_entities(row.fields[column]):
            continue
        if row.fields[column] or content.tokens is None:  # beside tokens, an empty list is one of tags
            levels = [head, plan.inner[head]] if head in plan.inner else [head]
            found |= zip(levels, read_entities(row, column, content.text, len(levels)), strict=True)
    return found


def _tokenized(content: Content, placed: _Places, lang: str | None) -> Content:
    """The content with tokens between which all entities begin and end, where the row lists entities by place."""
    if not placed or content.tokens:
        return content
    offsets = tokens_between(content.text, lang, [span for spans in placed.values() for span in spans])
    return replace(content, tokens=tuple(content.text[start:end] for start, end in offsets), offsets=offsets)


def _columns(plan: _Plan, placed: _Places) -> Mapping[str, str]:
    """By head, the column of its gold, also where an inner level shares it with the outer one."""
    shared = {inner: plan.gold[outer] for outer, inner in plan.inner.items() if inner in placed}
    return {**plan.gold, **shared}


def _gold(
    row: Row, columns: Mapping[str, str], application: Application, content: Content, placed: _Places
) -> tuple[dict[str, Gold], _Places]:
    """The gold of every head that has some, and the entities of every such token head."""
    found: dict[str, Gold] = {}
    spans: dict[str, tuple[Span, ...]] = {}
    for head in application.heads:
        column = columns.get(head.name)
        if column is None:
            continue
        listed = head.name in placed
        if listed and content.tokens is not None:
            _refuse_shared_token(row, column, placed[head.name], content)
        value = tags_of_spans(placed[head.name], content.offsets) if listed else gold_of(row, column, head.kind)
        if value is None:
            continue
        found[head.name] = value
        if head.kind is HeadKind.TOKEN_LABELS:
            spans[head.name] = _entities(row, column, labels_of(value), content)
        elif head.kind is HeadKind.PAIR_SCORE and content.pair is None:
            cure = f"Name the columns of history and candidate. {columns_there(row)}"
            raise row.error("has a score, but no second text to score", field=column, cure=cure)
    return found, spans


def _refuse_shared_token(row: Row, column: str, spans: Sequence[Span], content: Content) -> None:
    """A tag a token cannot say that two entities of one level touch it."""
    ordered = sorted(spans, key=lambda span: span.start)
    for before, after in pairwise(ordered):
        token = next((one for one in content.offsets if one[0] < before.end and one[1] > after.start), None)
        if token is not None:
            names = " and ".join(repr(content.text[span.start : span.end]) for span in (before, after))
            problem = f"the entities {names} share the token {content.text[token[0] : token[1]]!r}"
            raise row.error(problem, field=column, cure="Cut the tokens where entities end, or leave the tokens out.")


def _without_idle_level(examples: list[Example], application: Application) -> list[Example]:
    """The examples of a file, without gold for inner entities where not one of them lies within another.

    Such a file was hardly annotated for them; in one with some, a record without any says that it has none.
    """
    for head in application.heads:
        if head.inside:
            examples = _without_idle(examples, head.inside, head.name)
    return examples


def _without_idle(examples: list[Example], outer: str, inner: str) -> list[Example]:
    shared = [inner in example.columns and example.columns[inner] == example.columns.get(outer) for example in examples]
    if any(example.spans.get(inner) for example, derived in zip(examples, shared, strict=True) if derived):
        return examples
    return [_without(example, inner) if derived else example for example, derived in zip(examples, shared, strict=True)]


def _without(example: Example, head: str) -> Example:
    return replace(
        example,
        gold={name: value for name, value in example.gold.items() if name != head},
        spans={name: value for name, value in example.spans.items() if name != head},
        columns={name: value for name, value in example.columns.items() if name != head},
    )


def _entities(row: Row, column: str, tags: Sequence[str], content: Content) -> tuple[Span, ...]:
    if content.tokens is None:
        cure = f"Name the column of tokens. {columns_there(row)}"
        raise row.error("has tags, but the record has no tokens", field=column, cure=cure)
    if len(tags) != len(content.tokens):
        problem = f"there are {len(tags)} tags for {len(content.tokens)} tokens"
        raise row.error(problem, field=column, cure="Give one tag for each token.")
    try:
        return spans_of_tags(tags, content.offsets)
    except ValueError as error:
        raise row.error(str(error), field=column, cure="Write the tags in BIO2.") from error


def _no_gold(row: Row, plan: _Plan, application: Application) -> InputError:
    blank = next(iter(plan.gold.values()), None)
    if blank is not None:
        return row.error("is empty", field=blank, cure="Fill it in or drop the record.")
    field = application.heads[0].field
    cure = f"Name the right column: {field}=NAME. {columns_there(row)}"
    return row.error("holds no such field", field=field, cure=cure)


def _tag_set(counts: Counter[str], head: Head, examples: Sequence[Example]) -> tuple[str, ...]:
    types = {tag[2:] for tag in counts if tag != "O"}
    if not types:
        problem = f"no example marks an entity for the head {head.name}"
        raise InputError(problem, path=examples[0].path, cure="Add examples that mark some.")
    known = dict.fromkeys(label[2:] if label[:2] in ("B-", "I-") else label for label in head.labels)
    return ("O", *(f"{prefix}-{kind}" for kind in _ordered(types, tuple(known)) for prefix in "BI"))


def _ordered(found: Collection[str], known: Sequence[str]) -> tuple[str, ...]:
    if set(found) <= set(known):
        return tuple(label for label in known if label in found)
    return tuple(sorted(found))


def _near(label: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(label, sorted(known), n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    shown = sorted(known)[:12]
    more = f", … ({len(known)} in all)" if len(known) > len(shown) else ""
    return f"The labels are: {', '.join(shown)}{more}." if shown else "The model knows no label."
