"""A compact multilingual encoder and its tokenizer, carried as package data.

The files are in `DATA`; `nlpsuite_mini.loading` turns them into a model and a tokenizer.
"""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

DATA = Path(__file__).resolve().parent / "data"
"""The folder with weights, configuration and tokenizer."""

__all__ = ["DATA", "__version__"]
