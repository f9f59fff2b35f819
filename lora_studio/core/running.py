"""Running a recipe: prepares the variant, pulls the training loop, and keeps the result."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lora_studio.core.adapters.starting import added_words, read_start, start_from
from lora_studio.core.data.windows import windows
from lora_studio.core.errors import RunError, StorageError, StudioError, unexpected
from lora_studio.core.events import Counted, Event, Failed, Finished, Probed, Receipt, Saved, Started, Step
from lora_studio.core.methods.attachment import Attachment
from lora_studio.core.models.growth import Growth
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.run_keeping import Keeping
from lora_studio.core.summaries import VariantSummary
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.loop import Measure, Training
from lora_studio.core.variants import Variant, Variants, traits
from lora_studio.core.watching import BaseAnswers, KnownAnswers, make_guard

SaveAdapter = Callable[[Variant, Path], Receipt]


class Run:
    """One execution of a recipe on the variants' model. Iterate `events()`; other jobs may run in between.

    `save` writes a variant's adapter into a folder and returns the receipt; it is used if the run has a folder. In the
    folder of an interrupted run it goes on from the last checkpoint there.
    """

    def __init__(
        self,
        variants: Variants,
        recipe: Recipe,
        folder: RunFolder | None,
        save: SaveAdapter,
        base_fingerprint: str = "",
    ) -> None:
        self._variants = variants
        self._recipe = recipe
        self._keeping = Keeping(recipe, folder, base_fingerprint) if folder else None
        self._save = save
        self._cancelled = False
        self._steps_done = 0
        self._seconds = 0.0
        self._loss: float | None = None
        self._known: KnownAnswers | None = None
        self._training: Training | None = None

    def cancel(self) -> None:
        """The next pull ends the run; what was learned so far is kept as a variant."""
        self._cancelled = True

    def events(self) -> Generator[Event, None, None]:
        """Started, then the events of learning, then Saved (with a folder) and Finished, or Failed.

        Raises:
            StudioError: the run could not begin; the model is as before.
        """
        recipe = self._recipe
        recipe.method.check_data(recipe.datasets)
        variant = self._variants.in_training = self._prepare()
        try:
            steps, learning = self._learning(variant)
            if self._keeping:
                self._keeping.begin(variant, self._variants.model.name, steps, self._steps_done)
        except BaseException:
            self._leave()
            self._variants.remove(variant.name)
            raise
        try:
            words = variant.growth.words if variant.growth else ()
            started = Started(variant.name, steps, variant.summary.trainable, words, self._steps_done)
            yield started if self._steps_done else self._told(started)
            yield from self._to_the_end(variant, learning)
        finally:
            self._leave()

    def keep_checkpoint(self) -> None:
        """Keeps the state, between two events, so that the run can go on from here if the program ends."""
        if self._keeping and self._training:
            self._keeping.checkpoint(self._training, self._seconds, self._loss)

    def _to_the_end(self, variant: Variant, learning: Generator[Event, None, None]) -> Iterator[Event]:
        try:
            yield from self._pull(variant, learning)
        except (RunError, StorageError) as error:
            yield from self._fail(variant, error)
            return
        except Exception as error:  # noqa: BLE001 - the person who pressed Train must hear of it, with the step
            yield from self._fail(variant, unexpected(error), save=False)
            return
        yield from self._finish(variant)

    def _learning(self, variant: Variant) -> tuple[int, Generator[Event, None, None]]:
        """How many steps there will be, and the events of taking them. First the base is asked what it says."""
        recipe, variants, attachment = self._recipe, self._variants, variant.attachment
        assert attachment is not None
        limit = attachment.context_length  # virtual tokens take their part
        probes = BaseAnswers(variants, recipe, limit)
        self._known = KnownAnswers(variants, recipe, limit)
        guard = make_guard(variants, recipe, limit) if recipe.method.learns_by_gradients else None
        variants.activate(variant)
        measure = probes.measure if probes else None
        if not recipe.method.learns_by_gradients:
            groups = [[row for row in dataset.rows if row] for dataset in recipe.datasets]
            return sum(map(len, groups)), _without_gradients(attachment.learn(groups), measure)
        batches = self._batches(attachment)
        self._training = training = Training(attachment, batches, recipe.training, measure, guard)
        there = self._keeping.take_over(training) if self._keeping else None
        if there and training.step:
            self._steps_done = training.step
            self._seconds, self._loss = there
        return training.steps, training.events()

    def _pull(self, variant: Variant, learning: Generator[Event, None, None]) -> Iterator[Event]:
        try:
            while not self._cancelled:
                self._variants.activate(variant)  # a job may have looked at another one
                begin = time.perf_counter()
                event = next(learning, None)
                self._seconds += time.perf_counter() - begin
                if event is None:
                    return
                if isinstance(event, Step | Counted):
                    self._steps_done = event.step
                if isinstance(event, Step):
                    self._loss = event.loss
                    event = replace(event, seconds=self._seconds)
                told = self._told(event)
                if isinstance(event, Step):
                    self._keep(variant)
                yield told
            self.keep_checkpoint()
        except GeneratorExit:
            self.keep_checkpoint()
            raise
        except (RuntimeError, MemoryError) as error:  # torch raises RuntimeError for shapes and for memory
            raise RunError(
                "Training stopped at step {step}: {reason}.",
                advice="The model is unharmed. Choose a smaller batch or a shorter sequence.",
                step=self._steps_done + 1,
                reason=" ".join(str(error).split())[:300],
            ) from error
        finally:
            learning.close()

    def _keep(self, variant: Variant) -> None:
        """What is kept of a step that has just been told."""
        if self._keeping and self._training:
            self._keeping.snapshot(variant, self._steps_done)
            self._keeping.checkpoint(self._training, self._seconds, self._loss, if_due=True)

    def _prepare(self) -> Variant:
        """Grows the vocabulary if the rows need it and attaches the method; all or nothing."""
        variants, recipe = self._variants, self._recipe
        seed = recipe.training.seed
        variants.activate(variants.base)
        words = self._keeping.added_words(variants.model) if self._keeping else None
        start = None
        if words is None:  # what a run that goes on had started from is in its checkpoint
            start = read_start(variants.model, recipe.method)
            words = added_words(variants.model, recipe, start)
        growth = Growth(variants.model, words, seed) if words else None
        attachment: Attachment | None = None
        try:
            attachment = recipe.method.attach(variants.model, seed)
            if start:
                start_from(attachment, growth, start)
            if self._keeping:
                self._keeping.bring_back(attachment, growth)
            summary = self._summary(attachment)
        except BaseException:
            if attachment:
                attachment.detach()
            if growth:
                growth.undo()
            raise
        variant = Variant(summary, growth, attachment, recipe)
        variants.adopt(variant)
        return variant

    def _summary(self, attachment: Attachment) -> VariantSummary:
        data = ", ".join(dataset.name for dataset in self._recipe.datasets)
        name = self._keeping.name if self._keeping else self._recipe.name
        return VariantSummary(self._variants.free_name(name), is_base=False, data=data, **traits(attachment))

    def _batches(self, attachment: Attachment) -> Batches:
        model, training = attachment.model, self._recipe.training
        length = min(training.sequence_length, attachment.context_length)
        cut = windows([model.encode(row).ids for row in self._recipe.rows], length)
        return Batches(cut, training.batch_size, training.seed, model.device)

    def _finish(self, variant: Variant) -> Iterator[Event]:
        self._conclude(variant)
        summary, keeping = variant.summary, self._keeping
        done = Finished(
            variant.name,
            self._steps_done,
            self._seconds,
            self._loss,
            self._cancelled,
            str(keeping.folder.path) if keeping else "",
            summary.forgetting_kl,
            summary.top1_kept,
        )
        if keeping:
            try:
                keeping.snapshot(variant, self._steps_done, at_end=True)
                yield self._told(Saved(self._saved(variant, keeping.folder)))
                keeping.end(variant, done, self._steps_done, cancelled=self._cancelled)
            except StudioError as error:
                yield from self._fail(variant, error, save=False)
                return
        yield done

    def _saved(self, variant: Variant, folder: RunFolder) -> Receipt:
        with folder.new_adapter() as path:
            receipt = self._save(variant, path)
        variant.summary = replace(variant.summary, folder=str(folder.adapter))
        return replace(receipt, path=str(folder.adapter))

    def _fail(self, variant: Variant, error: StudioError, *, save: bool = True) -> Iterator[Event]:
        """What was learned before the failure is kept, on the board and on disk."""
        try:
            self._conclude(variant)
        except Exception:  # noqa: BLE001 - what failed may fail again; the first error is the one to tell
            variant.summary = replace(variant.summary, final_loss=self._loss, seconds=self._seconds)
        if self._keeping and save:
            with suppress(StudioError):  # the first error is the one to tell
                yield self._told(Saved(self._saved(variant, self._keeping.folder)))
        failed = Failed(self._steps_done, error, variant.name)
        self._end_keeping(variant, failed)
        yield failed

    def _end_keeping(self, variant: Variant, failed: Failed) -> None:
        if self._keeping:
            with suppress(StudioError):  # the first error is the one to tell
                self._keeping.end(variant, failed, self._steps_done)

    def _leave(self) -> None:
        """However the run ended, nothing of it goes on."""
        self._variants.in_training = None
        if self._training:
            self._training.release()
            self._training = None  # Adam's memory goes with it
        if self._keeping:
            with suppress(StudioError):
                self._keeping.folder.close()

    def _conclude(self, variant: Variant) -> None:
        self._variants.activate(variant)
        found = self._known.compare() if self._known else None
        variant.summary = replace(
            variant.summary,
            final_loss=self._loss,
            seconds=self._seconds,
            forgetting_kl=found.kl if found and math.isfinite(found.kl) else None,
            top1_kept=found.top1_kept if found else None,
        )

    def _told(self, event: Event) -> Event:
        if self._keeping:
            self._keeping.tell(event)
        return event


def _without_gradients(learning: Iterator[Event], measure: Measure | None) -> Generator[Event, None, None]:
    """Learning from forward passes alone, with the pinned prompts before and after."""
    if measure:
        yield Probed(0, measure())
    step = 0
    for event in learning:
        step = event.step if isinstance(event, Counted) else step
        yield event
    if measure:
        yield Probed(step, measure())
