"""Settings of the property tests."""

from __future__ import annotations

from hypothesis import settings

# The first example loads dictionaries, so a time limit an example would fail at random.
settings.register_profile("text", deadline=None)
settings.load_profile("text")
