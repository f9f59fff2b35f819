"""What a stored run told, as arrays to draw: read from its folder line by line, whatever state it was left in."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from lora_studio.core.errors import StorageError
from lora_studio.core.run_record import LARGEST, RunRecord, read_record

EVENTS = "events.jsonl"
MOST_BYTES = 1 << 28  # of a run's events; what lies behind is not read
MOST_LINE_BYTES = 1 << 20  # a longer line is no event of ours
MOST_PROBED = 128  # measurements of the pinned prompts, at least half as many; a picture shows no more
RECIPE_TAIL = 1 << 20  # bytes; the probes stand at the end, behind rows without end
SPELLING = " \t\n▁Ġ"  # what vocabularies put before a word

Values = npt.NDArray[np.float64]
Wanted = Mapping[str, str] | None  # token by prompt; None: not known

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KIND = re.compile(rb'\{"event": ?"(\w+)"')
# json.loads takes five times as long, and there are ten thousands of these. What is spelled otherwise goes to json.
_NUMBER = rb"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|NaN|-?Infinity)"
_STEP = re.compile(
    rb'\{"event": "step", "step": (\d{1,15}), "epoch": \d+, "loss": ' + _NUMBER + rb', "learning_rate": [-+.\w]+, '
    rb'"tokens": \d+(?:, "seconds": ' + _NUMBER + rb")?\}\s*\Z"
)
_TOLD = frozenset({b"step", b"started", b"drifted", b"validated", b"finished"})  # beside the probes


@dataclass(frozen=True, slots=True, eq=False)
class TokenCurve:
    """The probability (0…1) of the token that is wanted after `prompt`; NaN while the vocabulary lacks it."""

    prompt: str
    token: str
    steps: Values
    probability: Values


@dataclass(frozen=True, slots=True, eq=False)
class DriftCurve:
    """Mean KL from the base in nats a token, of protected and of held-out rows; NaN where it was not measured."""

    steps: Values
    protected: Values
    held_out: Values


@dataclass(frozen=True, slots=True, eq=False)
class ValidationCurve:
    """The loss on rows that are not learned, in nats a token; no rows where a run held none back."""

    steps: Values
    loss: Values

    @property
    def best(self) -> tuple[float, float] | None:
        """The step of the lowest loss, and that loss; None if nothing was measured."""
        if not len(self.loss):
            return None
        place = int(self.loss.argmin())
        return float(self.steps[place]), float(self.loss[place])


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One run. `loss` is in nats a token, `seconds` those that the run had taken (None: an older run, which kept none).

    `steps` rise strictly: of steps that were run again after an interruption the last ones count. Losses that were no
    numbers are left out. Of very many measurements of the pinned prompts, `wanted` holds evenly chosen ones and the
    last. `final_loss` of a run that never finished is its last; the other figures are as in `RunRecord`.
    """

    name: str
    steps: Values
    loss: Values
    seconds: Values | None
    wanted: tuple[TokenCurve, ...]
    drift: DriftCurve
    method: str = ""
    trainable: int | None = None
    final_loss: float | None = None
    forgetting_kl: float | None = None
    top1_kept: float | None = None
    duration: float | None = None
    began: str = ""
    validation: ValidationCurve = field(default_factory=lambda: ValidationCurve(np.empty(0), np.empty(0)))

    @property
    def target_probability(self) -> float | None:
        """The mean over the prompts with a wanted token, at the end. None: there is none, or none was measured."""
        last = [float(curve.probability[-1]) for curve in self.wanted if len(curve.probability)]
        known = [value for value in last if math.isfinite(value)]
        return sum(known) / len(known) if known else None


def read_events(folder: Path) -> Iterator[dict[str, Any]]:
    """The events of a run in order, as `run_folder.plain` wrote them.

    Streams: a folder of any size takes no more memory than a line. Lines that are no events, such as the last one of a
    run that was killed, are skipped.

    Raises:
        StorageError: there are no events, or they cannot be read.
    """
    for line in _lines(folder):
        event = _event(line)
        if event is not None:
            yield event


def read_curves(folder: Path) -> Curves:
    """The curves of a run and its figures. Raises StorageError: there are no events, or they cannot be read."""
    told = _Told()
    for line in _lines(folder):
        told.take(line)
    return told.curves(folder, wanted_tokens(folder))


def smoothed(values: Values, span: float) -> Values:
    """The exponential moving average over about `span` values, without its bias towards 0 at the beginning.

    With β = 1 − 1 / span: sₜ = β · sₜ₋₁ + (1 − β) · xₜ, and what is returned is sₜ / (1 − βᵗ).
    """
    if span <= 1 or not len(values):
        return values
    beta = 1 - 1 / span
    # A cumulative sum of xₜ · β⁻ᵗ in stretches short enough that β⁻ᵗ stays far from the largest number.
    stretch = max(1, min(len(values), int(-200 / math.log10(beta))))
    falling = beta ** np.arange(1, stretch + 1)
    result, before = np.empty_like(values), 0.0
    for begin in range(0, len(values), stretch):
        part = values[begin : begin + stretch]
        powers = falling[: len(part)]
        result[begin : begin + stretch] = powers * (before + (1 - beta) * np.cumsum(part / powers))
        before = float(result[begin + len(part) - 1])
    unbiased: Values = result / (1 - beta ** np.arange(1, len(values) + 1))
    return unbiased


def wanted_tokens(folder: Path) -> dict[str, str] | None:
    """The wanted token by prompt, from the run's recipe; None if that cannot be read."""
    try:
        with (folder / "recipe.yaml").open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - RECIPE_TAIL))
            tail = file.read(RECIPE_TAIL)
        begin = re.search(rb"^probes:", tail, re.MULTILINE)
        if begin is None:
            return None
        found = yaml.load(tail[begin.start() :], Loader=_LOADER)["probes"]
        return {str(probe["prompt"]): str(probe["wanted"]) for probe in found if probe.get("wanted")}
    except (OSError, yaml.YAMLError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


class _Told:
    """Collects what the lines of a run say."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, float, float]] = []  # step, loss, seconds
        self._validated: list[tuple[float, float, float]] = []  # step, loss
        self._drifts: list[tuple[float, float, float]] = []  # step, protected, held out
        self._probed: list[bytes] = []  # put into words at the end: most are not needed
        self._last_probed = b""
        self._stride, self._count = 1, 0
        self._started: dict[str, Any] = {}
        self._finished: dict[str, Any] = {}

    def take(self, line: bytes) -> None:
        if step := _STEP.match(line):
            number, loss, seconds = step.group(1, 2, 3)
            self._steps.append((float(number), float(loss), float(seconds or "nan")))
            return
        kind = _KIND.match(line)
        if kind and kind[1] == b"probed":
            self._take_probed(line)
        elif kind is None or kind[1] in _TOLD:
            self._take_event(_event(line) or {}, line)

    def _take_probed(self, line: bytes) -> None:
        self._last_probed = line
        if self._count % self._stride == 0:
            self._probed.append(line)
        self._count += 1
        if len(self._probed) > MOST_PROBED:
            self._probed = self._probed[::2]
            self._stride *= 2

    def _take_event(self, event: dict[str, Any], line: bytes) -> None:
        match event.get("event"):
            case "step":
                self._steps.append(_row(event, "step", "loss", "seconds"))
            case "validated":
                self._validated.append(_row(event, "step", "loss", "best"))
            case "drifted":
                self._drifts.append(_row(event, "step", "protected", "held_out"))
            case "probed":
                self._take_probed(line)
            case "started":
                self._started = event
            case "finished":
                self._finished = event

    def curves(self, folder: Path, wanted: Wanted) -> Curves:
        steps, loss, seconds = _columns(self._steps, needed=1)
        record = _record(folder, self._started, self._finished)
        return Curves(
            name=record.name or folder.name,
            steps=steps,
            loss=loss,
            seconds=seconds if len(seconds) and seconds.max(initial=0.0) > 0 else None,
            wanted=self._token_curves(wanted),
            drift=DriftCurve(*_columns(self._drifts)),
            method=record.method,
            trainable=record.trainable or None,
            final_loss=float(loss[-1]) if record.final_loss is None and len(loss) else record.final_loss,
            forgetting_kl=record.forgetting_kl,
            top1_kept=record.top1_kept,
            duration=record.seconds,
            began=record.began,
            validation=ValidationCurve(*_columns(self._validated, needed=1)[:2]),
        )

    def _token_curves(self, wanted: Wanted) -> tuple[TokenCurve, ...]:
        lines = [*self._probed, *([self._last_probed] if self._last_probed not in self._probed[-1:] else [])]
        measured: dict[str, list[tuple[float, float, float]]] = {}
        tokens: dict[str, str] = {}
        for event in filter(None, map(_event, lines)):
            step = _number(event.get("step"))
            for answer in _mappings(event.get("answers")):
                prompt = str(answer.get("prompt"))
                found = _wanted_among(_mappings(answer.get("tracked")), prompt, wanted)
                if found:
                    tokens[prompt] = str(found.get("token"))
                if found or prompt in (wanted or ()):
                    value = _number((found or {}).get("probability"))
                    measured.setdefault(prompt, []).append((step, value, math.nan))
        curves = []
        for prompt, rows in measured.items():
            steps, probability, _ = _columns(rows)
            curves.append(TokenCurve(prompt, tokens.get(prompt) or (wanted or {}).get(prompt, ""), steps, probability))
        return tuple(curves)


def _lines(folder: Path) -> Iterator[bytes]:
    """Those of a sensible length. Raises StorageError."""
    path = folder / EVENTS
    try:
        if not path.is_file():  # a pipe would be waited for
            raise StorageError("There are no events of a run in {path}.", path=folder)
        with path.open("rb") as file:
            read, torn = 0, False
            while read < MOST_BYTES and (line := file.readline(MOST_LINE_BYTES)):
                read += len(line)
                whole = line.endswith(b"\n") or len(line) < MOST_LINE_BYTES
                if whole and not torn:
                    yield line
                torn = not whole
    except OSError as error:
        raise StorageError(
            "{path} cannot be read: {reason}.", path=path, reason=error.strerror or error
        ) from error  # fmt: skip


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("event"), str) else None


def _record(folder: Path, started: Mapping[str, Any], finished: Mapping[str, Any]) -> RunRecord:
    """run.json, and what only the events say: they are all that older runs have."""
    try:
        record = read_record(folder)
    except StorageError:
        record = RunRecord(name=str(started.get("variant") or finished.get("variant") or ""))
    told = {name: _figure(finished.get(name)) for name in ("final_loss", "forgetting_kl", "top1_kept", "seconds")}
    missing: dict[str, Any] = {name: value for name, value in told.items() if getattr(record, name) is None}
    trainable = _figure(started.get("trainable"))
    if not record.trainable and trainable is not None and 0 <= trainable < 1e15:
        missing["trainable"] = int(trainable)
    return record.model_copy(update=missing)


def _wanted_among(tracked: Sequence[Mapping[str, Any]], prompt: str, wanted: Wanted) -> Mapping[str, Any] | None:
    """The measured token that is wanted. `tracked` holds the base's answer, then the wanted one if it is another."""
    if wanted is not None and prompt not in wanted:
        return None
    plain = wanted[prompt].strip(SPELLING).casefold() if wanted else ""
    for prediction in tracked:
        if plain and str(prediction.get("token")).strip(SPELLING).casefold() == plain:
            return prediction
    return tracked[1] if len(tracked) > 1 else None


def _columns(rows: Sequence[tuple[float, float, float]], needed: int = 0) -> tuple[Values, Values, Values]:
    """Sorted by step, of each step the last row; without rows that lack one of the first `needed` values.

    Nor those of steps that no run can have: files may be anybody's, and a plot has its limits.
    """
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    table = table[np.isfinite(table[:, : 1 + needed]).all(axis=1) & (table[:, 0] >= 0) & (table[:, 0] <= LARGEST)]
    if len(table) and not (np.diff(table[:, 0]) > 0).all():
        _, last = np.unique(table[::-1, 0], return_index=True)
        table = table[len(table) - 1 - last]
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()


def _row(event: Mapping[str, Any], *names: str) -> tuple[float, float, float]:
    first, second, third = (_number(event.get(name)) for name in names)
    return first, second, third


def _number(value: object) -> float:
    """NaN for what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(OverflowError):
            return float(value)
    return math.nan


def _figure(value: object) -> float | None:
    number = _number(value)
    return number if math.isfinite(number) else None


def _mappings(value: object) -> list[Mapping[str, Any]]:
    items: Iterable[object] = value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict)]
