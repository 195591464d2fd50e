"""What the shipped models promise together: they are small, and they share their encoder."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nlpsuite import plugins
from nlpsuite.model.bundle import verify_bundle

APPS = ("customer-intent", "finance-sentiment", "ner", "recommend")
LARGEST = 4_000_000
MOST_MEMORY = 1.3

LOAD = """
import sys, nlpsuite
apps = [nlpsuite.load(name, device="cpu") for name in sys.argv[1:]]
for app in apps:
    app(nlpsuite.Document("one text", lang="en", pair="another"))
print(int(open("/proc/self/statm").read().split()[1]))
"""


@pytest.mark.parametrize("name", APPS)
def test_a_shipped_model_is_whole_and_under_four_megabytes(name):
    for folder in plugins.application(name).bundles.values():
        manifest = verify_bundle(folder)
        assert manifest.licence == "Apache-2.0"
        assert sum(file.stat().st_size for file in folder.iterdir()) < LARGEST


def pages(*names: str) -> int:
    done = subprocess.run([sys.executable, "-c", LOAD, *names], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_all_together_cost_little_more_memory_than_one():
    assert pages(*APPS) <= MOST_MEMORY * pages(APPS[0])
