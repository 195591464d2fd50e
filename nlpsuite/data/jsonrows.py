"""Objects out of JSON: one a line, or an array of them; strict, and with the place of every fault."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from nlpsuite.data.textfile import read_text, try_lines
from nlpsuite.errors import InputError, TextError

Fields = dict[str, Any]

_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json_lines(path: str | Path) -> Iterator[tuple[int, Fields | InputError]]:
    """The objects of a file with one a line, with their line numbers; blank lines are passed over.

    A line is given as its fault where it is no JSON object, or holds NaN, Infinity, a key twice or a lone surrogate.

    Raises:
        InputError: the file cannot be read.
    """
    for line, text in try_lines(path):
        if isinstance(text, InputError):
            yield line, text
        elif text and not text.isspace():
            yield line, _object_of(text, path, line)


def _object_of(text: str, path: str | Path, line: int) -> Fields | InputError:
    try:
        return _checked(_parse_line(text, path, line), _has_escapes(text), path, line)
    except InputError as error:
        return error


def _checked_or_fault(value: Any, escapes: bool, path: str | Path, line: int) -> Fields | InputError:
    try:
        return _checked(value, escapes, path, line)
    except InputError as error:
        return error


def read_json_array(path: str | Path) -> Iterator[tuple[int, Fields | InputError]]:
    """The objects of a file that is one array, or one object, with the lines they begin on; the file is held in memory.

    An element is given as its fault where it is no object, or holds a lone surrogate.

    Raises:
        InputError: the file cannot be read, is no array or malformed.
    """
    text = read_text(path)
    escapes = _has_escapes(text)
    line, counted = 1, 0
    for position, value in _elements(text, path):
        line, counted = line + text.count("\n", counted, position), position
        yield line, _checked_or_fault(value, escapes, path, line)


def _elements(text: str, path: str | Path) -> Iterator[tuple[int, Any]]:
    """What an array holds, with the position where each element begins; a lone object is the only one."""
    position = _after_space(text, 0)
    if text.startswith("{", position):
        value, end = _parse_element(text, position, path)
        if _after_space(text, end) == len(text):
            yield position, value
            return
    if not text.startswith("[", position):
        cure = 'Name it .jsonl if it holds an object a line; else put "[" and "]" around its objects.'
        line = _line_at(text, position)
        raise InputError("is not a JSON array of objects", path=path, line=line, cure=cure)
    position = _after_space(text, position + 1)
    more = not text.startswith("]", position)
    while more:
        value, end = _parse_element(text, position, path)
        yield position, value
        position = _after_space(text, end)
        more = text.startswith(",", position)
        if more:
            position = _after_space(text, position + 1)
    if not text.startswith("]", position):
        raise _malformed("expecting ',' or ']'", path, _line_at(text, position))
    if _after_space(text, position + 1) < len(text):
        raise _malformed("something follows the array", path, _line_at(text, position))


def _parse_line(text: str, path: str | Path, line: int) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at column {error.colno}", path, line) from error
    except ValueError as error:
        raise InputError(str(error), path=path, line=line, cure=_CURE) from error
    except RecursionError as error:
        raise _malformed("nested too deeply", path, line) from error


def _parse_element(text: str, position: int, path: str | Path) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at column {error.colno}", path, error.lineno) from error
    except ValueError as error:
        raise InputError(str(error), path=path, line=_line_at(text, position), cure=_CURE) from error
    except RecursionError as error:
        raise _malformed("nested too deeply", path, _line_at(text, position)) from error


def _has_escapes(text: str) -> bool:
    """Whether surrogates can be among the escapes of a text: the file itself decoded, so nothing else brings one in."""
    return "\\ud" in text or "\\uD" in text


def _checked(value: Any, escapes: bool, path: str | Path, line: int) -> Fields:
    if not isinstance(value, dict):
        problem = f"is a JSON {_KINDS.get(type(value), 'value')}, not an object"
        raise InputError(problem, path=path, line=line, cure='Write each record as {"name": value, …}.')
    if escapes:
        field = _field_with_surrogate(value)
        if field is not None:
            cure = "Write the character itself, in UTF-8."
            raise TextError("holds a lone surrogate", path=path, line=line, field=field, cure=cure)
    return value


def _field_with_surrogate(fields: Fields) -> str | None:
    for name, value in fields.items():
        if _SURROGATE.search(name):
            return ascii(name)
        if _has_surrogate(value):
            return name
    return None


def _has_surrogate(value: Any) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, list):
        return any(map(_has_surrogate, value))
    if isinstance(value, dict):
        return any(_has_surrogate(part) for pair in value.items() for part in pair)
    return False


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _malformed(problem: str, path: str | Path, line: int) -> InputError:
    return InputError(f"malformed JSON: {problem}", path=path, line=line, cure=_CURE)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits} is too large")
    return number


def _whole(digits: str) -> int:
    # Python refuses to read very long numbers, with a sentence about its own settings.
    if len(digits) > 400:
        raise ValueError(f"the number {digits[:20]}… is too large")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object holds the key {twice!a} twice")
    return fields


_CURE = "Correct it there."
_KINDS = {list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole, object_pairs_hook=_object
)
