"""What requests and responses hold, made from the applications: a plugin's gets its documented endpoint for free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from nlpsuite.application import Application, HeadKind

MOST_ITEMS, MOST_CHARACTERS = 256, 1_000_000
"""Of a request, and of a document."""

Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
Lang = Annotated[str, Field(pattern="^(auto|[a-z]{2,3})$", description="ISO 639-1 code, or auto.")]
Score = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Takes what it knows, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class TextDocument(Strict):
    """A text to be scored."""

    text: Text
    id: Annotated[str, Field(max_length=200)] | None = None
    lang: Lang | None = None
    pair: Text | None = None


class PairDocument(TextDocument):
    """Two texts to be scored against each other, such as a history and a candidate."""

    pair: Text


class Place(BaseModel):
    """A piece of the text; characters are counted as Unicode code points of what came in."""

    start: int
    end: int
    label: str
    score: Score
    kind: str


class Outcome(BaseModel):
    """What a head says."""

    model_config = ConfigDict(extra="allow")
    label: str
    score: Score
    labels: list[str]
    scores: dict[str, Score]
    abstained: bool


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def is_pair(application: Application) -> bool:
    """Whether it scores two texts against each other."""
    return any(head.kind is HeadKind.PAIR_SCORE for head in application.heads)


def request_of(application: Application) -> type[BaseModel]:
    """The body of a request to an application."""
    document = PairDocument if is_pair(application) else TextDocument
    documents = Annotated[list[document], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]
    return create_model(f"{_title(application)}Request", __base__=Strict, documents=documents, lang=(Lang, "auto"))


def response_of(application: Application) -> type[BaseModel]:
    """The body of its response."""
    name = _title(application)
    heads = create_model(f"{name}Heads", **{head.name: (Outcome | None, None) for head in application.heads})  # type: ignore[call-overload]
    result = create_model(
        f"{name}Result",
        id=str,
        path=(str | None, None),
        text=str,
        lang=(str | None, None),
        label=str,
        score=Score,
        abstained=bool,
        heads=heads,
        spans=list[Place],
        windows=int,
        app=str,
        model=str,
        details=(dict[str, Any], {}),
    )
    return create_model(f"{name}Response", app=str, model=str, results=list[result])  # type: ignore[valid-type]


def about(application: Application, model: str) -> dict[str, Any]:
    """What clients should know of an application."""
    return {
        "name": application.name,
        "summary": application.summary,
        "languages": list(application.languages),
        "model": model,
        "pairs": is_pair(application),
        "heads": [
            {"name": head.name, "kind": str(head.kind), "labels": list(head.labels)} for head in application.heads
        ],
        "url": f"/v1/{application.name}",
    }


def _title(application: Application) -> str:
    words: Sequence[str] = application.name.replace("_", "-").split("-")
    return "".join(word.capitalize() for word in words)
