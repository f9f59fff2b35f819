"""What a run has told so far, kept as curves. Knows neither Qt nor numpy, so it is there before both."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import (
    Answer,
    Drifted,
    Event,
    Failed,
    Finished,
    Probed,
    Separated,
    Started,
    Step,
    Validated,
)
from lora_studio.core.probing.spelling import means

PROTECTED, HELD_OUT, VALIDATION = "protected", "held out", "validation"


@dataclass(frozen=True, slots=True)
class Flip:
    """At `step` the answer changed."""

    step: int
    before: str
    after: str


def _numbers() -> array[float]:
    return array("d")


@dataclass
class DriftCurve:
    """What was measured of some rows now and then, in nats a token. Empty where not measured."""

    steps: array[float] = field(default_factory=_numbers)
    values: array[float] = field(default_factory=_numbers)

    def __bool__(self) -> bool:
        return bool(self.steps)

    def take(self, step: int, value: float | None) -> None:
        if value is not None and math.isfinite(value):
            self.steps.append(step)
            self.values.append(value)


@dataclass
class PromptCurve:
    """One pinned prompt over the steps: the base's answer and, where one is wanted, the wanted token (0…100).

    `from_base` tells that the run began with the base's answers; if not, its first ones are noise.
    """

    probe: Probe
    from_base: bool = True
    base_token: str = ""
    steps: array[float] = field(default_factory=_numbers)
    base: array[float] = field(default_factory=_numbers)
    wanted: array[float] = field(default_factory=_numbers)
    flips: list[Flip] = field(default_factory=list)
    last_token: str = ""  # the answer now
    wanted_token: str = ""  # as the model's vocabulary spells what is wanted

    @property
    def corrected(self) -> bool:
        return self.probe.kind == "corrected"

    @property
    def flip(self) -> Flip | None:
        """Where the wanted answer first came up; failing that, where the one came that is no longer the base's."""
        arrived = next((flip for flip in self.flips if flip.after == (self.wanted_token or self.probe.wanted)), None)
        if arrived or not self.from_base or self.last_token == self.base_token:
            return arrived
        return next((flip for flip in self.flips if flip.after == self.last_token), None)

    @property
    def is_side_effect(self) -> bool:
        """Whether an answer that was to be kept is now another."""
        return not self.corrected and self.last_token not in ("", self.base_token)

    def take(self, step: int, answer: Answer) -> None:
        shares = {prediction.token: prediction.probability for prediction in answer.tracked}
        if not self.base_token:
            self.base_token = answer.tracked[0].token if answer.tracked else answer.top.token
        self.steps.append(step)
        self.base.append(100 * shares.get(self.base_token, math.nan))
        self.wanted_token = self._wanted_of(answer)
        self.wanted.append(100 * shares.get(self.wanted_token, math.nan))
        if self.last_token and answer.top.token != self.last_token:
            self.flips.append(Flip(step, self.last_token, answer.top.token))
        self.last_token = answer.top.token

    def _wanted_of(self, answer: Answer) -> str:
        """The second one that is tracked, or the base's own answer where that is wanted."""
        wanted = self.probe.wanted
        if not wanted or wanted in (prediction.token for prediction in answer.tracked):
            return wanted
        found = (prediction.token for prediction in reversed(answer.tracked) if means(prediction.token, wanted))
        return next(found, wanted)


class RunCurves:
    """Fed with a run's events; keeps the last run until the next one starts."""

    started: Started
    ended: Finished | Failed | None
    loss_steps: array[float]
    losses: array[float]
    validation: DriftCurve  # the loss on rows that are not learned, in nats a token
    best_step: int | None  # at which that was lowest
    protected: DriftCurve
    held_out: DriftCurve
    made_up: bool  # whether the base made the held-out rows up
    separated: Separated | None
    prompts: dict[str, PromptCurve]  # the corrected ones first

    def __init__(self) -> None:
        self.clear()

    @property
    def drifts(self) -> dict[str, DriftCurve]:
        """What was measured of "protected" and "held out" rows."""
        return {name: curve for name, curve in ((PROTECTED, self.protected), (HELD_OUT, self.held_out)) if curve}

    def take(self, events: Iterable[Event], pins: tuple[Probe, ...], *, from_base: bool = True) -> None:
        """Adds a batch. `pins` tell what a measured prompt is for, `from_base` whether runs begin as the base."""
        for event in events:
            if isinstance(event, Started):
                self._clear(event, pins, from_base=from_base)
            elif isinstance(event, Step):
                if math.isfinite(event.loss):
                    self.loss_steps.append(event.step)
                    self.losses.append(event.loss)
            elif isinstance(event, Probed):
                self._take_probed(event)
            elif isinstance(event, Drifted):
                self.protected.take(event.step, event.protected)
                self.held_out.take(event.step, event.held_out)
                self.made_up = event.made_up
            elif isinstance(event, Validated):
                self.validation.take(event.step, event.loss)
                self.best_step = event.step if event.best else self.best_step
            elif isinstance(event, Separated):
                self.separated = event
            elif isinstance(event, Finished | Failed):
                self.ended = event

    def take_over(self, other: RunCurves) -> None:
        """Shows what `other` was fed with, such as on another thread; `other` is not to be fed any more."""
        vars(self).update(vars(other))

    def clear(self) -> None:
        """As before the first run."""
        self._clear(Started("", 0, 0, ()), (), from_base=True)

    @property
    def last_step(self) -> int:
        """The last one that has a loss; 0 if none has."""
        return round(self.loss_steps[-1]) if self.loss_steps else 0

    def as_csv(self) -> str:
        """A line for every step: the loss and, where they were measured, KL and the tracked tokens of the prompts (%).

        Of a run that told groups of prompts apart, a line for every block.
        """
        return sweep_csv(self.separated) if self.separated else self._steps_csv()

    def _steps_csv(self) -> str:
        columns: list[tuple[str, dict[float, float]]] = [("loss", dict(zip(self.loss_steps, self.losses, strict=True)))]
        if self.validation:
            columns.append(("validation loss", dict(zip(self.validation.steps, self.validation.values, strict=True))))
        for name, drift in self.drifts.items():
            columns.append((f"KL {name} (nats)", dict(zip(drift.steps, drift.values, strict=True))))
        for curve in self.prompts.values():
            tracked = [(curve.base_token, curve.base), (curve.probe.wanted, curve.wanted)]
            for token, values in tracked if curve.probe.wanted else tracked[:1]:
                named = f"{curve.probe.prompt}: {token} (%)"
                columns.append((named, dict(zip(curve.steps, values, strict=True))))
        steps = sorted({step for _, values in columns for step in values})
        return _table(
            ["step", *(name for name, _ in columns)],
            ([int(step), *(_cell(values.get(step)) for _, values in columns)] for step in steps),
        )

    def _clear(self, started: Started, pins: tuple[Probe, ...], *, from_base: bool) -> None:
        self.started = started
        self.ended = None
        self.loss_steps = _numbers()
        self.losses = _numbers()
        self.validation, self.best_step = DriftCurve(), None
        self.protected, self.held_out = DriftCurve(), DriftCurve()
        self.made_up = False
        self._from_base = from_base
        self.separated = None
        corrected_first = sorted(pins, key=lambda pin: pin.kind != "corrected")
        self.prompts = {pin.prompt: PromptCurve(pin, from_base) for pin in corrected_first}

    def _take_probed(self, event: Probed) -> None:
        for answer in event.answers:
            curve = self.prompts.get(answer.prompt)
            if curve is None:  # pinned by a recipe, not by the person
                curve = self.prompts[answer.prompt] = PromptCurve(Probe(prompt=answer.prompt), self._from_base)
            curve.take(event.step, answer)


def sweep_csv(separated: Separated) -> str:
    """A line for every block: both accuracies (%), both effect sizes, and which one is used."""
    head = ["block", "means: accuracy (%)", "means: d", "component: accuracy (%)", "component: d", "used"]
    lines = (
        [
            found.block, _cell(100 * found.means_accuracy), _cell(found.means_effect),
            _cell(100 * found.component_accuracy), _cell(found.component_effect), int(found.block == separated.used),
        ]
        for found in separated.blocks
    )  # fmt: skip
    return _table(head, lines)


def _table(head: list[str], lines: Iterable[list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.6g}"
