"""The window: panels in docks, menus, shortcuts. What happens is the session's business."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lora_studio.ui import help_windows, icons
from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.bases import BaseChange
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.experiments import Experiments
from lora_studio.ui.menus import Commands, Menus
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.panels import DataPanel, MethodPanel, ProbePanel, TrainingPanel, VariantsPanel
from lora_studio.ui.run_actions import RunActions
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.dock import Dock, Section
from lora_studio.ui.widgets.notice_bar import NoticeBar
from lora_studio.ui.widgets.run_bar import RunBar
from lora_studio.ui.widgets.status_line import StatusLine

LAYOUT_VERSION = 2  # to be raised when docks come or go
SMALLEST = QSize(960, 600)
DATA_WIDTH, METHOD_WIDTH = 250, 300
WIDE = 1600  # from here on training and variants stand side by side, below they share a place
BOTTOM_SHARE = 0.31  # of the height: training and variants; the answers get the rest
Area = Qt.DockWidgetArea
# data, training, method, variants
AREAS = (Area.LeftDockWidgetArea, Area.BottomDockWidgetArea, Area.RightDockWidgetArea, Area.BottomDockWidgetArea)


class MainWindow(QMainWindow):
    theme_chosen = Signal(str)  # "system", "light" or "dark"
    language_chosen = Signal(str)  # "system", "en" or "de"
    workspace_chosen = Signal(Path)
    closed = Signal()  # nothing is being trained any more

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        parent: QWidget | None = None,
        *,
        open_experiments: OpenExperiments | None = None,
    ) -> None:
        """`open_experiments`: those that stay when another window takes this one's place."""
        super().__init__(parent)
        self._session = session
        self._closing = False
        self._running = False
        self._arranged = False
        names = dict.fromkeys(("LoRA Studio", session.workspace_folder.name))  # the folder may be called so too
        self.setWindowTitle(" – ".join(name for name in names if name))
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(SMALLEST)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._make_panels(session, bridge)
        self._make_middle()
        self._make_docks()
        self._make_actions(open_experiments)
        self.setStatusBar(StatusLine(session, self))
        session.problem.connect(self.notices.show_problem)
        session.receipt.connect(self.notices.show_receipt)
        session.base_changed.connect(self._show_base)
        session.run_changed.connect(self._close_after_run)
        session.run_changed.connect(self._show_the_run)

    # The layout

    def layout_state(self) -> bytes:
        """Where the panels are, to be kept for the next start."""
        return bytes(self.saveState(LAYOUT_VERSION).data())

    def restore_layout(self, state: bytes) -> bool:
        """False, and nothing is moved, if `state` is not one of ours or of an older window."""
        if not self.restoreState(QByteArray(state), LAYOUT_VERSION):
            return False
        self._arranged = True
        return True

    def reset_layout(self) -> None:
        """Every panel back to its place."""
        for dock in self.docks:
            dock.setFloating(False)
            self.removeDockWidget(dock)  # or Qt keeps the tab bar of docks that shared a place
        for dock, area in zip(self.docks, AREAS, strict=True):
            self.addDockWidget(area, dock)
            dock.show()
        data, training, method, variants = self.docks
        if self.width() >= WIDE:
            self.splitDockWidget(training, variants, Qt.Orientation.Horizontal)
            self.resizeDocks([training, variants], [1, 1], Qt.Orientation.Horizontal)
        else:
            self.tabifyDockWidget(training, variants)
            training.raise_()
        self.resizeDocks([data, method], [DATA_WIDTH, METHOD_WIDTH], Qt.Orientation.Horizontal)
        self.resizeDocks([training], [int(self.height() * BOTTOM_SHARE)], Qt.Orientation.Vertical)
        for dock in self.docks:
            dock.show_heading()
        self._arranged = True

    # Building

    def _make_panels(self, session: Session, bridge: Bridge) -> None:
        self.data_panel = DataPanel(session, bridge)
        self.probe_panel = ProbePanel(session, bridge)
        self.training_panel = TrainingPanel(session, bridge)
        self.method_panel = MethodPanel(session, bridge)
        self.variants_panel = VariantsPanel(session, bridge)
        self.variants_panel.footer.strength.watch(session)
        self._titles = (self.tr("Data"), self.tr("Probe"), self.tr("Training"), self.tr("Method"), self.tr("Variants"))

    def _make_middle(self) -> None:
        self.notices = NoticeBar(self)
        central = QWidget(self)
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notices)
        layout.addWidget(Section(self._titles[1], self.probe_panel), 1)
        self.setCentralWidget(central)

    def _make_docks(self) -> None:
        data, _, training, method, variants = self._titles
        self.docks = (
            Dock(data, "data", self.data_panel, self),
            Dock(training, "training", self.training_panel, self),
            Dock(method, "method", self.method_panel, self),
            Dock(variants, "variants", self.variants_panel, self, tools=self.variants_panel.bar),
        )
        self.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)  # the forms need the height
        self.reset_layout()
        self._arranged = False  # sizes count only once the window has one

    def _make_actions(self, open_experiments: OpenExperiments | None) -> None:
        self.run_actions = RunActions(self._session, self.method_panel, self)
        self.base_actions = BaseActions(self._session, self)
        self.experiments = Experiments(self._session, self, open_experiments)
        self._run_bar = RunBar(self._session, self.run_actions, self)
        self.addToolBar(self._run_bar)
        self._undo = self.data_panel.undo_group
        self._undo.addStack(self.method_panel.undo_stack)
        commands = Commands(
            new_dataset=self._new_dataset,
            import_dataset=self._import_dataset,
            open_workspace=self._open_workspace,
            reset_layout=self.reset_layout,
            show_shortcuts=lambda: help_windows.show_shortcuts(self, self.menus.actions()),
            show_about=lambda: help_windows.show_about(self),
            go_to=self._go_to,
            panel_titles=self._titles,
        )
        toggles = tuple(dock.toggleViewAction() for dock in self.docks)
        of_variants = self.variants_panel.actions_
        self.menus = Menus(
            self, commands, self.run_actions, of_variants, self.base_actions, self._undo, toggles,
            self.experiments.actions_,
        )  # fmt: skip
        self.menus.theme_chosen.connect(self.theme_chosen)
        self.menus.language_chosen.connect(self.language_chosen)
        if isinstance(application := QApplication.instance(), QApplication):
            application.focusChanged.connect(self._follow_focus)

    # What the person does

    def _new_dataset(self) -> None:
        self._show_panel(0)
        self.data_panel.new_dataset()

    def _import_dataset(self) -> None:
        self._show_panel(0)
        self.data_panel.import_rows(as_new=True)

    def _open_workspace(self) -> None:
        if folder := self.ask_workspace():
            self.workspace_chosen.emit(folder)

    def ask_workspace(self) -> Path | None:
        """A method of its own, so that a test can answer."""
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Choose the folder of a workspace"), str(self._session.workspace_folder)
        )
        return Path(chosen) if chosen else None

    def _panels(self) -> tuple[QWidget, ...]:
        return (self.data_panel, self.probe_panel, self.training_panel, self.method_panel, self.variants_panel)

    def _go_to(self, number: int) -> None:
        """Shows a panel and puts the focus on the first thing in it that takes one."""
        panel = self._show_panel(number)
        if panel is self.probe_panel:
            self.probe_panel.focus_prompt()
            return
        self._focus_into(panel, Qt.FocusReason.ShortcutFocusReason)

    def _focus_into(self, panel: QWidget, reason: Qt.FocusReason) -> None:
        for widget in panel.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
                widget.setFocus(reason)
                return

    def _show_panel(self, number: int) -> QWidget:
        panel = self._panels()[number]
        for dock in self.docks:
            if dock.isAncestorOf(panel):
                dock.show()
                dock.raise_()
        return panel

    def _show_the_run(self, run: RunState) -> None:
        """The curves come to the front when a run begins."""
        if run.active and not self._running:
            self.docks[1].raise_()
        self._running = run.active

    def _show_base(self, change: BaseChange) -> None:
        """Says what has changed, and offers the way back."""
        self.notices.show_news(*self.base_actions.news(change), lambda: self._session.open_base(change.before.source))

    def _follow_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        """Undo belongs to where the person is: the settings, or else the data."""
        if now is None:
            return
        settings = self.method_panel.undo_stack
        if self.method_panel.isAncestorOf(now):
            self._undo.setActiveStack(settings)
        elif self.data_panel.isAncestorOf(now) and (dataset := self.data_panel.current()):
            self._undo.setActiveStack(dataset.undo_stack)

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """While something is being trained: asks, cancels, and closes when the run has ended."""
        self.commit_edits()
        if not self._session.run.active:
            event.accept()
            self.experiments.close()
            self.closed.emit()
            for dock in self.findChildren(QDockWidget):
                if dock.isFloating():  # a window of its own, which would stay behind
                    dock.hide()
            return
        event.ignore()
        if not self._closing and self.ask_to_stop():
            self._closing = True
            self._session.cancel()
            self._close_after_run(self._session.run)  # it may have ended while we asked

    def commit_edits(self) -> None:
        """What is still being typed in a cell counts as entered."""
        if (focused := self.focusWidget()) is not None:
            focused.clearFocus()

    def ask_to_stop(self) -> bool:
        """A method of its own, so that a test can answer."""
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Close LoRA Studio"), self.tr("Training is running."))
        box.setParent(self, box.windowFlags())
        box.setInformativeText(self.tr("What was learned so far is kept."))
        stop = box.addButton(self.tr("&Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("&Go on training"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        stopped = box.clickedButton() is stop
        box.deleteLater()
        return stopped

    def _close_after_run(self, run: RunState) -> None:
        if self._closing and not run.active:
            self._closing = False
            QTimer.singleShot(0, self, self.close)  # not from inside the run's own signal

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._arranged:
            self.reset_layout()
        if self.focusWidget() is None:
            self._focus_into(self.probe_panel, Qt.FocusReason.OtherFocusReason)  # one can type at once

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the new theme's colours once every widget has them."""
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, self._refresh_icons)
        super().changeEvent(event)

    def _refresh_icons(self) -> None:
        icons.refresh(self)
        self._run_bar.refresh_icons()
