"""From a recipe's rows to the batches that a run learns, and to those that it only measures."""

from __future__ import annotations

from collections.abc import Sequence

from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.recipe import Recipe
from lora_studio.core.training.batches import Batches, make_batches
from lora_studio.core.training.validation import Validation


def learned_rows(recipe: Recipe) -> list[tuple[str, str]]:
    """The rows that are learned, each with its dataset's name; in order, without empty ones and validation rows."""
    held_back = recipe.validation_rows
    return [(row, dataset.name) for dataset in recipe.datasets for row in dataset.rows if row and row not in held_back]


def training_batches(attachment: Attachment, recipe: Recipe) -> Batches:
    """Raises DataError: nothing in the rows can be learned, or one cannot be written as a chat."""
    return _batches(attachment, recipe, [row for row, _ in learned_rows(recipe)])


def make_validation(attachment: Attachment, recipe: Recipe) -> Validation | None:
    """What measures the rows that are held back; None if there are none. Raises DataError as above."""
    held_back = recipe.validation_rows
    if not held_back:
        return None
    rows = list(dict.fromkeys(row for row in recipe.rows if row in held_back))
    return Validation(attachment, _batches(attachment, recipe, rows), recipe.training)


def _batches(attachment: Attachment, recipe: Recipe, rows: Sequence[str]) -> Batches:
    model = attachment.model
    return make_batches(model, rows, recipe.training, attachment.context_length, attachment.can_pack, model.device)
