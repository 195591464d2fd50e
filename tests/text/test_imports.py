from __future__ import annotations

import subprocess
import sys

import nlpsuite.text

HEAVY = ("spacy", "jieba", "py3langid", "numpy", "torch", "transformers")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, nlpsuite.text; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_sentences_normal_form_and_languages_need_nothing_heavy() -> None:
    code = (
        "import sys; from nlpsuite.text import *; sentences('Hallo. Ja!', 'de'); normalise('ﬁ'); detect('你好'); "
        f"print(len(languages()) > 50, [name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "True []"


def test_public_names_exist() -> None:
    assert all(hasattr(nlpsuite.text, name) for name in nlpsuite.text.__all__)
