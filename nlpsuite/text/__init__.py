"""Text before any model sees it: normal form, language, sentences and words, always with the way back.

Importing this package loads neither spaCy nor jieba nor a language model; first use does.
"""

from __future__ import annotations

from nlpsuite.text.chinese import ChineseSegmenter
from nlpsuite.text.codes import check_language, languages
from nlpsuite.text.european import EuropeanSegmenter
from nlpsuite.text.language import Detection, detect
from nlpsuite.text.normalise import NormalisedText, check_unicode, normalise
from nlpsuite.text.segment import Segmentation, Segmenter, Word, segment, sentences, words

__all__ = [
    "ChineseSegmenter",
    "Detection",
    "EuropeanSegmenter",
    "NormalisedText",
    "Segmentation",
    "Segmenter",
    "Word",
    "check_language",
    "check_unicode",
    "detect",
    "languages",
    "normalise",
    "segment",
    "sentences",
    "words",
]
