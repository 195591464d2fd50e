"""What the plugin offers: one application with a pair head."""

from __future__ import annotations

from pathlib import Path

from nlpsuite import Application, Head, HeadKind, hookimpl

NLPSUITE_API = ">=1,<2"

_HERE = Path(__file__).resolve().parent

LANGUAGES = ("zh", "en", "de", "fr", "es", "it", "nl", "pt")

application = Application(
    name="recommend",
    summary="How well does this item's text match this reader's history?",
    languages=LANGUAGES,
    heads=(Head("match", HeadKind.PAIR_SCORE, field="label", help="how well the candidate matches the history"),),
    bundles={"recommend-mini": _HERE / "bundles" / "recommend-mini"},
    samples={lang: _HERE / "samples" / f"{lang}.jsonl" for lang in LANGUAGES},
    # Measured: with the mean over history and candidate together a pass over 3,000 pairs taught it nothing.
    recipe={"pooling": "both", "ranking": "listwise"},
)


@hookimpl
def nlpsuite_applications() -> list[Application]:
    """The one application of this package."""
    return [application]


@hookimpl
def nlpsuite_commands() -> dict[str, dict[str, str]]:
    """`nlpsuite recommend rank` and the like."""
    names = ("rank", "fit", "evaluate", "pairs", "train-likeness")
    return {"recommend": {name: f"nlpsuite_recommend.cli.{_file(name)}:{_file(name)}" for name in names}}


def _file(command: str) -> str:
    return command.replace("-", "_")
