from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nlpsuite.text import ChineseSegmenter, segment
from nlpsuite.text.traditional import TO_SIMPLIFIED


def cut(text: str, *user_words: str) -> str:
    return "|".join(text[start:end] for start, end in ChineseSegmenter(user_words).words(text))


@pytest.mark.parametrize(
    "expected",
    [
        "公司|净利润|同比|下降|三成",
        "公司|淨利潤|同比|下降|三成",
        "投資者|表示|擔憂",
        "我|来到|北京|清华大学",
        "我|來到|北京|清華大學",
        "他|买|了|iPhone15|，|涨|了|3.5%|。",
        "他|買|了|ＡＢＣ|的|A股|，|漲|了|３．５％|。",
        "去|café|喝|Kölsch|和|T恤",
    ],
)
def test_cuts(expected: str) -> None:
    assert cut(expected.replace("|", "")) == expected


def test_drops_white_space() -> None:
    assert cut("公司 上市\n\u3000了") == "公司|上市|了"


def test_user_words_are_kept_together() -> None:
    text = "买了云深处理财的产品"
    assert cut(text) != "买|了|云深处理财|的|产品"
    assert cut(text, "云深处理财") == "买|了|云深处理财|的|产品"
    assert cut("買了雲深處理財的產品", "雲深處理財") == "買|了|雲深處理財|的|產品"


def test_user_words_stay_with_their_segmenter() -> None:
    before = cut("云深处理财")
    ChineseSegmenter(["云深处理财"]).words("云深处理财")
    assert cut("云深处理财") == before


def test_obeys_the_protocol() -> None:
    assert segment("买云深处理财。", "zh", ChineseSegmenter(["云深处理财"])).surfaces() == ["买", "云深处理财", "。"]


def test_long_texts_are_cut_as_short_ones_are() -> None:
    sentence = "公司净利润同比下降三成，"
    assert cut(sentence * 100) == "|".join([cut(sentence)] * 100)


def test_threads_agree() -> None:
    segmenter = ChineseSegmenter(["云深处理财"])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: list(segmenter.words("买了云深处理财的产品")), range(8)))
    assert all(spans == found[0] for spans in found)


def test_writes_no_cache_and_says_nothing(tmp_path: Path) -> None:
    code = "from nlpsuite.text import words; print(len(words('公司上市', 'zh')))"
    environment = os.environ | {"TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("2\n", "")
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_characters_is_sound() -> None:
    assert len(TO_SIMPLIFIED) > 1500
    assert not set(TO_SIMPLIFIED) & set(TO_SIMPLIFIED.values())
    assert "漢語與國際經濟".translate(TO_SIMPLIFIED) == "汉语与国际经济"
    for shared in "乾著藉瞭":
        assert ord(shared) not in TO_SIMPLIFIED
