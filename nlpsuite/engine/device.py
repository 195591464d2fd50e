"""Where a model runs and in which number format."""

from __future__ import annotations

import torch

from nlpsuite.errors import ConfigError

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "int8": torch.int8}


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; "auto" takes a GPU where there is one.

    Raises:
        ConfigError: there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"No device is named {name!r}; use auto, cpu, cuda or cuda:N.") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ConfigError(f"Device {name} was asked for, but this machine has {torch.cuda.device_count()} GPUs.")
    if device.type not in ("cpu", "cuda", "mps", "xpu"):
        raise ConfigError(f"Device {name!r} cannot run models; use auto, cpu, cuda or cuda:N.")
    return device


def has_fast_bf16(device: torch.device) -> bool:
    """Whether bf16 matrix products are computed by the hardware rather than imitated."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type != "cpu":
        return False
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))


def has_onednn() -> bool:
    """Whether this build of torch brings oneDNN, whose products the layers for CPUs take."""
    return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]


def has_fast_int8(device: torch.device) -> bool:
    """Whether the processor multiplies bytes and sums them in 32 bits in one instruction.

    Without it oneDNN would sum pairs in 16 bits, where they can overflow.
    """
    if device.type != "cpu" or not has_onednn():
        return False
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def choose_dtype(name: str, device: torch.device, auto: str = "fp32") -> torch.dtype:
    """The number format of that name.

    Args:
        name: "fp32", "bf16", "fp16", or "auto": `auto` on a CPU, and bf16 on a GPU that has it.
        device: where it is to be used.
        auto: what "auto" means on a CPU: "fp32", or "bf16" for that where the processor has it.

    Raises:
        ConfigError: there is no such format, or the device cannot use it.
    """
    if name == "auto":
        name = "bf16" if (device.type == "cuda" or auto == "bf16") and has_fast_bf16(device) else "fp32"
    if name not in DTYPES:
        raise ConfigError(f"No number format is named {name!r}; use auto, {', '.join(DTYPES)}.")
    if name == "fp16" and device.type == "cpu":
        raise ConfigError("fp16 is for GPUs; on a CPU use bf16 or fp32.")
    return DTYPES[name]
