"""Comparing the tensors that are there with the places for them."""

from __future__ import annotations

from collections.abc import Mapping

from lora_studio.core.models.foreign_files import shown, some


def differences(places: Mapping[str, tuple[int, ...]], found: Mapping[str, tuple[int, ...]]) -> str:
    """What keeps tensors of the shapes `found` from filling `places`, in words; empty if nothing does."""
    reasons = []
    if missing := sorted(places.keys() - found.keys()):
        reasons.append(f"no tensor for {some(missing)}")
    if homeless := sorted(found.keys() - places.keys()):
        reasons.append(f"no place for {some(homeless)}")
    reasons += [
        f"{shown(name)} is {_size(found[name])} where {_size(places[name])} is needed"
        for name in sorted(places.keys() & found.keys())
        if places[name] != found[name]
    ]
    return "; ".join(reasons[:3])


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"
