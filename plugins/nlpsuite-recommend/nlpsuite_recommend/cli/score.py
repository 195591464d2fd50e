"""Which text score a command uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlpsuite_recommend.readers import Item
    from nlpsuite_recommend.scoring import Score

Command = Callable[..., Any]

KINDS = ("cross", "likeness")

_OPTIONS = (
    click.option("--model", metavar="NAME|DIR", help="A shipped model's name or a bundle's folder."),
    click.option(
        "--score",
        "kind",
        type=click.Choice(KINDS),
        default="cross",
        show_default=True,
        help="History and candidate read together by a model, or their vectors compared.",
    ),
    click.option("--cascade", type=click.IntRange(1), help="Read only so many together, the likeliest."),
    click.option("--embedder", "embedder_name", default="nlpsuite-mini", show_default=True, help="For vectors."),
    click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N."),
)


def score_options(command: Command) -> Command:
    """Options that `make_score` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_score(
    items: Sequence[Item],
    need_vectors: bool,
    *,
    model: str | None,
    kind: str,
    cascade: int | None,
    embedder_name: str,
    device: str,
) -> tuple[Score, Any]:
    """The text score asked for, and the items' vectors where something needs them."""
    import nlpsuite
    from nlpsuite_recommend.textscore import Cascade, CrossScore, LikenessScore
    from nlpsuite_recommend.vectors import item_vectors

    vectors, likeness = None, None
    if need_vectors or cascade or kind == "likeness":
        embedder = nlpsuite.load_embedder(embedder_name, device=device)
        vectors = item_vectors(items, embedder)
        likeness = LikenessScore(embedder, {item.text: vectors[item.id] for item in items})
    if kind == "likeness" and likeness:
        return likeness, vectors
    cross = CrossScore(nlpsuite.load("recommend", model=model, device=device))
    return (Cascade(likeness, cross, cascade) if cascade and likeness else cross), vectors
