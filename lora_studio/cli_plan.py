"""The command that tells what a run would take in memory, without opening any weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from lora_studio.cli_opening import opening_options
from lora_studio.cli_options import plan_options, recipe_of

if TYPE_CHECKING:
    from lora_studio.core.analysis.structure import Structure
    from lora_studio.core.recipe import Recipe
    from lora_studio.core.summaries import MemoryPlan, Plan

GB = 1_000_000_000


@click.command()
@click.argument("model")
@click.option("--batch", type=click.IntRange(1, 4096), help="Short for --batch-size.")
@click.option("--length", type=click.IntRange(1, 65_536), help="Short for --sequence-length.")
@click.option("--gpu-memory", type=click.FloatRange(0.1, 10_000), help="Plan for a GPU with so many GB, here or not.")
@opening_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@plan_options
def plan(
    model: str,
    batch: int | None,
    length: int | None,
    gpu_memory: float | None,
    device: str,
    dtype: str,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Say what training would take in memory. MODEL is minigpt, a model folder, or its config.json alone."""
    from lora_studio.core.analysis.planning import plan_of_shape
    from lora_studio.core.analysis.structure import structure_of
    from lora_studio.core.models.describing import summary_of
    from lora_studio.core.models.open_options import OpenOptions

    found = structure_of(model, OpenOptions(device, dtype), round(gpu_memory * GB) if gpu_memory else None)
    given = {**chosen, "method": chosen["method"] or "lora"}
    given["batch_size"] = batch or chosen["batch_size"]
    given["sequence_length"] = length or chosen["sequence_length"]
    recipe = recipe_of(None, given, summary_of(found.model, model))
    made = plan_of_shape(found.model, recipe, recipe.training.sequence_length, found.device, found.available)
    if as_json:
        click.echo(json.dumps(_document(model, found, recipe, made), ensure_ascii=False, indent=2))
    else:
        click.echo(_text(found, recipe, made))


def _document(source: str, found: Structure, recipe: Recipe, made: Plan) -> dict[str, Any]:
    memory, training = made.memory, recipe.training
    assert memory is not None
    return {
        "model": source,
        "family": found.model.family,
        "device": memory.device,
        "dtype": found.model.precision,
        "method": recipe.method.name,
        "settings": recipe.method.model_dump(mode="json"),
        "batch_size": training.batch_size,
        "sequence_length": training.sequence_length,
        "checkpointing": training.checkpointing,
        "parameters": found.parameters,
        "trainable_parameters": made.trainable,
        "adapter_bytes": made.adapter_bytes,
        "weights_bytes": memory.weights,
        "gradients_bytes": memory.all_gradients,
        "optimizer_bytes": memory.optimizer,
        "activations_bytes": memory.activations,
        "logits_bytes": memory.logits,
        "peak_bytes": memory.peak,
        "available_bytes": memory.available,
        "fits": memory.fits if memory.available is not None else None,
        "calibrated": memory.calibrated,
        "savings": [
            {"kind": saving.kind, "freed_bytes": saving.freed, "advice": saving.text} for saving in memory.savings
        ],
    }


def _text(found: Structure, recipe: Recipe, made: Plan) -> str:
    memory, training = made.memory, recipe.training
    assert memory is not None
    rows: Mapping[str, str] = {
        "Trainable": f"{made.trainable:,} of {found.parameters:,} parameters",
        "Adapter": _size(made.adapter_bytes),
        "Weights": _size(memory.weights),
        "Gradients": _size(memory.gradients),
        "Optimizer": _size(memory.optimizer),
        "Activations": _size(memory.activations),
        "Scores": _size(memory.logits),
        "Peak": _size(memory.peak),
        "Available": _size(memory.available) if memory.available is not None else "not known",
    }
    head = f"{recipe.method.title}, {training.batch_size} × {training.sequence_length} tokens, {found.model.precision}"
    lines = [f"{head}, {memory.device}", *(f"  {name:<12} {value:>12}" for name, value in rows.items())]
    return "\n".join([*lines, _verdict(memory)])


def _verdict(memory: MemoryPlan) -> str:
    measured = " As runs like it were measured here." if memory.calibrated else ""
    if memory.fits:
        return ("It fits." if memory.available is not None else "") + measured
    if not memory.savings:
        return f"It would not fit.{measured}"
    best = memory.savings[0]
    enough = "" if best.freed >= memory.peak - (memory.available or 0) else " That alone is not enough."
    return f"It would not fit. {best.text}{enough}{measured}"


def _size(size: int) -> str:
    from lora_studio.core.analysis.savings import size_text

    return size_text(size) if size >= 1_000_000 else f"{size / 1000:.1f} KB"
