"""`nlpsuite recommend pairs`: rows to train on, with histories cut to the model's window."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpsuite_recommend.cli.data import FILE, Data, data_options, history_option, window

if TYPE_CHECKING:
    from nlpsuite_recommend.readers import Item, Reader


@click.command()
@data_options
@history_option
@click.option("--out", required=True, type=FILE, help="JSON lines for `nlpsuite train recommend`.")
def pairs(
    data: Data,
    longest: int,
    out: Path,
) -> None:
    """Make the rows that `nlpsuite train recommend` learns from: a history, a candidate and a label each."""
    from nlpsuite import write_durably

    items, readers = data.read()
    rows = list(_rows(items, readers, longest))
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_durably(out, content.encode())
    click.echo(f"{len(rows)} rows in {out}. Next: nlpsuite train recommend --data {out} --out DIR")


def _rows(items: Sequence[Item], readers: Sequence[Reader], longest: int) -> Iterator[dict[str, Any]]:
    from nlpsuite_recommend.textscore import SEPARATOR

    texts = {item.id: item.text for item in items}
    for reader in readers:
        history = window(longest).summary(reader.history, time.time()).text
        for name, label in reader.candidates:
            if label is not None and history:
                user = reader.columns.get("user", reader.id)
                row = {"user": user, "history": history.split(SEPARATOR), "candidate": texts[name], "label": label}
                yield row | {"group": reader.id}
