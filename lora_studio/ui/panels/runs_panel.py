"""The run history: what was trained in this workspace, what came of it, and what waits for its turn."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from lora_studio.core.history import StoredRun
from lora_studio.core.recipe_differences import Difference
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.icons import icon
from lora_studio.ui.runs_model import NAME, NOTE, RunsModel, reason_of
from lora_studio.ui.session import Session
from lora_studio.ui.stored_run_actions import StoredRunActions
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.widgets.bin_window import BinWindow
from lora_studio.ui.widgets.empty_hint import EmptyHint
from lora_studio.ui.widgets.panel_bar import PanelBar
from lora_studio.ui.widgets.queue_list import QueueBox
from lora_studio.ui.widgets.recipe_diff_window import RecipeDiffWindow
from lora_studio.ui.widgets.run_table import RunTable

FILTER_WIDTH = 150  # px


class RunsPanel(QWidget):
    """A table of the stored runs with what can be done to the chosen ones, and the queue beside it."""

    curves_wanted = Signal(object)  # Path: of a run whose curves are to be shown
    compare_wanted = Signal(tuple)  # of Path
    recipe_wanted = Signal(object, str)  # Recipe that is to be changed and trained, the name of its run
    diff_wanted = Signal(object, object)  # Path, Path; shown in a window of this panel's

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._history = session.history
        self.setWindowTitle(self.tr("Runs"))
        self.actions_ = StoredRunActions(session, self)
        self.model = RunsModel(session, self)
        self.table = RunTable(self.model, self)
        self.restore_from_bin = QAction(icon("undo", self), self.tr("&Restore from the bin…"), self)
        self.restore_from_bin.triggered.connect(self._open_bin)
        self.empty_bin = QAction(self)
        self.empty_bin.triggered.connect(self._empty_bin)
        self.table.addActions([self.actions_.load, self.actions_.rename, self.actions_.delete])  # for their keys
        self.filter = self._make_filter()
        self.bar = self._make_bar()
        self.queue = QueueBox(session.queue, self)
        self.queue.read_only = session.read_only
        self.details = self._make_details()
        self.copy_reason = self._make_copy_button()
        self._hint = EmptyHint(self.table)
        self._hint.pressed.connect(self._train)
        self._lay_out()
        self._connect()
        self._show()

    def chosen(self) -> tuple[StoredRun, ...]:
        return self.table.chosen()

    # Building

    def _lay_out(self) -> None:
        both = QSplitter(Qt.Orientation.Horizontal, self)
        both.addWidget(self.table)
        both.addWidget(self.queue)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 0)
        both.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN - GRID, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(both, 1)
        layout.addLayout(self._lay_out_details())

    def _lay_out_details(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, PANEL_MARGIN, 0)
        row.setSpacing(GRID)
        row.addWidget(self.details, 1)
        row.addWidget(self.copy_reason, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _connect(self) -> None:
        do = self.actions_
        do.delete_wanted.connect(self._delete)
        do.rename_wanted.connect(lambda: self.table.edit_cell(NAME))
        do.note_wanted.connect(lambda: self.table.edit_cell(NOTE))
        do.curves_wanted.connect(self.curves_wanted)
        do.compare_wanted.connect(self.compare_wanted)
        do.diff_wanted.connect(self.diff_wanted)
        do.recipe_wanted.connect(self.recipe_wanted)
        self.diff_wanted.connect(self.show_differences)
        self.table.chosen_changed.connect(self._show)
        self.table.customContextMenuRequested.connect(self._open_menu)
        session = self._session
        for changed in (
            self._history.changed, session.run_changed, session.model_ready, session.model_left,
            session.variants_changed,
        ):  # fmt: skip
            changed.connect(self._show)
        self.table.sorted.rowsInserted.connect(self._choose_first)

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(self.tr("Filter"))
        field.setAccessibleName(self.tr("Filter the runs by name, method, data or note"))
        field.setToolTip(field.accessibleName())
        field.setClearButtonEnabled(True)
        field.setFixedWidth(FILTER_WIDTH)
        field.textChanged.connect(self._filter)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), field)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self._leave_filter)
        leave.activatedAmbiguously.connect(self._leave_filter)  # a message of the window listens for Esc, too
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(field.setFocus)
        return field

    def _make_bar(self) -> PanelBar:
        bar = PanelBar(self)
        bar.addWidget(self.filter)
        do = self.actions_
        plain = (do.curves, do.compare, do.diff, do.delete)  # shown without their names
        bar.fill((None, do.load, do.again_with, do.again, do.resume, None, *plain), self.tr("More actions"))
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton) and action in plain:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            elif action.isSeparator():  # or it takes the room that is left
                button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return bar

    def _make_details(self) -> QLabel:
        """What became of the chosen run, in a sentence that can be copied."""
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        flags = Qt.TextInteractionFlag
        label.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        label.setAccessibleDescription(self.tr("What became of the chosen run"))
        label.setContentsMargins(2 * GRID, GRID, 0, GRID)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _make_copy_button(self) -> QToolButton:
        """For the reason of a failure, to be reported or searched for."""
        button = QToolButton(self)
        button.setProperty("role", "small")
        button.setIcon(icon("copy", self))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(22, 22)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("Copy why it failed"))
        button.setAccessibleName(button.toolTip())
        button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details.text()))
        button.hide()
        return button

    # Showing

    def _show(self) -> None:
        chosen = self.chosen()
        self.actions_.show_for(chosen)
        self._show_details(chosen)
        self.empty_bin.setText(
            self.tr("&Empty the bin ({count})…").format(count=QLocale().toString(self._history.binned))
        )
        for action in (self.restore_from_bin, self.empty_bin):
            action.setEnabled(self._history.binned > 0 and not self._history.read_only)
        empty = self._history.loaded and not self._history.runs
        hint = self.tr("Press Train: every run is kept here with its recipe, its curves and its result.")
        self._hint.say(hint if empty else "", self.tr("Train"))

    def _show_details(self, chosen: tuple[StoredRun, ...]) -> None:
        failed = len(chosen) == 1 and self.model.state_of(chosen[0]) == "failed"
        text = self._sentence(chosen[0]) if len(chosen) == 1 else self._counts(len(chosen))
        if text != self.details.text():  # or a choice in it would be gone
            self.details.setText(text)
        self.details.setAccessibleName(text)
        self.details.setVisible(bool(self._history.runs))
        self.copy_reason.setVisible(failed)
        set_property(self.details, "role", "error" if failed else "muted")

    def _sentence(self, run: StoredRun) -> str:
        state = self.model.state_text(run)
        parts = [f"{run.record.name}: {state}"]
        if reason := reason_of(run):
            parts.append(reason)
        elif self.actions_.resume.isEnabled():
            parts.append(self.tr("Resume goes on from there."))
        return " · ".join(parts)

    def _counts(self, chosen: int) -> str:
        number = QLocale().toString
        runs, shown = len(self._history.runs), self.table.sorted.rowCount()
        if chosen:
            return self.tr("{chosen} of {count} runs chosen").format(chosen=number(chosen), count=number(runs))
        if shown != runs:
            return self.tr("{shown} of {count} runs shown").format(shown=number(shown), count=number(runs))
        return self.tr("1 run") if runs == 1 else self.tr("{count} runs").format(count=number(runs))

    def _choose_first(self) -> None:
        """When the list has just come, the newest run is chosen."""
        if not self.table.currentIndex().isValid() and self.table.sorted.rowCount():
            run = self.table.sorted.run(0)
            self.table.choose([run.path] if run else [])

    # What the person does

    def _filter(self, text: str) -> None:
        self.table.sorted.find(text)
        set_property(self.filter, "invalid", bool(text and self._history.runs and not self.table.sorted.rowCount()))
        self._show()

    def _leave_filter(self) -> None:
        self.filter.clear()
        self.table.setFocus()

    def follow_train(self, train: QAction) -> None:
        """The button in the empty table is as the one above: grey with the reason, while nothing can be trained."""
        self._hint.follow(train)

    def _train(self) -> None:
        self._session.train()

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        do = self.actions_
        for group in (
            (do.load, do.again_with, do.again, do.resume), (do.curves, do.compare, do.diff), (do.folder,),
            (do.rename, do.note, do.delete), (self.restore_from_bin, self.empty_bin),
        ):  # fmt: skip
            menu.addActions(list(group))
            menu.addSeparator()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(position))

    def _delete(self, paths: tuple[Path, ...]) -> None:
        """The run that takes the place is chosen then, so that one can go on."""
        row = self.table.first_chosen_row()
        self._session.remove_runs(paths)
        self.table.choose_row(row)

    def _open_bin(self) -> None:
        """Reads what lies there, and offers it in a window."""

        def show(runs: tuple[StoredRun, ...]) -> None:
            if isValid(self):  # a change of language makes all panels anew
                window = BinWindow(runs, self.window())
                window.restore_wanted.connect(self._restore)
                window.open()

        self._history.read_bin(show)

    def _restore(self, runs: tuple[StoredRun, ...]) -> None:
        self._history.restore(runs)
        self.table.choose([self._history.folder / run.path.name for run in runs])

    def _empty_bin(self) -> None:
        if self.ask_to_empty():
            self._history.empty_bin()

    def ask_to_empty(self) -> bool:
        """A method of its own, so that a test can answer."""
        count = self._history.binned
        text = (
            self.tr("Delete the run in the bin for good?")
            if count == 1
            else self.tr("Delete the {count} runs in the bin for good?").format(count=QLocale().toString(count))
        )
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Empty the bin"), text)
        box.setParent(self.window(), box.windowFlags())
        box.setInformativeText(self.tr("This cannot be undone."))
        delete = box.addButton(self.tr("&Delete for good"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        chosen = box.clickedButton() is delete
        box.deleteLater()
        return chosen

    # Comparing recipes

    def show_differences(self, one: Path, other: Path) -> None:
        """Reads both recipes and shows what is different, in a window of its own."""
        runs = [self._history.run(path) for path in (one, other)]
        names = tuple(run.record.name if run else path.name for run, path in zip(runs, (one, other), strict=True))

        def show(found: tuple[Difference, ...]) -> None:
            if isValid(self):  # a change of language makes all panels anew
                RecipeDiffWindow((names[0], names[1]), found, self.window()).show()

        self._history.differences(one, other, show)
