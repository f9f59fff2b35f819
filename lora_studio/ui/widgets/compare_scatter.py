"""What runs learned against what they forgot. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from lora_studio.core.experiments.results import Plot, Series
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.compare_runs import ComparedRun
from lora_studio.ui.widgets.result_plot import ResultPlot


class CompareScatter(QWidget):
    """A point for each run that measured both, in its colour; below stand those that did not."""

    export_wanted = Signal(str)  # "png", "svg" or "csv"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot: ResultPlot | None = None  # None: no run measured both
        self._paths: tuple[Path, ...] = ()  # of its points
        self.hint = QLabel(
            self.tr(
                "Target probability against forgetting: for runs with a wanted token and with rows that the base knows."
            ),
            self,
        )
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.missing = QLabel(self)
        self.missing.setProperty("role", "muted")
        self.missing.setTextFormat(Qt.TextFormat.PlainText)
        self.missing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addWidget(self.hint, 1)
        self._layout.addWidget(self.missing)
        self.missing.hide()

    def show_runs(self, runs: Sequence[ComparedRun]) -> None:
        """Does nothing that cannot be seen: a plot of the same points stays, with its zoom."""
        there = [run for run in runs if run.curves is not None]
        measured = [run for run in there if _place(run) is not None]
        paths = tuple(run.path for run in measured)
        plot = self._make_plot(measured) if measured else None
        if plot != (self.plot.plot if self.plot else None) or paths != self._paths:
            self._paths = paths
            self._replace(plot)
        for index, run in enumerate(measured):
            if self.plot:
                self.plot.set_shown(index, run.shown)
        self._name_missing([run.called for run in there if run not in measured], bool(measured))

    def sizeHint(self) -> QSize:
        return QSize(300, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(170, 110)

    def _make_plot(self, runs: Sequence[ComparedRun]) -> Plot:
        points = [(run, *(_place(run) or (0.0, 0.0))) for run in runs]
        series = tuple(Series(run.called, (x,), (y,), run.place, "points") for run, x, y in points)
        return Plot(
            "tradeoff", self.tr("Target probability against forgetting"), self.tr("forgetting"),
            self.tr("target probability"), series, point_labels=True, x_kind="nats", y_kind="share",
            x_log=all(x > 0 for _, x, _ in points),
        )  # fmt: skip

    def _replace(self, plot: Plot | None) -> None:
        if self.plot:
            self._layout.removeWidget(self.plot)
            self.plot.hide()
            self.plot.deleteLater()
            self.plot = None
        self.hint.setVisible(plot is None)
        if plot:
            self.plot = ResultPlot(plot, self)
            self.plot.legend.hide()  # the table is one for both plots
            self.plot.export_wanted.connect(self.export_wanted)
            self._layout.insertWidget(0, self.plot, 1)

    def _name_missing(self, names: Sequence[str], any_measured: bool) -> None:
        self.missing.setVisible(bool(names) and any_measured)
        self.missing.setText(self.tr("Not measured: {names}").format(names=", ".join(names)))
        self.missing.setToolTip(
            self.tr("These runs have no wanted token, or no rows that the base knows:\n{names}").format(
                names="\n".join(names)
            )
        )


def _place(run: ComparedRun) -> tuple[float, float] | None:
    """Forgetting and target probability; None if either was not measured."""
    if run.curves is None or run.curves.forgetting_kl is None or run.curves.target_probability is None:
        return None
    return run.curves.forgetting_kl, run.curves.target_probability
