"""What completes the results of `ner`: rules, gazetteers, thresholds, wanted types and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlpsuite import ConfigError, Document, Result, Span, number_option, truth_option
from nlpsuite_ner.entities import HEAD, INNER, Entity, merge
from nlpsuite_ner.rules import Rules, read_rules


class NerPostprocessor:
    """Merges what the model, patterns and gazetteers find; entities within others compete only among themselves.

    Args:
        options: those of the application, each as a text or as a plain value; None is as good as leaving it out.

    Raises:
        ConfigError: a value does not suit, or the rules file is wrong.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        self.rules = _rules(given["rules"]) if "rules" in given else Rules()
        self.threshold = number_option(given, "threshold", 0.0, 0, 1)
        self.types = _types(given["types"]) if "types" in given else None
        self.find_values = _find_values() if truth_option(given, "values", default=False) else None

    def parts(self, result: Result) -> list[Document]:
        """Nothing else is run through the model."""
        return []

    def finish(self, result: Result, parts: Sequence[Result]) -> Result:
        """The result with the merged entities and, if wanted, the values of its text.

        Types that are not wanted still compete: a person's name never becomes an organisation because persons
        were not asked for.
        """
        document = result.document
        entities = merge(self._candidates(result), self.rules.precedence)
        if self.types is not None:
            entities = [one for one in entities if one.label in self.types]
        values = self.find_values(document.text, document.lang or "xx") if self.find_values else []
        spans = [one.to_span() for one in entities]
        spans += [Span(value.start, value.end, value.kind, 1.0, "value") for value in values]
        others = [span for span in result.spans if span.kind not in (HEAD, INNER)]
        details = {
            "entities": [one.to_dict(document.text) for one in entities],
            "values": [_plain(value, document.text) for value in values],
        }
        return replace(result, spans=(*spans, *others), details={**result.details, **details})

    def _candidates(self, result: Result) -> list[Entity]:
        found = [
            Entity(span.start, span.end, span.label, span.score, level=1 if span.kind == HEAD else 2)
            for span in result.spans
            if span.kind in (HEAD, INNER) and span.score >= self.threshold
        ]
        return found + self.rules.find(result.document.text, result.document.lang)


def _plain(value: Any, text: str) -> dict[str, Any]:
    return {
        "start": value.start,
        "end": value.end,
        "text": text[value.start : value.end],
        "kind": value.kind,
        "value": value.value,
        "unit": value.unit,
    }


def _find_values() -> Callable[[str, str], Sequence[Any]]:
    from nlpsuite import find_values

    found: Callable[[str, str], Sequence[Any]] = find_values
    return found


def _rules(value: Any) -> Rules:
    if not isinstance(value, str | Path):
        raise ConfigError(f"The option rules is {value!r}. Give it the path of a file of TOML.")
    return read_rules(value)


def _types(value: Any) -> frozenset[str]:
    named = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, list | tuple | set) else []
    types = [one.strip() if isinstance(one, str) else "" for one in named]
    if not types or not all(types):
        raise ConfigError(f"The option types is {value!r}. Give it types with commas between them, such as PER,ORG.")
    return frozenset(types)
