"""The runs of a comparison: what is known of each, and how each is drawn."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from lora_studio.core.history import local_time
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.theme import LIGHT, Colors, variant_color

if TYPE_CHECKING:
    from lora_studio.core.curves import Curves

COLORS = len(LIGHT.variants) - 1  # without the base's
PATTERNS = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
SAMPLE = QSize(22, 12)  # px, the piece of line beside a run's name
LONGEST_SPAN = 1000.0  # steps that smoothing averages over, at most
SLIDER_STEPS = 100


@dataclass
class ComparedRun:
    """A run that was chosen. `place` gives its colour and pattern; without `curves` it is being read, or `problem`.

    `title` is its name in the history, which knows first of a new one; empty: it is not there. `label` is the name with
    what tells it apart from others of the same name; see `label_runs`.
    """

    path: Path
    place: int
    curves: Curves | None = None
    problem: str = ""
    shown: bool = True
    title: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        return self.title or (self.curves.name if self.curves else self.path.name)

    @property
    def called(self) -> str:
        return self.label or self.name

    @property
    def is_drawn(self) -> bool:
        return self.shown and self.curves is not None


@dataclass
class CompareChoices:
    """What a person chose; it outlives the panel, which a change of language makes anew."""

    paths: tuple[Path, ...] = ()
    hidden: set[Path] = field(default_factory=set)
    places: dict[Path, int] = field(default_factory=dict)
    logarithmic: bool = False
    by_seconds: bool = False
    smoothing: int = 0  # of SLIDER_STEPS
    points: bool = False  # the plot that is shown where there is room for one only: target against forgetting

    @property
    def span(self) -> float:
        """About how many steps smoothing averages over; 1: it is off."""
        return float(LONGEST_SPAN ** (self.smoothing / SLIDER_STEPS))


def give_places(
    paths: Sequence[Path],
    variants: Sequence[VariantSummary],
    before: Mapping[Path, int],
    color_place: Callable[[str], int],
) -> dict[Path, int]:
    """A colour's place for each run: its variant's on the board, or else the one it had, or the first free one."""
    board = {Path(v.folder): color_place(v.name) for v in variants if v.folder and not v.is_base}
    found = {path: place for path in paths if (place := board.get(path / "adapter") or board.get(path))}
    for path in paths:
        if path in before and path not in found and before[path] not in found.values():
            found[path] = before[path]
    for path in paths:
        if path not in found:
            found[path] = next(place for place in count(1) if place not in found.values())
    return {path: found[path] for path in paths}


def label_runs(runs: Sequence[ComparedRun]) -> None:
    """Where names repeat, says when each began: "LoRA V · 12:03", with the seconds or the date where it takes them."""
    for name, number in Counter(run.name for run in runs).items():
        same = [run for run in runs if run.name == name]
        for run, hint in zip(same, _hints(same) if number > 1 else [""], strict=True):
            run.label = f"{name} · {hint}" if hint else name


def _hints(runs: Sequence[ComparedRun]) -> list[str]:
    """Something that is different for each run: the shortest time that is, or else the folder's name."""
    locale = QLocale()
    began = [local_time(run.curves.began) if run.curves else None for run in runs]
    known = [QDateTime.fromMSecsSinceEpoch(round(moment.timestamp() * 1000)) for moment in began if moment]
    if len(known) == len(runs):
        days = [f"{locale.toString(time.date(), QLocale.FormatType.ShortFormat)} " for time in known]
        days = [""] * len(known) if len(set(days)) == 1 else days
        for form in (locale.timeFormat(QLocale.FormatType.ShortFormat), "HH:mm:ss", "HH:mm:ss.zzz"):
            hints = [day + locale.toString(time.time(), form) for day, time in zip(days, known, strict=True)]
            if len(set(hints)) == len(hints):
                return hints
    return [run.path.name for run in runs]


def run_color(colors: Colors, place: int) -> QColor:
    return variant_color(colors, place)


def run_pattern(place: int) -> Qt.PenStyle:
    """Solid, and another one for each time that the colours begin anew."""
    return PATTERNS[(place - 1) // COLORS % len(PATTERNS)]


def sample(place: int, colors: Colors, ratio: float) -> QIcon:
    """A piece of the run's line, in its colour on a chosen row too."""
    result = QPixmap(SAMPLE * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    paint_sample(painter, QRectF(0, 0, SAMPLE.width(), SAMPLE.height()), run_color(colors, place), run_pattern(place))
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(result, mode)
    return icon


def paint_sample(painter: QPainter, area: QRectF, color: QColor, pattern: Qt.PenStyle) -> None:
    painter.setPen(QPen(color, 2.4, pattern, Qt.PenCapStyle.FlatCap))
    middle = round(area.center().y())
    painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))


@dataclass(frozen=True)
class Written:
    """A run as it goes into a file, made on a thread while the panel goes on."""

    label: str
    folder: str
    curves: Curves


def curves_csv(runs: Sequence[Written], span: float) -> bytes:
    """A line for every step of every run; `smoothed` is the loss itself where smoothing is off."""
    from lora_studio.core.curves import smoothed

    def rows() -> Iterable[Sequence[Any]]:
        for written in runs:
            run = written.curves
            seconds = [f"{value:.6g}" for value in run.seconds] if run.seconds is not None else [""] * len(run.steps)
            for step, second, loss, smooth in zip(
                run.steps, seconds, run.loss, smoothed(run.loss, span), strict=True
            ):  # fmt: skip
                yield written.label, written.folder, int(step), second, f"{loss:.6g}", f"{smooth:.6g}"

    return _table(("run", "folder", "step", "seconds", "loss", "smoothed"), rows())


def figures_csv(runs: Sequence[Written]) -> bytes:
    """A line for every run; what was not measured is empty."""
    head = ("run", "folder", "method", "trainable", "final_loss", "forgetting_kl", "target_probability", "seconds")
    return _table(
        head,
        (
            [
                written.label, written.folder, run.method, run.trainable,
                *map(_cell, (run.final_loss, run.forgetting_kl, run.target_probability, run.duration)),
            ]
            for written in runs
            for run in (written.curves,)
        ),
    )  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
