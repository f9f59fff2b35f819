"""The table of stored runs: one row each, with what became of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from lora_studio.core.history import StoredRun
from lora_studio.core.run_record import LARGEST
from lora_studio.ui.run_signs import RunSigns
from lora_studio.ui.session import Session
from lora_studio.ui.theme import colors_of
from lora_studio.ui.translations import translated
from lora_studio.ui.variants_model import nats
from lora_studio.ui.widgets.amounts import count, duration
from lora_studio.ui.widgets.figures import NOT_MEASURED
from lora_studio.ui.widgets.settings_form import translated_setting
from lora_studio.ui.widgets.titled_table import TitledTable

Index = QModelIndex | QPersistentModelIndex
NAME, METHOD, DATA, STEPS, TRAINABLE, LOSS, FORGETTING, SECONDS, WHEN, NOTE = range(10)
FIGURES = (STEPS, TRAINABLE, LOSS, FORGETTING, SECONDS, WHEN)
EDITABLE = (NAME, NOTE)
SORT_ROLE = Qt.ItemDataRole.UserRole


class RunsModel(TitledTable):
    """Shows the session's run history; names and notes that are typed go there, and the history decides."""

    figures = FIGURES

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._rows: tuple[StoredRun, ...] = session.history.runs
        self._live = session.history.live  # as the rows show it
        self._signs = RunSigns(view)
        self._titles = (
            self.tr("Name"), self.tr("Method"), self.tr("Data"), self.tr("Steps"), self.tr("Trainable"),
            self.tr("Final loss"), self.tr("Forgetting"), self.tr("Duration"), self.tr("When"), self.tr("Note"),
        )  # fmt: skip
        self._explained = {
            STEPS: self.tr("How many steps it took; of how many, where it ended early"),
            LOSS: self.tr("Mean over the last step, in nats per token"),
            FORGETTING: self.tr("How far the answers to what the base knew have moved: mean KL from the base, in nats"),
            SECONDS: self.tr("Without pauses"),
        }
        session.history.changed.connect(self.refresh)
        session.run_changed.connect(self._refresh_live)
        session.variants_changed.connect(self.refresh_signs)

    # What stands where

    def run(self, row: int) -> StoredRun | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def state_of(self, run: StoredRun) -> str:
        if run.record.state != "running":
            return run.record.state
        history = self._session.history  # what runs here, or perhaps in the window that may write here
        return "running" if run.path == history.live or history.read_only else "interrupted"

    def state_text(self, run: StoredRun) -> str:
        """ "interrupted at step 120 of 320" """
        state, record = self.state_of(run), run.record
        locale = QLocale()
        done, of = (count(min(number, LARGEST), locale) for number in (record.steps_done, record.steps))
        ended_early = {
            "cancelled": self.tr("cancelled at step {done} of {of}"),
            "failed": self.tr("failed at step {done} of {of}"),
            "interrupted": self.tr("interrupted at step {done} of {of}"),
        }
        if state in ended_early and record.steps:
            return ended_early[state].format(done=done, of=of)
        return {
            "running": self.tr("in progress"), "finished": self.tr("finished"), "cancelled": self.tr("cancelled"),
            "failed": self.tr("failed"), "interrupted": self.tr("interrupted"),
        }[state]  # fmt: skip

    # Keeping up

    def refresh(self) -> None:
        """Only what is different changes, so that the choice and an open editor stay."""
        before, now = self._rows, self._session.history.runs
        turned = {self._live} ^ {self._session.history.live}
        self._live = self._session.history.live
        stays = {run.path for run in now}
        for row in reversed([row for row, run in enumerate(before) if run.path not in stays]):
            self.beginRemoveRows(QModelIndex(), row, row)
            self._rows = self._rows[:row] + self._rows[row + 1 :]
            self.endRemoveRows()
        there = {run.path for run in self._rows}
        if [run.path for run in self._rows] != [run.path for run in now if run.path in there]:
            self.beginResetModel()  # the order is another
            self._rows = now
            self.endResetModel()
            return
        if not self._rows:  # all at once
            self._insert_all(now)
            return
        for row, run in enumerate(now):
            if run.path not in there:
                self.beginInsertRows(QModelIndex(), row, row)
                self._rows = (*self._rows[:row], run, *self._rows[row:])
                self.endInsertRows()
        old, self._rows = self._rows, now
        for row in (row for row, run in enumerate(now) if run != old[row] or run.path in turned):
            self._row_changed(row)

    def refresh_signs(self) -> None:
        """After a change of the board or of the theme."""
        self._signs.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self._rows) - 1, NAME))

    def _insert_all(self, runs: tuple[StoredRun, ...]) -> None:
        if runs:
            self.beginInsertRows(QModelIndex(), 0, len(runs) - 1)
            self._rows = runs
            self.endInsertRows()

    def _refresh_live(self) -> None:
        live = self._session.history.live
        for row in (row for row, run in enumerate(self._rows) if live is not None and run.path == live):
            self.dataChanged.emit(self.index(row, STEPS), self.index(row, STEPS))

    def _row_changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._titles) - 1))

    # Qt's side

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() in EDITABLE and self._session.history.can_change(self._rows[index.row()].path):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(run, column)
            case Qt.ItemDataRole.EditRole:
                return run.record.note if column == NOTE else self._text(run, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._signs.sign(self.state_of(run), self._place_of(run)) if column == NAME else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(colors_of(self._view).muted) if self._text(run, column) == NOT_MEASURED else None
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(run, column)
            case Qt.ItemDataRole.AccessibleTextRole if column == NAME:
                return f"{run.record.name}, {self.state_text(run)}"
            case _ if role == SORT_ROLE:
                return self._sort_key(run, column)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in EDITABLE:
            return False
        path, session = self._rows[index.row()].path, self._session
        change = session.rename_run if index.column() == NAME else session.history.set_note
        change(path, str(value))
        return True

    def _place_of(self, run: StoredRun) -> int | None:
        """Of its variant on the board; None if it is not there."""
        folder = str(run.path / "adapter")
        session = self._session
        return next((session.color_place(v.name) for v in session.variants if v.folder == folder), None)

    # Texts

    def _text(self, run: StoredRun, column: int) -> str:
        record, locale = run.record, QLocale()
        match column:
            case 0:
                return record.name
            case 1:
                return translated_setting(record.method) if record.method else NOT_MEASURED
            case 2:
                return record.data or NOT_MEASURED
            case 3:
                return self._steps(run, locale)
            case 4:
                return count(min(record.trainable, LARGEST), locale) if record.trainable > 0 else NOT_MEASURED
            case 5:
                return NOT_MEASURED if record.final_loss is None else locale.toString(record.final_loss, "f", 4)
            case 6:
                return NOT_MEASURED if record.forgetting_kl is None else nats(record.forgetting_kl, locale)
            case 7:
                return (
                    NOT_MEASURED if record.seconds is None else duration(min(max(0.0, record.seconds), LARGEST), locale)
                )
            case 8:
                return when(run.began, locale) if run.began else NOT_MEASURED
            case _:
                return record.note

    def _steps(self, run: StoredRun, locale: QLocale) -> str:
        done, of = run.record.steps_done, run.record.steps
        state = self.state_of(run)
        live = self._session.run
        if state == "running" and live.steps:
            done, of = live.step, live.steps
        number = partial(count, locale=locale)
        if state == "finished" or not of:
            return number(min(done or of, LARGEST)) if done or of else NOT_MEASURED
        return f"{number(min(done, LARGEST))} / {number(min(of, LARGEST))}"

    def _tool_tip(self, run: StoredRun, column: int) -> str:
        if column == NAME:
            hint = self.tr("Double-click to rename") if self._session.history.can_change(run.path) else ""
            return "\n".join(filter(None, (f"{run.record.name}: {self.state_text(run)}", reason_of(run), hint)))
        if column == WHEN and run.began:
            return QLocale().toString(_qt_time(run.began), QLocale.FormatType.LongFormat)
        if column == NOTE and not run.record.note:
            return self.tr("Double-click to write a note")
        if self._text(run, column) == NOT_MEASURED:
            return self.tr("Not measured.") if column in (LOSS, FORGETTING) else self.tr("Not known.")
        return self._text(run, column)  # it may be cut off

    def _sort_key(self, run: StoredRun, column: int) -> float | str | None:
        record = run.record
        match column:
            case 3:
                return float(record.steps_done or record.steps) or None
            case 4:
                return float(record.trainable) or None  # Qt's integers have an end
            case 5:
                return record.final_loss
            case 6:
                return record.forgetting_kl
            case 7:
                return record.seconds
            case 8:
                return run.began.timestamp() if run.began else None
        text = self._text(run, column)
        return None if text in ("", NOT_MEASURED) else text.casefold()


def reason_of(run: StoredRun) -> str:
    """Why a run failed, with what to do about it, on one line; "" if it did not fail."""
    error = run.record.told_error
    return " ".join(" ".join(translated(error)).split()) if error else ""


def when(moment: datetime, locale: QLocale) -> str:
    """ "Today 14:03", "Yesterday 9:15", or the date."""
    shown = _qt_time(moment)
    time = locale.toString(shown.time(), QLocale.FormatType.ShortFormat)
    days = shown.date().daysTo(QDate.currentDate())
    if days == 0:
        return QCoreApplication.translate("RunsModel", "Today {time}").format(time=time)
    if days == 1:
        return QCoreApplication.translate("RunsModel", "Yesterday {time}").format(time=time)
    return f"{locale.toString(shown.date(), QLocale.FormatType.ShortFormat)} {time}"


def _qt_time(moment: datetime) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(int(moment.timestamp() * 1000))
