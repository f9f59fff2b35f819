"""What a model would make of rows that a person may not expect. Free of torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lora_studio.core.data.chat_templates import TemplateFlawError
from lora_studio.core.data.encoding import EncodedRow, Reader, try_rows
from lora_studio.core.data.examples import example_of
from lora_studio.core.data.problems import ModelRowProblem
from lora_studio.core.data.windows import Outline, cut
from lora_studio.core.training_settings import TrainingSettings


def row_problems(
    model: Reader, rows: Sequence[str], settings: TrainingSettings, context_length: int
) -> tuple[ModelRowProblem, ...]:
    """The worst problem of each row that has one, in the order of the rows.

    Args:
        context_length: the most tokens that are read at once.
    """
    return tuple(problem for _, problem in judged_rows(model, rows, settings, context_length) if problem)


def judged_rows(
    model: Reader, rows: Sequence[str], settings: TrainingSettings, context_length: int
) -> Iterator[tuple[int, ModelRowProblem | None]]:
    """For each row how many tokens it becomes (0: it cannot be written), and its worst problem."""
    length = min(settings.sequence_length, context_length)
    read = try_rows(model, rows, completion_only=settings.completion_only)
    for index, (row, found) in enumerate(zip(rows, read, strict=True)):
        tokens = 0 if isinstance(found, TemplateFlawError) else len(found.ids)
        yield tokens, _problem(index, row, found, settings, length)


def _problem(
    index: int, row: str, found: EncodedRow | TemplateFlawError, settings: TrainingSettings, length: int
) -> ModelRowProblem | None:
    if not row.strip():
        return ModelRowProblem(index, "empty")
    if isinstance(found, TemplateFlawError):
        return ModelRowProblem(index, "template", text=str(found))
    tokens = len(found.ids)
    if found.template and not any(turn.learned and turn.text.strip() for turn in example_of(row).turns):
        return ModelRowProblem(index, "no completion", tokens)
    lost = max(0, tokens - 1 - length) if settings.arrangement != "sliding" and not found.divisible else 0
    outline = Outline.of(found.learned, divisible=found.divisible)
    arrangement = "whole" if settings.arrangement == "packed" else settings.arrangement
    if cut([outline], length, arrangement).left_out:
        return ModelRowProblem(index, "nothing learned", tokens, lost)
    if lost:
        return ModelRowProblem(index, "too long", tokens, lost)
    if found.learned_whole and settings.completion_only:
        return ModelRowProblem(index, "learned whole", tokens)
    return None
