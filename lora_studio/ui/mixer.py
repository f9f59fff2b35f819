"""The mixer behind its panel: which mix is shown, how its parts are turned, and what the engine says to it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.data.builtin import FACT_PROBES
from lora_studio.core.errors import StudioError
from lora_studio.core.events import Receipt
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui import mixer_jobs
from lora_studio.ui.fader_undo import FaderChange
from lora_studio.ui.faders import Faders
from lora_studio.ui.kept_mixes import as_told, can_be_kept
from lora_studio.ui.mix_flips import MixFlips
from lora_studio.ui.session import Session

if TYPE_CHECKING:
    from lora_studio.core.instruments.mix_saving import Spectrum

LOWEST, HIGHEST = -1.0, 2.0
QUIET_MS = 200  # after the last turn; then it is worth looking for flips, which takes many forward passes
BOARD_MS = 120  # after the last turn; then the board is told, which asks all variants anew
GESTURE_MS = 800  # turns that follow each other faster are undone together
SLOW_PASS = 0.05  # seconds; on so large a base flips are looked for when a person asks for them

MIXER = "mixer"


class Mixer(QObject):
    """One for each session, so that undo outlives a window; `Mixer.of` finds it. What a person turns is shown at once
    and asked for; of the requests that still wait only the newest is served."""

    changed = Signal()  # which mixes there are, which one is shown, how it is set, or where it flips
    answered = Signal(object)  # Comparison of base and mix
    unanswered = Signal(object)  # StudioError: the prompt cannot be answered
    costs_found = Signal(object)  # core's Spectrum, of saving it as one adapter

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.prompt = FACT_PROBES[0].prompt
        self._chosen = 0  # the mix_id
        self._wanted = 0  # of a mix that was just made, and is to be shown when it is there
        self._making = False
        self._asked: dict[int, tuple[float, ...]] = {}  # what the engine was asked for and has not confirmed
        self._gesture = 0
        self._wants_costs = False
        self._turns = 0  # read on the engine's thread, too: who has begun with an older one gives up
        self._passes: deque[float] = deque(maxlen=3)  # seconds
        self.flips = MixFlips()
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._look_closer)
        self._board = QTimer(self, singleShot=True, interval=BOARD_MS)
        self._board.timeout.connect(self._tell_board)
        self._pause = QTimer(self, singleShot=True, interval=GESTURE_MS)
        self._pause.timeout.connect(self.end_gesture)
        session.variants_changed.connect(self._variants_changed)
        session.model_left.connect(self._forget_passes)
        self._variants_changed()

    @classmethod
    def of(cls, session: Session) -> Mixer:
        """The session's mixer, made at the first call."""
        return session.findChild(cls) or cls(session)

    # What is there

    @property
    def mixes(self) -> tuple[VariantSummary, ...]:
        return tuple(variant for variant in self._session.variants if variant.mix and not variant.merged)

    @property
    def mix(self) -> VariantSummary | None:
        """The one that is shown."""
        return self._mix_with(self._chosen)

    @property
    def faders(self) -> Faders:
        """Of the mix that is shown; without one, of none."""
        mix = self.mix
        return self._session.faders.get(mix.mix_id, as_told(mix)) if mix else Faders(())

    @property
    def lasts(self) -> bool:
        """Whether the mix that is shown comes back when the program is opened again."""
        return self.mix is None or can_be_kept(self.mix)

    @property
    def is_slow(self) -> bool:
        """Whether flips are only looked for when a person asks (`look_for_flips`)."""
        return bool(self._passes) and min(self._passes) > SLOW_PASS

    def choose(self, mix: int) -> None:
        """By its `mix_id`."""
        if mix != self._chosen:
            self._chosen = mix
            self.changed.emit()
            self.ask_again()

    def ask_again(self) -> None:
        """What the mix says, and a little later where it flips."""
        if self.mix:
            self._ask_answer()
            self._quiet.start()

    def set_prompt(self, prompt: str) -> None:
        if prompt != self.prompt:
            self._turns += 1
            self.prompt = prompt
            self.changed.emit()
            self.ask_again()

    # What a person does

    def make(self, names: tuple[str, ...]) -> None:
        """Puts a mix of these variants on the board, and shows it. One at a time."""
        if not self._making:
            self._making = True
            self._session.asker.ask(partial(mixer_jobs.made, names), self._made, otherwise=self._not_made)

    def turn(self, part: int, strength: float) -> None:
        """Sets a fader. Turns that follow each other are undone together."""
        strengths = (*self.faders.strengths[:part], strength, *self.faders.strengths[part + 1 :])
        self._push(replace(self.faders, strengths=strengths), self.tr("change a strength"), f"{part} {self._gesture}")
        self._pause.start()

    def end_gesture(self) -> None:
        """What is turned from now on is undone on its own."""
        self._gesture += 1

    def mute(self, part: int, muted: bool) -> None:
        faders = self.faders
        which = faders.muted | {part} if muted else faders.muted - {part}
        self._push(replace(faders, muted=which), self.tr("mute a part"))

    def solo(self, part: int, soloed: bool) -> None:
        faders = self.faders
        which = faders.soloed | {part} if soloed else faders.soloed - {part}
        self._push(replace(faders, soloed=which), self.tr("solo a part"))

    def remove(self) -> None:
        if self.mix:
            self._session.detach(self.mix.name)

    def save(self, rank: int | None, folder: Path) -> None:
        """Makes one LoRA adapter of the mix (None: exact) and writes it to a new folder."""
        if self.mix:
            prompts = tuple(pin.prompt for pin in self._session.pins)
            job = partial(mixer_jobs.saved, self.mix.mix_id, rank, folder, prompts)
            self._session.asker.ask(job, self._saved, otherwise=self._session.refresh_variants, must_finish=True)

    def want_costs(self, wanted: bool) -> None:
        """Whether to tell what each rank costs, now and after each turn."""
        self._wants_costs = wanted
        if wanted:
            self._ask_costs()

    def look_for_flips(self) -> None:
        """Where the answer flips: many forward passes, which are given up at the next turn."""
        mix, turns = self.mix, self._turns
        if mix and self.prompt.strip():
            for part in self.flips.unknown(mix, self.faders, self.prompt):
                job = partial(mixer_jobs.flip, mix.mix_id, self.prompt, part, lambda: turns == self._turns)
                found = partial(self._flip_found, mix, self.faders, self.prompt, part)
                self._session.asker.ask(job, found, key=(MIXER, "flip", part), quiet=True)

    # Undo

    def _push(self, after: Faders, text: str, burst: str = "") -> None:
        mix, before = self.mix, self.faders
        if mix and after != before:
            self._session.undo_stack.push(FaderChange(self, mix.mix_id, before, after, text, burst))

    def set_faders(self, mix: int, faders: Faders) -> bool:
        """False: there is no such mix any more."""
        summary = self._mix_with(mix)
        if summary is None:
            return False
        self._turns += 1
        self._session.keep_faders(mix, faders)
        self._chosen = mix
        self.changed.emit()
        self._ask_turn(summary, faders.heard())
        return True

    def _mix_with(self, identity: int) -> VariantSummary | None:
        return next((mix for mix in self.mixes if mix.mix_id == identity), None)

    # What the engine is asked

    def _ask_turn(self, mix: VariantSummary, strengths: tuple[float, ...]) -> None:
        self._asked[mix.mix_id] = strengths
        job = partial(mixer_jobs.turned, mix.mix_id, strengths, self.prompt)
        refused = partial(self._refused, mix.mix_id)
        self._session.asker.ask(job, self._turned, key=(MIXER, mix.mix_id), otherwise=refused)
        self._quiet.start()

    def _ask_answer(self) -> None:
        if mix := self.mix:
            job = partial(mixer_jobs.answered, mix.mix_id, self.prompt)
            self._session.asker.ask(job, self._show, key=(MIXER, "answer"), quiet=True)

    def _look_closer(self) -> None:
        if not self.is_slow:
            self.look_for_flips()
        if self._wants_costs:
            self._ask_costs()

    def _ask_costs(self) -> None:
        if mix := self.mix:
            turns = self._turns
            job = partial(mixer_jobs.costs, mix.mix_id, lambda: turns == self._turns)
            self._session.asker.ask(job, self._costs_found, key=(MIXER, "costs"), quiet=True)

    # What it answers

    def _made(self, made: tuple[int, tuple[VariantSummary, ...]]) -> None:
        self._making = False
        self._wanted, summaries = made
        self._session.update_variants(summaries)

    def _not_made(self, _: StudioError) -> None:
        self._making = False

    def _turned(self, answer: mixer_jobs.MixAnswered) -> None:
        self._show(answer)
        self._board.start()

    def _tell_board(self) -> None:
        """The board shows the mix beside all others, but must not take the engine's time while one drags."""
        update = self._session.update_variants
        self._session.asker.ask(lambda engine: engine.summaries(), update, key=(MIXER, "board"))

    def _refused(self, mix: int, _: StudioError) -> None:
        self._asked.pop(mix, None)
        self._session.faders.pop(mix, None)
        self.changed.emit()

    def _show(self, answered: mixer_jobs.MixAnswered) -> None:
        """What belongs to another mix or prompt is dropped; its own answer is on its way."""
        if (answered.mix, answered.prompt) != (self._chosen, self.prompt):
            return
        if isinstance(answered.answer, StudioError):
            self.unanswered.emit(answered.answer)
            return
        was_slow = self.is_slow
        self._passes.append(answered.seconds)
        self.answered.emit(answered.answer)
        if self.is_slow != was_slow:
            self.changed.emit()

    def _flip_found(self, mix: VariantSummary, faders: Faders, prompt: str, part: int, flip: object) -> None:
        if flip is not None:
            self.flips.keep(mix, faders, prompt, part, flip)
            self.changed.emit()

    def _forget_passes(self) -> None:
        self._passes.clear()

    def _costs_found(self, costs: Spectrum | None) -> None:
        if costs is not None:
            self.costs_found.emit(costs)

    def _saved(self, saved: tuple[Receipt, tuple[VariantSummary, ...]]) -> None:
        receipt, summaries = saved
        self._session.update_variants(summaries)
        self._session.receipt.emit(receipt)

    def _variants_changed(self) -> None:
        there = [mix.mix_id for mix in self.mixes]
        for mix in self.mixes:
            self._follow(mix)
        before = self._chosen
        if self._wanted in there:
            self._chosen, self._wanted = self._wanted, 0
        elif self._chosen not in there:
            self._chosen = there[-1] if there else 0
        self.changed.emit()
        if self._chosen != before:
            self.ask_again()

    def _follow(self, mix: VariantSummary) -> None:
        """Takes over what the engine says, unless it is the answer to something older."""
        told, faders = as_told(mix), self._session.faders
        if self._asked.get(mix.mix_id, told.strengths) != told.strengths:
            return
        self._asked.pop(mix.mix_id, None)
        if mix.mix_id not in faders or faders[mix.mix_id].heard() != told.strengths:
            faders[mix.mix_id] = told
