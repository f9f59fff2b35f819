"""Running a recipe: prepares the variant, pulls the training loop, and keeps the result."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lora_studio.core.analysis.calibration import PeakWatch
from lora_studio.core.errors import RunError, StorageError, StudioError, unexpected
from lora_studio.core.events import Counted, Event, Failed, Finished, Preparing, Probed, Receipt, Saved, Started, Step
from lora_studio.core.models.devices import give_back_unused
from lora_studio.core.recipe import Recipe
from lora_studio.core.run_failures import DeviceLostError, check_dtype, is_shortage_or_loss, run_error
from lora_studio.core.run_folder import RunFolder
from lora_studio.core.run_keeping import Keeping
from lora_studio.core.run_preparing import prepared
from lora_studio.core.training.feeding import make_validation, training_batches
from lora_studio.core.training.loop import Measure, Training
from lora_studio.core.variants import Variant, Variants
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
        self._peak_watch: PeakWatch | None = None  # what the memory plan is corrected by

    def cancel(self) -> None:
        """The next pull ends the run; what was learned so far is kept as a variant."""
        self._cancelled = True

    def events(self) -> Generator[Event, None, None]:
        """Started, then the events of learning, then Saved (with a folder) and Finished, or Failed.

        Raises:
            StudioError: the run could not begin; the model is as before.
        """
        variant, steps, learning = self._begin()
        try:
            words = variant.growth.words if variant.growth else ()
            started = Started(variant.name, steps, variant.summary.trainable, words, self._steps_done)
            yield started if self._steps_done else self._told(started)
            yield from self._to_the_end(variant, learning)
        finally:
            self._leave()

    def keep_checkpoint(self) -> None:
        """Keeps the state, between two events, so that the run can go on from here if the program ends."""
        if self._keeping and self._training and not self._training.released:
            self._keeping.checkpoint(self._training, self._seconds, self._loss)

    def _begin(self) -> tuple[Variant, int, Generator[Event, None, None]]:
        """As `_begun`; a shortage of memory, or a device that has gone, in words."""
        try:
            return self._begun()
        except (RuntimeError, MemoryError) as error:
            if not is_shortage_or_loss(error):
                raise
            failure = self._failure(error)
        raise failure

    def _begun(self) -> tuple[Variant, int, Generator[Event, None, None]]:
        """The variant, how many steps there will be, and the events of taking them; all or nothing."""
        recipe = self._recipe
        recipe.method.check_data(recipe.datasets)
        if recipe.method.learns_by_gradients:
            check_dtype(self._variants.model)
        self._variants.activate(self._variants.base)
        self._peak_watch = PeakWatch.of(self._variants.model, recipe)
        variant = self._variants.in_training = prepared(self._variants, recipe, self._keeping)
        try:
            steps, learning = self._learning(variant)
            if self._keeping:
                self._keeping.begin(variant, self._variants.model.name, steps, self._steps_done, self._seconds)
        except BaseException:
            self._leave()
            self._variants.remove(variant.name)
            raise
        return variant, steps, learning

    def _to_the_end(self, variant: Variant, learning: Generator[Event, None, None]) -> Iterator[Event]:
        try:
            yield from self._pull(variant, learning)
        except (RunError, StorageError) as error:
            yield from self._fail(variant, error, save=not isinstance(error, DeviceLostError))
            return
        except Exception as error:  # noqa: BLE001 - the person who pressed Train must hear of it, with the step
            yield from self._fail(variant, unexpected(error), save=False)
            return
        failure = None
        try:
            yield from self._finish(variant)
        except (RuntimeError, MemoryError) as error:  # the figures could not be measured; what was learned is there
            failure = self._failure(error)
        if failure:
            yield from self._fail(variant, failure, save=not isinstance(failure, DeviceLostError))

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
        batches, validation = training_batches(attachment, recipe), make_validation(attachment, recipe)
        self._training = training = Training(attachment, batches, recipe.training, measure, guard, validation)
        there = self._keeping.take_over(training) if self._keeping else None
        if there and training.step:
            self._steps_done = training.step
            self._seconds, self._loss = there
        return training.steps, training.events()

    def _pull(self, variant: Variant, learning: Generator[Event, None, None]) -> Iterator[Event]:
        failure: RunError | None = None
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
                told = event if isinstance(event, Preparing) else self._told(event)  # done again when it goes on
                if isinstance(event, Step):
                    if self._peak_watch:
                        self._peak_watch.step_done(event.step)
                    self._keep(variant)
                yield told
            self.keep_checkpoint()
        except GeneratorExit:
            self.keep_checkpoint()
            raise
        except (RuntimeError, MemoryError) as error:  # torch raises RuntimeError for shapes and for memory
            failure = self._failure(error)
        finally:
            learning.close()
        if failure:
            raise failure

    def _failure(self, error: BaseException) -> RunError:
        """What torch says, in words; nothing of the run is left in memory but what it has learned."""
        self._let_go()
        model = self._variants.model
        self._variants.activate(self._variants.base)  # a plan is made for the bare model
        failure = run_error(error, self._steps_done + 1, model, self._recipe)
        give_back_unused()
        return failure

    def _keep(self, variant: Variant) -> None:
        """What is kept of a step that has just been told."""
        if self._keeping and self._training:
            self._keeping.snapshot(variant, self._steps_done, self._seconds)
            self._keeping.checkpoint(self._training, self._seconds, self._loss, if_due=True)

    def _finish(self, variant: Variant) -> Iterator[Event]:
        self._variants.activate(variant)
        training, self._training = self._training, None  # whatever happens now, its state is not kept any more
        if training:
            training.release()
            for event in training.put_best_back():
                yield self._told(event)
        if self._keeping:  # of what is kept, which may be the best state in place of the last one
            self._keeping.snapshot(variant, self._steps_done, at_end=True)
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
            stopped_early=training is not None and training.stopped_early and not self._cancelled,
        )
        if keeping:
            try:
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
        self._let_go()
        if self._keeping:
            with suppress(StudioError):
                self._keeping.folder.close()

    def _let_go(self) -> None:
        """Gradients and the optimizer's memory go; what was learned stays."""
        training, self._training = self._training, None
        if training:
            with suppress(RuntimeError):  # of a device that has gone
                training.release()

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
