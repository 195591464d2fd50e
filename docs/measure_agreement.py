"""How often the shipped models say in bf16 what they say in fp32, on texts of the own corpora.

python docs/measure_agreement.py 3000
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import nlpsuite
from nlpsuite.evaluate.agreement import agreement

ROOT = Path(__file__).resolve().parents[1]
SEED = 1


def documents(app: str, count: int) -> list[nlpsuite.Document]:
    """Some texts of the application's corpus, in their languages."""
    found = []
    for file in sorted((ROOT / "corpora" / app).glob("*/*.jsonl")):
        lang = file.parent.name
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = row.get("text") or ("" if lang == "zh" else " ").join(row["tokens"])
            found.append(nlpsuite.Document(text, lang=lang))
    random.Random(SEED).shuffle(found)
    return found[:count]


def main(count: int) -> None:
    """Print the agreement of every head."""
    for app in ("finance-sentiment", "customer-intent", "ner"):
        texts = documents(app, count)
        exact, half = (nlpsuite.load(app, dtype=dtype, device="cpu") for dtype in ("fp32", "bf16"))
        one, other = exact(texts), half(texts)
        for place, head in enumerate(exact.heads):
            pairs = [result.heads[place] for result in one], [result.heads[place] for result in other]
            print(f"{app} {head.name}: {agreement(head.kind, *pairs):.2%} of {len(texts)} texts")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
