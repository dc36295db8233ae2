"""Short words for what sets cases apart: of a protocol its first stages that differ, of anything else its value."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "llzo_A": "LLZO {} Å", "lzo_A": "LZO {} Å", "lithium_A": "Li {} Å", "cut_offset": "cut at {}",
        "tetrahedral_Li": "{} Li on 24d", "extra_lithium": "{} extra Li",
        "to_K": "to {} K", "temperature_K": "at {} K", "melt_K": "molten at {} K",
        "duration_ps": "{} ps", "hold_ps": "held {} ps", "melt_ps": "molten {} ps", "layers": "{} layers",
    }
)  # fmt: skip
"""How keys are said; others are named as the study file has them."""

_END = ("temperature_K", "to_K")
"""What a stage leads to, the first that it has."""

_END_OF_ALL = "nothing more"
"""Said of a protocol that is over where others go on."""

_STEADY = ("hold", "strain", "discharge")
"""Stages that keep their temperature."""


def all_words(values: Sequence[Any], key: str = "") -> list[str]:
    """Say the values of one key, each so that it is told from the others.

    Parameters
    ----------
    values
        What cases have there, as plain data.
    key
        What it is called, said where a value does not speak for itself; empty where a heading names it.

    Examples
    --------
    >>> first = [{"kind": "minimise"}, {"kind": "ramp", "to_K": 1100.0}]
    >>> second = [{"kind": "minimise"}, {"kind": "melt_quench", "temperature_K": 1100.0}]
    >>> all_words([first, second, first])
    ['ramp to 1100 K', 'melt_quench to 1100 K', 'ramp to 1100 K']
    >>> all_words([first[:1], [*first, {"kind": "cool", "to_K": 300.0}], first])
    ['nothing more', 'ramp to 1100 K, then cool to 300 K', 'ramp to 1100 K, then nothing more']
    >>> all_words([[{"kind": kind} for kind in kinds] for kinds in (("hold",), ("hold", "cool", "hold"))])
    ['hold', 'hold, cool, hold']
    >>> all_words([{"plane": [0, 1, 2], "layers": 6}, {"plane": [0, 1, 3], "layers": 6}])
    ['plane [0, 1, 2]', 'plane [0, 1, 3]']
    >>> all_words([12.0, 24.0], "llzo_A")
    ['LLZO 12 Å', 'LLZO 24 Å']
    >>> all_words([False, True], "twin")
    ['', 'twin']

    """
    if all(isinstance(value, list) and value and isinstance(value[0], Mapping) for value in values):
        return _protocols(values)
    if all(isinstance(value, Mapping) for value in values):
        return _tables(values)
    return [_value(value, key) for value in values]


def _protocols(protocols: Sequence[Sequence[Mapping[str, Any]]]) -> list[str]:
    """Say the first stages that differ, as many as it takes to tell the protocols apart."""
    n_kinds = len({_text(protocol) for protocol in protocols})
    kinds = [
        ", ".join(str(one.get("kind")) for one in protocol if one.get("kind") != "minimise") for protocol in protocols
    ]
    if len(set(kinds)) == n_kinds and not any(key in stage for one in protocols for stage in one for key in _END):
        return kinds  # without temperatures, what is done is all that tells them apart
    said: list[list[str]] = [[] for _ in protocols]
    for place in range(max(map(len, protocols))):
        stages = [protocol[place] if place < len(protocol) else {} for protocol in protocols]
        if len({_text(stage) for stage in stages}) > 1:
            for words, stage in zip(said, _stages(stages), strict=True):
                if not words[-1:] == [stage] == [_END_OF_ALL]:
                    words.append(stage)
        if len(set(map(tuple, said))) == n_kinds:
            break
    return [", then ".join(words) for words in said]


def _stages(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say stages that have one place in their protocols: the kind, where it leads, and what else differs within one."""
    said = []
    for stage in stages:
        kin = [other for other in stages if other.get("kind") == stage.get("kind")]
        differing = [key for key in stage if key != "kind" and len({_text(other.get(key)) for other in kin}) > 1]
        leads = next((key for key in _END if key in stage), None)
        to = "at" if stage.get("kind") in _STEADY else "to"
        shown = ([] if leads is None else [f"{to} {_plain(stage[leads])} K"]) + [
            _value(stage[key], key) for key in differing if key != leads
        ]
        said.append(" ".join([str(stage.get("kind", _END_OF_ALL)), *shown]))
    return said


def _tables(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    keys = dict.fromkeys(key for table in tables for key in table)
    differing = [key for key in keys if len({_text(table.get(key)) for table in tables}) > 1]
    said = [[_value(table[key], key) for key in differing if key in table] for table in tables]
    return [", ".join(word for word in words if word) for words in said]


def _value(value: object, key: str) -> str:
    if isinstance(value, bool) and key:
        return key if value else ""
    if key in _WORDS:
        return _WORDS[key].format(_plain(value))
    return f"{key} {_plain(value)}".strip()


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
