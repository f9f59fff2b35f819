"""How far a run has moved what the base knew, step by step. Imports pyqtgraph and numpy (0.4 s): import it late."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtWidgets import QWidget

from lora_studio.ui.theme import Colors, variant_color
from lora_studio.ui.widgets.plot_items import Curve
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.run_curves import HELD_OUT, PROTECTED, DriftCurve, RunCurves

LEAST = 0.01  # nats at the top of the axis; less would only enlarge rounding
LINES = {PROTECTED: Qt.PenStyle.SolidLine, HELD_OUT: Qt.PenStyle.DashLine}


class DriftPlot(PlotView):
    """KL of protected and of held-out rows, in the run's own colour: solid and dashed."""

    def __init__(self, curves: RunCurves, parent: QWidget | None = None) -> None:
        label, short = _tr("KL (nats per token)"), _tr("KL (nats)")
        super().__init__(_tr("Forgetting over steps"), label, _tr("step"), parent, short=short)
        self._curves = curves
        self._hidden: set[str] = set()
        self._lines = {name: Curve(self) for name in LINES}
        self._titles = {PROTECTED: _tr("protected"), HELD_OUT: _tr("held out")}
        self.read = self._read

    def set_shown(self, name: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(name)
        self._lines[name].set_visible(shown)

    def highest(self) -> float:
        """Of what is shown, in nats."""
        return max((LEAST, *(max(curve.values) for curve in self._shown().values())))

    def redraw(self) -> None:
        for name, line in self._lines.items():
            curve = self._curves.drifts.get(name) or DriftCurve()
            line.show(curve.steps, curve.values)

    def forget(self) -> None:
        """The next values are those of another run."""
        for line in self._lines.values():
            line.forget()

    def dress_lines(self, colors: Colors, place: int) -> None:
        """In the colour of the variant at `place`."""
        self.dress(colors)
        for name, line in self._lines.items():
            line.style(variant_color(colors, place), 1.5, LINES[name])

    def _shown(self) -> dict[str, DriftCurve]:
        return {name: curve for name, curve in self._curves.drifts.items() if name not in self._hidden}

    def _read(self, place: QPointF) -> Reading | None:
        """The visible line next to the cursor."""
        readings = []
        for name, curve in self._shown().items():
            index = nearest(curve.steps, place.x())
            if index is not None:
                readings.append((abs(curve.values[index] - place.y()), name, curve.steps[index], curve.values[index]))
        if not readings:
            return None
        _, name, step, value = min(readings)
        text = _tr("step {step} · {rows}: KL {kl}").format(
            step=round(step), rows=self._titles[name], kl=self.locale().toString(value, "f", 4)
        )
        return step, value, text


def nearest(steps: array[float], step: float) -> int | None:
    """The index of the step that comes closest; None if there are none."""
    return min(range(len(steps)), key=lambda index: abs(steps[index] - step), default=None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("DriftPlot", text)
