"""Running a recipe: prepares the variant, pulls the training loop, and keeps the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lora_studio.core.data.dataset import is_too_short
from lora_studio.core.data.windows import windows
from lora_studio.core.errors import DataError, RunError, StudioError
from lora_studio.core.events import Answer, Event, Failed, Finished, Receipt, Saved, Started, Step
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.probing.answers import answers
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.loop import train
from lora_studio.core.variants import Variant, Variants

SaveAdapter = Callable[[Variant, Path], Receipt]


def check_rows(recipe: Recipe) -> tuple[str, ...]:
    """The rows to train on. Raises DataError: there are none, or some have nothing to predict."""
    rows = recipe.rows
    if not rows:
        raise DataError(
            "There is nothing to learn: {names} is empty.",
            advice="Add at least one row of two words.",
            names=", ".join(dataset.name for dataset in recipe.datasets),
        )
    short = [row for row in rows if is_too_short(row)]
    if short:
        raise DataError(
            "{count} of {rows} rows are too short to learn from, such as “{row}”: a row needs at least two words.",
            advice="Add a word to each, or delete them.",
            count=len(short), rows=len(rows), row=short[0],
        )  # fmt: skip
    return rows


class Run:
    """One execution of a recipe on the variants' model. Iterate `events()`; other jobs may run in between.

    `save` writes a variant's adapter into a folder and returns the receipt; it is used if the run has a folder.
    """

    def __init__(self, variants: Variants, recipe: Recipe, folder: RunFolder | None, save: SaveAdapter) -> None:
        self._variants = variants
        self._recipe = recipe
        self._folder = folder
        self._save = save
        self._cancelled = False
        self._steps_done = 0
        self._seconds = 0.0
        self._loss: float | None = None

    def cancel(self) -> None:
        """The next pull ends the run; what was learned so far is kept as a variant."""
        self._cancelled = True

    def events(self) -> Iterator[Event]:
        """Started, then Step and Probed, then Saved (with a folder) and Finished, or Failed.

        Raises:
            StudioError: the run could not begin; the model is as before.
        """
        rows = check_rows(self._recipe)
        probes = BaseAnswers(self._variants, self._recipe)
        variant = self._prepare(rows)
        try:
            batches = self._batches(rows)
            if self._folder:
                self._folder.begin(self._recipe)
        except BaseException:
            self._variants.remove(variant.name)
            raise
        steps = len(batches) * self._recipe.training.epochs
        words = variant.growth.words if variant.growth else ()
        yield self._told(Started(variant.name, steps, variant.summary.trainable, words))
        try:
            yield from self._train(variant, batches, probes)
        except RunError as error:
            yield from self._fail(variant, error)
            return
        yield from self._finish(variant)

    def _train(self, variant: Variant, batches: Batches, probes: BaseAnswers) -> Iterator[Event]:
        assert variant.attachment is not None
        loop = train(variant.attachment, batches, self._recipe.training, probes.measure if probes else None)
        try:
            while not self._cancelled:
                self._variants.activate(variant)  # a job may have looked at another one
                begin = time.perf_counter()
                event = next(loop, None)
                self._seconds += time.perf_counter() - begin
                if event is None:
                    return
                if isinstance(event, Step):
                    self._steps_done, self._loss = event.step, event.loss
                yield self._told(event)
        except (RuntimeError, MemoryError) as error:  # torch raises RuntimeError for shapes and for memory
            raise RunError(
                "Training stopped at step {step}: {reason}.",
                advice="The model is unharmed. Choose a smaller batch or a shorter sequence.",
                step=self._steps_done + 1,
                reason=" ".join(str(error).split())[:300],
            ) from error
        finally:
            loop.close()

    def _prepare(self, rows: tuple[str, ...]) -> Variant:
        """Grows the vocabulary if the rows need it and attaches the method; all or nothing."""
        variants, recipe = self._variants, self._recipe
        variants.activate(variants.base)
        words = new_words(variants.model, rows)
        growth = Growth(variants.model, words, recipe.training.seed) if words else None
        try:
            attachment = recipe.method.attach(variants.model, recipe.training.seed)
        except BaseException:
            if growth:
                growth.undo()
            raise
        summary = VariantSummary(
            variants.free_name(recipe.name),
            is_base=False,
            method=recipe.method.title,
            data=", ".join(dataset.name for dataset in recipe.datasets),
            trainable=sum(tensor.numel() for tensor in attachment.tensors().values()),
        )
        variant = Variant(summary, growth, attachment, recipe)
        variants.adopt(variant)
        return variant

    def _batches(self, rows: tuple[str, ...]) -> Batches:
        model, training = self._variants.model, self._recipe.training
        length = min(training.sequence_length, model.context_length)
        cut = windows([model.encode(row).ids for row in rows], length)
        return Batches(cut, training.batch_size, training.seed, model.device)

    def _finish(self, variant: Variant) -> Iterator[Event]:
        self._conclude(variant)
        folder = self._folder
        if folder:
            try:
                receipt = self._save(variant, folder.adapter)
            except StudioError as error:
                yield from self._fail(variant, error, save=False)
                return
            yield self._told(Saved(receipt))
        where = str(folder.path) if folder else ""
        done = Finished(variant.name, self._steps_done, self._seconds, self._loss, self._cancelled, where)
        if folder:
            folder.end(done, variant.summary.trainable)
        yield done

    def _fail(self, variant: Variant, error: StudioError, *, save: bool = True) -> Iterator[Event]:
        """What was learned before the failure is kept, on the board and on disk."""
        self._conclude(variant)
        if self._folder and save:
            with suppress(StudioError):  # the first error is the one to tell
                yield self._told(Saved(self._save(variant, self._folder.adapter)))
        failed = Failed(self._steps_done, error, variant.name)
        if self._folder:
            with suppress(StudioError):
                self._folder.end(failed, variant.summary.trainable)
        yield failed

    def _conclude(self, variant: Variant) -> None:
        variant.summary = replace(variant.summary, final_loss=self._loss, seconds=self._seconds)

    def _told(self, event: Event) -> Event:
        if self._folder:
            self._folder.record(event)
        return event


class BaseAnswers:
    """The watched prompts with the tokens to follow on each: what the base says, and what is wanted."""

    def __init__(self, variants: Variants, recipe: Recipe) -> None:
        self._variants = variants
        self._model: LanguageModel = variants.model
        self._prompts = [probe.prompt for probe in recipe.probes]
        self._variants.activate(self._variants.base)
        base = answers(self._model, self._variants.logits, self._prompts, top=1)
        self._followed = [
            tuple(dict.fromkeys(t for t in (answer.top.token, self._model.as_token(probe.wanted)) if t))
            for answer, probe in zip(base, recipe.probes, strict=True)
        ]

    def __bool__(self) -> bool:
        return bool(self._prompts)

    def measure(self) -> tuple[Answer, ...]:
        """What the active variant says now. `tracked` is the base's answer, then the wanted token."""
        return answers(self._model, self._variants.logits, self._prompts, tracked=self._followed)
