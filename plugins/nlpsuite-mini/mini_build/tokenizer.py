"""The tokenizer file: XLM-R's scheme over any choice of the source's pieces."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from mini_build.source import Source

BOS, PAD, EOS, UNK, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
SPECIALS = (BOS, PAD, EOS, UNK)
FULLWIDTH_TILDE = "\uff5e"
# A noncharacter, which NFKC leaves alone and which is not for interchange of text.
SHELTER = "\U0010fffe"
MAX_TOKENS = 512
KNOWN_TEXT = "query: hello world"
KNOWN_IDS = [0, 41, 1294, 12, 33600, 31, 8999, 2]


def build_tokenizer(source: Source, kept: Sequence[int]) -> Tokenizer:
    """Make a tokenizer that knows the kept pieces, with ids counted anew from 0.

    Args:
        source: where pieces and scores come from.
        kept: ids in the source, ascending; the four special tokens first and `<mask>` last.

    Raises:
        ValueError: the special tokens are not where they must be.
    """
    vocabulary = [(source.pieces[index], shortest(source.scores[index])) for index in kept]
    names = [piece for piece, _ in vocabulary]
    if tuple(names[:4]) != SPECIALS or names[-1] != MASK:
        raise ValueError(f"kept pieces must start with {' '.join(SPECIALS)} and end with {MASK}.")
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=names.index(UNK), byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(BOS, names.index(BOS)), (EOS, names.index(EOS))],
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in SPECIALS])
    tokenizer.add_special_tokens([AddedToken(MASK, special=True, normalized=False, lstrip=True)])
    return tokenizer


def check_against_source(source: Source) -> None:
    """Prove that the scheme is the source's, with the untrimmed vocabulary.

    Raises:
        ValueError: a code point is normalised otherwise than by the source's table, or a sentence whose ids
            are known gets others.
    """
    tokenizer = build_tokenizer(source, range(len(source.pieces)))
    for point, expected in source.normalisation.items():
        found = tokenizer.normalizer.normalize_str(chr(point))
        if found != expected:
            raise ValueError(f"U+{point:04X} is normalised to {found!r}, but the source has {expected!r}.")
    found_ids = tokenizer.encode(KNOWN_TEXT).ids
    if found_ids != KNOWN_IDS:
        raise ValueError(f"{KNOWN_TEXT!r} gets the ids {found_ids}, but {KNOWN_IDS} are expected.")


def tokenizer_config() -> dict[str, object]:
    """Return the content of `tokenizer_config.json`."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "bos_token": BOS,
        "cls_token": BOS,
        "eos_token": EOS,
        "sep_token": EOS,
        "pad_token": PAD,
        "unk_token": UNK,
        "mask_token": {
            "__type": "AddedToken",
            "content": MASK,
            "lstrip": True,
            "rstrip": False,
            "normalized": False,
            "single_word": False,
            "special": True,
        },
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
    }


def shortest(score: object) -> float:
    """Return the float whose decimal form is the shortest that still gives this float32."""
    return float(str(score))


def _normalizer() -> normalizers.Normalizer:
    # NFKC would fold the full-width tilde, which the source keeps as a piece of its own.
    return normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(FULLWIDTH_TILDE, SHELTER),
            normalizers.NFKC(),
            normalizers.Replace(SHELTER, FULLWIDTH_TILDE),
        ]
    )
