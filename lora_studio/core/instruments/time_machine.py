"""The time machine: a variant as it was at an earlier step of its run, and back to its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from lora_studio.core.errors import RecipeError, StorageError
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.methods.keeping import kept_tensors, take_over
from lora_studio.core.models.folder import differences
from lora_studio.core.models.tensor_file import read_tensors
from lora_studio.core.snapshots import snapshot_file, snapshot_steps
from lora_studio.core.variants import Variant, Variants


def go_to(variants: Variants, name: str, step: int | None) -> None:
    """Shows the named variant as it was after `step` steps of its run; None: as it came out of it.

    Raises:
        RecipeError: there is no such variant, or no state of that step was kept.
        StorageError: the kept state is damaged, or another variant's; what is shown stays as it was.
    """
    variant = variants.named(name)
    if variant.summary.step == step:
        return
    if step is None:
        _back(variants, variant)
        return
    tensors = _state_at(variants, variant, step)
    if variant.result is None:
        variant.result = _copy(_kept(variants, variant))
    _put(variants, variant, tensors)
    variant.summary = replace(variant.summary, step=step)


@contextmanager
def shown_at(variants: Variants, variant: Variant, step: int | None) -> Iterator[Attachment]:
    """The variant, applied, in the state of a step for as long as the context lasts; then as it was shown before.

    Raises as `go_to`.
    """
    before = variant.summary.step
    go_to(variants, variant.name, step)
    variants.activate(variant)
    assert variant.attachment is not None
    try:
        yield variant.attachment
    finally:
        go_to(variants, variant.name, before)


def refresh_steps(variants: Variants) -> None:
    """Finds the runs that variants come from, and tells in their summaries which of its states were kept."""
    for variant in variants.all():
        variant.run = variant.run or _run_of(variant)
        steps = snapshot_steps(variant.run) if variant.run and _can_go_back(variant) else ()
        if steps != variant.summary.steps:
            variant.summary = replace(variant.summary, steps=steps)
        if variant.summary.step is not None and variant.summary.step not in steps:  # its file has gone, or it is merged
            _back(variants, variant)


def _can_go_back(variant: Variant) -> bool:
    attachment = variant.attachment
    return attachment is not None and bool(attachment.tensors()) and attachment.method.learns_by_gradients


def _run_of(variant: Variant) -> Path | None:
    """The folder of the run whose adapter this is: a run's folder stands for the adapter in it."""
    if not variant.summary.folder:
        return None
    folder = Path(variant.summary.folder)
    return next((place for place in (folder, folder.parent) if (place / "recipe.yaml").is_file()), None)


# States


def _back(variants: Variants, variant: Variant) -> None:
    if variant.result is not None:
        _put(variants, variant, variant.result)
    variant.result = None
    variant.summary = replace(variant.summary, step=None)


def _state_at(variants: Variants, variant: Variant, step: int) -> Mapping[str, Tensor]:
    if variant.run is None or step not in variant.summary.steps:
        raise RecipeError(
            "No state of {name} was kept at step {step}.", advice="Choose another step.", name=variant.name, step=step
        )
    file = snapshot_file(variant.run, step)

    def read() -> dict[str, Tensor]:
        tensors = read_tensors(file, StorageError)
        _check(variants, variant, file, tensors)
        device = variants.model.device
        return {name: tensor.to(device) for name, tensor in tensors.items()}

    return variants.earlier_states.get((variant.run, step), read)


def _check(variants: Variants, variant: Variant, file: Path, tensors: dict[str, Tensor]) -> None:
    """Raises StorageError: these are not the tensors of this variant."""
    assert variant.attachment is not None
    wanted = _kept(variants, variant)
    reason = differences(_shapes(wanted), _shapes(tensors)) or variant.attachment.flaw_of(tensors)
    if reason:
        raise StorageError(
            "{path} is no earlier state of {name}: {reason}.",
            advice="Its result and its other states are as they were.",
            path=file, name=variant.name, reason=reason,
        )  # fmt: skip


def _kept(variants: Variants, variant: Variant) -> dict[str, Tensor]:
    """The variant's tensors themselves, not copies. Applies it: grown ends are found in the model."""
    variants.activate(variant)
    assert variant.attachment is not None
    return kept_tensors(variant.attachment, variant.growth)


def _put(variants: Variants, variant: Variant, tensors: Mapping[str, Tensor]) -> None:
    variants.activate(variant)
    assert variant.attachment is not None
    with torch.no_grad():
        take_over(variant.attachment, variant.growth, tensors)


def _copy(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}
