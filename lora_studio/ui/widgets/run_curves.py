"""What a run has told so far, kept as curves. Knows neither Qt nor numpy, so it is there before both."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from lora_studio.core.data.builtin import Probe
from lora_studio.core.events import Answer, Event, Failed, Finished, Probed, Started, Step


@dataclass(frozen=True, slots=True)
class Flip:
    """At `step` the answer changed."""

    step: int
    before: str
    after: str


def _numbers() -> array[float]:
    return array("d")


@dataclass
class PromptCurve:
    """One pinned prompt over the steps: the base's answer and, where one is wanted, the wanted token (0…100)."""

    probe: Probe
    base_token: str = ""
    steps: array[float] = field(default_factory=_numbers)
    base: array[float] = field(default_factory=_numbers)
    wanted: array[float] = field(default_factory=_numbers)
    flips: list[Flip] = field(default_factory=list)
    _last_top: str = ""

    @property
    def corrected(self) -> bool:
        return self.probe.kind == "corrected"

    @property
    def flip(self) -> Flip | None:
        """Where the wanted answer took over; failing that, where the answer first changed."""
        arrived = (flip for flip in self.flips if flip.after == self.probe.wanted)
        return next(arrived, self.flips[0] if self.flips else None)

    @property
    def is_side_effect(self) -> bool:
        """Whether an answer that was to be kept is now another."""
        return not self.corrected and self._last_top not in ("", self.base_token)

    def take(self, step: int, answer: Answer) -> None:
        shares = {prediction.token: prediction.probability for prediction in answer.tracked}
        if not self.base_token:
            self.base_token = answer.tracked[0].token if answer.tracked else answer.top.token
        self.steps.append(step)
        self.base.append(100 * shares.get(self.base_token, math.nan))
        self.wanted.append(100 * shares.get(self.probe.wanted, math.nan))
        if self._last_top and answer.top.token != self._last_top:
            self.flips.append(Flip(step, self._last_top, answer.top.token))
        self._last_top = answer.top.token


class RunCurves:
    """Fed with a run's events; keeps the last run until the next one starts."""

    def __init__(self) -> None:
        self.started = Started("", 0, 0, ())
        self.ended: Finished | Failed | None = None
        self.loss_steps = _numbers()
        self.losses = _numbers()
        self.prompts: dict[str, PromptCurve] = {}  # the corrected ones first

    def take(self, events: Iterable[Event], pins: tuple[Probe, ...]) -> None:
        """Adds a batch. `pins` tell what a measured prompt is for."""
        for event in events:
            if isinstance(event, Started):
                self._clear(event, pins)
            elif isinstance(event, Step):
                if math.isfinite(event.loss):
                    self.loss_steps.append(event.step)
                    self.losses.append(event.loss)
            elif isinstance(event, Probed):
                self._take_probed(event)
            elif isinstance(event, Finished | Failed):
                self.ended = event

    def as_csv(self) -> str:
        """A line for every step: the loss and, where they were measured, the tracked tokens of the prompts (%)."""
        columns: list[tuple[str, dict[float, float]]] = [("loss", dict(zip(self.loss_steps, self.losses, strict=True)))]
        for curve in self.prompts.values():
            tracked = [(curve.base_token, curve.base), (curve.probe.wanted, curve.wanted)]
            for token, values in tracked if curve.probe.wanted else tracked[:1]:
                named = f"{curve.probe.prompt}: {token} (%)"
                columns.append((named, dict(zip(curve.steps, values, strict=True))))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["step", *(name for name, _ in columns)])
        for step in sorted({step for _, values in columns for step in values}):
            writer.writerow([int(step), *(_cell(values.get(step)) for _, values in columns)])
        return text.getvalue()

    def _clear(self, started: Started, pins: tuple[Probe, ...]) -> None:
        self.started = started
        self.ended = None
        self.loss_steps = _numbers()
        self.losses = _numbers()
        self.prompts = {pin.prompt: PromptCurve(pin) for pin in sorted(pins, key=lambda pin: pin.kind != "corrected")}

    def _take_probed(self, event: Probed) -> None:
        for answer in event.answers:
            curve = self.prompts.get(answer.prompt)
            if curve is None:  # pinned by a recipe, not by the person
                curve = self.prompts[answer.prompt] = PromptCurve(Probe(prompt=answer.prompt))
            curve.take(event.step, answer)


def _cell(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.6g}"
