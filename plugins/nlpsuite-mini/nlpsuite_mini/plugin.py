"""What the package offers to nlpsuite: one encoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlpsuite import BundleError, EncoderSpec, hookimpl
from nlpsuite_mini import DATA
from nlpsuite_mini.integrity import DamagedFileError, expected_sums

NLPSUITE_API = ">=1,<2"


def load_weights() -> Mapping[str, Any]:
    """The encoder's weights as float32, by the names that Hugging Face gives them.

    Raises:
        BundleError: the file of weights is not the one that was built.
    """
    from nlpsuite_mini.weights import load_state_dict

    try:
        return load_state_dict()
    except DamagedFileError as error:
        raise BundleError(str(error)) from error


@hookimpl
def nlpsuite_encoders() -> list[EncoderSpec]:
    """The encoder of this package."""
    return [
        EncoderSpec(
            name="nlpsuite-mini",
            summary="multilingual-e5-small in 4 bits, trimmed to eight languages: 12 layers of 384, 52 M parameters",
            folder=DATA,
            load_weights=load_weights,
            sha256=expected_sums()["model.q4.safetensors"],
            licence="MIT",
        )
    ]
