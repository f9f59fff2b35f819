"""The compared runs as a table, which is the legend of the plots beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from lora_studio.core.history import local_time
from lora_studio.core.run_record import LARGEST
from lora_studio.ui.runs_model import when
from lora_studio.ui.theme import colors_of
from lora_studio.ui.variants_model import nats
from lora_studio.ui.widgets.amounts import count, duration
from lora_studio.ui.widgets.compare_runs import ComparedRun, sample
from lora_studio.ui.widgets.figures import NOT_MEASURED, percent
from lora_studio.ui.widgets.settings_form import translated_setting
from lora_studio.ui.widgets.titled_table import TitledTable

Index = QModelIndex | QPersistentModelIndex
RUN, TRAINABLE, LOSS, TARGET, FORGETTING, SECONDS = range(6)
Role = Qt.ItemDataRole


class CompareModel(TitledTable):
    """Rows can be switched; what the cursor reads in the plot stands in the column of losses."""

    figures = (TRAINABLE, LOSS, TARGET, FORGETTING, SECONDS)

    switched = Signal(object, bool)  # ComparedRun, shown
    filled = Signal()  # other texts stand there now

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._rows: list[ComparedRun] = []
        self._texts: list[str] = []
        self._read: Mapping[Path, float] | None = None
        self._titles = (
            self.tr("Run"), self.tr("Trainable"), self.tr("Final loss"), self.tr("Target"),
            self.tr("Forgetting"), self.tr("Duration"),
        )  # fmt: skip
        self._explained = {
            TRAINABLE: self.tr("Trainable parameters; the bars are logarithmic"),
            LOSS: self.tr("In nats per token: of the last step, or at the cursor in the plot"),
            TARGET: self.tr("Probability of the wanted tokens at the end: the mean over the pinned prompts"),
            FORGETTING: self.tr("How far the answers to what the base knew have moved: mean KL from the base, in nats"),
        }

    def show_runs(self, runs: Sequence[ComparedRun]) -> None:
        """The choice stays where the same runs stand there."""
        if [run.path for run in runs] == [run.path for run in self._rows]:
            self._rows = list(runs)
            self._all_changed()
        else:
            self.beginResetModel()
            self._rows = list(runs)
            self.endResetModel()
        texts = [self._text(run, column) for run in runs for column in range(len(self._titles)) if column != LOSS]
        if texts != self._texts:
            self._texts = texts
            self.filled.emit()

    def show_read(self, values: Mapping[Path, float] | None) -> None:
        """What the cursor reads; None: it reads nothing, and the final losses stand there."""
        header = (values is None) != (self._read is None)
        if not header and values == self._read:
            return
        self._read = values
        if self._rows:
            self.dataChanged.emit(self.index(0, LOSS), self.index(len(self._rows) - 1, LOSS), [Role.DisplayRole])
        if header:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, LOSS, LOSS)

    def run(self, row: int) -> ComparedRun | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def bar(self, row: int) -> float:
        """How long the bar of trainable parameters is (0…1), on a logarithmic scale from a decade below the fewest."""
        counts = [run.curves.trainable for run in self._rows if run.curves and run.curves.trainable]
        run = self._rows[row]
        if not counts or run.curves is None or not run.curves.trainable:
            return 0.0
        low, high = math.floor(math.log10(min(counts))) - 1, math.log10(max(counts))
        return (math.log10(run.curves.trainable) - low) / max(1e-9, high - low)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == RUN else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        reads = section == LOSS and self._read is not None and orientation == Qt.Orientation.Horizontal
        return (
            self.tr("Loss here")
            if reads and role == Role.DisplayRole
            else super().headerData(section, orientation, role)
        )

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        run, column = self._rows[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._text(run, column)
        if role == Role.TextAlignmentRole:
            return self.alignment(column)
        if role == Role.ToolTipRole:
            return self._tool_tip(run, column)
        if role == Role.ForegroundRole and (not run.shown or self._text(run, column) == NOT_MEASURED):
            return QColor(colors_of(self._view).muted)
        if column == RUN and role == Role.CheckStateRole:
            return Qt.CheckState.Checked if run.shown else Qt.CheckState.Unchecked
        if column == RUN and role == Role.DecorationRole:
            return sample(run.place, colors_of(self._view), self._view.devicePixelRatioF())
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole:
            return False
        run = self._rows[index.row()]
        run.shown = Qt.CheckState(value) == Qt.CheckState.Checked
        self._all_changed()
        self.switched.emit(run, run.shown)
        return True

    def _all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._titles) - 1))

    def _text(self, run: ComparedRun, column: int) -> str:
        locale, curves = QLocale(), run.curves
        if column == RUN:
            return run.called
        if curves is None:
            return NOT_MEASURED if run.problem else "…"
        if column == TRAINABLE:
            return NOT_MEASURED if not curves.trainable else count(min(curves.trainable, LARGEST), locale)
        if column == LOSS:
            loss = curves.final_loss if self._read is None else self._read.get(run.path)
            return NOT_MEASURED if loss is None else locale.toString(loss, "f", 4)
        if column == TARGET:
            target = curves.target_probability
            return NOT_MEASURED if target is None else f"{percent(target, locale)} %"
        if column == FORGETTING:
            return NOT_MEASURED if curves.forgetting_kl is None else nats(curves.forgetting_kl, locale)
        return NOT_MEASURED if curves.duration is None else duration(min(max(0.0, curves.duration), LARGEST), locale)

    def _tool_tip(self, run: ComparedRun, column: int) -> str:
        if run.problem:
            return run.problem
        if column == RUN:
            method = translated_setting(run.curves.method) if run.curves and run.curves.method else ""
            return "\n".join(line for line in (run.name, method, _moment(run), str(run.path)) if line)
        if self._text(run, column) == NOT_MEASURED:
            return self.tr("Not measured.")
        return self._explained.get(column, "")


def _moment(run: ComparedRun) -> str:
    """When it began; "" if that is not known."""
    began = local_time(run.curves.began) if run.curves else None
    return when(began, QLocale()) if began else ""
