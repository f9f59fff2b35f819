"""The window: panels in docks, menus, shortcuts. What happens is the session's business."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from lora_studio.ui import help_windows, icons
from lora_studio.ui.announcer import Announcer
from lora_studio.ui.base_actions import BaseActions
from lora_studio.ui.bases import BaseChange
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.command_palette import CommandPalette
from lora_studio.ui.experiments import Experiments
from lora_studio.ui.menus import Commands, Menus
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.panel_focus import PanelFocus
from lora_studio.ui.panels import (
    ComparePanel,
    ContinuePanel,
    DataPanel,
    InspectorPanel,
    MethodPanel,
    MixerPanel,
    ProbePanel,
    RunsPanel,
    TrainingPanel,
    VariantsPanel,
)
from lora_studio.ui.run_actions import RunActions
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.tour import Tour
from lora_studio.ui.widgets.command_button import CommandButton
from lora_studio.ui.widgets.dock import Section
from lora_studio.ui.widgets.notice_bar import NoticeBar
from lora_studio.ui.widgets.run_bar import RunBar
from lora_studio.ui.widgets.status_line import StatusLine
from lora_studio.ui.window_docks import DockLayout
from lora_studio.ui.window_entries import window_entries
from lora_studio.ui.window_links import WindowLinks
from lora_studio.ui.workspace_drop import WorkspaceDrop

SMALLEST = QSize(960, 600)


class MainWindow(QMainWindow):
    theme_chosen = Signal(str)  # "system", "light" or "dark"
    language_chosen = Signal(str)  # "system", "en" or "de"
    workspace_chosen = Signal(Path)
    tour_ended = Signal()  # left or finished: it need not come by itself again
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
        self.session = session
        self._closing = False
        self._running = session.run.active
        names = dict.fromkeys(("LoRA Studio", session.workspace_folder.name))  # the folder may be called so too
        self.setWindowTitle(" – ".join(name for name in names if name))
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(SMALLEST)
        self._make_panels(session, bridge)
        self._make_middle()
        self._make_docks()
        self._make_actions(bridge, open_experiments)
        status = StatusLine(session, self)
        self.setStatusBar(status)
        self.notices.noted.connect(status.note)
        self.notices.dismissed.connect(status.let_go)
        Announcer(session, self, self.notices, self.training_panel, self._places.show)
        WorkspaceDrop(
            (self, self.variants_panel), self.workspace_chosen.emit, session.load_adapter,
            self.base_actions.open_folder, self,
        )  # fmt: skip
        self.base_actions.tell(self.notices)
        session.problem.connect(self.notices.show_problem)
        session.problem_gone.connect(self.notices.take_back_problem)
        session.receipt.connect(self.notices.show_receipt)
        session.base_changed.connect(self._show_base)
        session.run_changed.connect(self._close_after_run)
        session.run_changed.connect(self._show_the_run)

    # The layout

    def layout_state(self) -> bytes:
        """Where the panels are, to be kept for the next start."""
        return self._places.state()

    def restore_layout(self, state: bytes) -> bool:
        """False, and nothing is moved, if `state` is not one of ours or of an older window."""
        return self._places.restore(state)

    def reset_layout(self) -> None:
        """Every panel back to its place."""
        self._places.reset()

    # Building

    def _make_panels(self, session: Session, bridge: Bridge) -> None:
        self.data_panel = DataPanel(session, bridge)
        self.probe_panel = ProbePanel(session, bridge)
        self.training_panel = TrainingPanel(session, bridge)
        self.method_panel = MethodPanel(session, bridge)
        self.variants_panel = VariantsPanel(session, bridge)
        self.variants_panel.footer.strength.watch(session)
        self.runs_panel = RunsPanel(session, bridge)
        self.mixer_panel = MixerPanel(session, bridge)
        self.compare_panel = ComparePanel(session, bridge)
        self.inspector_panel = InspectorPanel(session, bridge)
        self.continue_panel = ContinuePanel(session, bridge)
        self.panels: tuple[QWidget, ...] = (  # in the order of PANELS
            self.data_panel, self.probe_panel, self.training_panel, self.method_panel, self.variants_panel,
            self.runs_panel, self.mixer_panel, self.compare_panel, self.inspector_panel, self.continue_panel,
        )  # fmt: skip
        self._titles = (
            self.tr("Data"), self.tr("Probe"), self.tr("Training"), self.tr("Method"), self.tr("Variants"),
            self.tr("Runs"), self.tr("Mixer"), self.tr("Compare"), self.tr("Inspector"), self.tr("Continue"),
        )  # fmt: skip

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
        in_docks = [place for place, panel in enumerate(self.panels) if panel is not self.probe_panel]
        self._places = DockLayout(self, [self.panels[i] for i in in_docks], [self._titles[i] for i in in_docks])
        self.docks = self._places.docks
        self.reset_layout()
        self._places.arranged = False  # sizes count only once the window has one
        self._focus = PanelFocus(self.panels, self._titles, self._places.show)

    def _make_actions(self, bridge: Bridge, open_experiments: OpenExperiments | None) -> None:
        self.run_actions = RunActions(self.session, self.method_panel, self)
        self.runs_panel.follow_train(self.run_actions.train)
        self.base_actions = BaseActions(self.session, bridge, self)
        self.experiments = Experiments(self.session, self, open_experiments)
        self._run_bar = RunBar(self.session, self.run_actions, self)
        self.addToolBar(self._run_bar)
        self._links = WindowLinks(self, self.session, self._places.show)
        self.commands = CommandPalette(self, lambda: window_entries(self))
        self.tour = Tour(self, self._places.show)
        self.tour.ended.connect(self.tour_ended)
        commands = Commands(
            new_dataset=self._new_dataset,
            import_dataset=self._import_dataset,
            new_workspace=self._new_workspace,
            open_workspace=self._open_workspace,
            open_recent_workspace=self.workspace_chosen.emit,
            reset_layout=self.reset_layout,
            find_command=self.commands.open,
            show_first_batch=self.data_panel.show_first_batch,
            take_tour=self.start_tour,
            show_shortcuts=lambda: help_windows.show_shortcuts(self, self.menus.entries()),
            show_about=lambda: help_windows.show_about(self),
            go_to=self._focus.go_to,
            step_panel=self._focus.step,
            panel_titles=self._titles,
        )
        toggles = tuple(dock.toggleViewAction() for dock in self.docks)
        of_variants = self.variants_panel.actions_
        self.menus = Menus(
            self, commands, self.run_actions, of_variants, self.base_actions, self._links.undo, toggles,
            self.experiments.actions_,
        )  # fmt: skip
        self.menuBar().setCornerWidget(CommandButton(self.menus.find_command, self.menuBar()))
        self.menus.theme_chosen.connect(self.theme_chosen)
        self.menus.language_chosen.connect(self.language_chosen)

    # What the person does

    def _new_dataset(self) -> None:
        self._show_panel(0)
        self.data_panel.new_dataset()

    def _import_dataset(self) -> None:
        self._show_panel(0)
        self.data_panel.import_rows(as_new=True)

    def go_to_dataset(self, name: str) -> None:
        self._focus.go_to(0)
        self.data_panel.choose(name)
        self.data_panel.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_recent_workspaces(self, folders: tuple[Path, ...]) -> None:
        """What the File menu offers to open again, the latest first."""
        self.menus.show_recent_workspaces(folders)

    def _new_workspace(self) -> None:
        if folder := self.ask_new_workspace():
            self.workspace_chosen.emit(folder)

    def ask_new_workspace(self) -> Path | None:
        """A folder that need not exist yet. A method of its own, so that a test can answer."""
        beside = self.session.workspace_folder.parent
        title, options = self.tr("Name the folder of a new workspace"), QFileDialog.Option.ShowDirsOnly
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(beside / self.tr("New workspace")), options=options)
        return Path(chosen) if chosen else None

    def _open_workspace(self) -> None:
        if folder := self.ask_workspace():
            self.workspace_chosen.emit(folder)

    def ask_workspace(self) -> Path | None:
        """A method of its own, so that a test can answer."""
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Choose the folder of a workspace"), str(self.session.workspace_folder)
        )
        return Path(chosen) if chosen else None

    def _show_panel(self, number: int) -> QWidget:
        panel = self.panels[number]
        self._places.show(panel)
        return panel

    def _show_the_run(self, run: RunState) -> None:
        """The curves come to the front when the person begins a run; what the queue begins disturbs nobody."""
        if run.active and not self._running and self.session.begun_by_person:
            self._places.show(self.training_panel)
        self._running = run.active

    def _show_base(self, change: BaseChange) -> None:
        """Says what has changed, and offers the way back."""
        self.notices.show_news(*self.base_actions.news(change), lambda: self.session.open_base(change.before.source))

    def start_tour(self) -> None:
        """Shows what the window is for, on the window itself."""
        self.tour.start()

    def train_button(self) -> QWidget:
        return self._run_bar.button(self.run_actions.train)

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """While something is being trained: asks, cancels, and closes when the run has ended."""
        self.commit_edits()
        if not self.session.run.active:
            event.accept()
            self.experiments.close()
            self.closed.emit()
            for dock in self.findChildren(QDockWidget):
                if dock.isFloating():  # a window of its own, which would stay behind
                    dock.hide()
            return
        event.ignore()
        if self._closing:
            self.session.cancel()  # again: what began since then did not hear it
        elif self.ask_to_stop():
            self._closing = True
            self.session.cancel()
            self._close_after_run(self.session.run)  # it may have ended while we asked

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
        if not self._places.arranged:
            self.reset_layout()
        if self.focusWidget() is None:
            self._focus.enter(self.probe_panel, Qt.FocusReason.OtherFocusReason)  # one can type at once

    def changeEvent(self, event: QEvent) -> None:
        """Icons take the new theme's colours once every widget has them."""
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, self._refresh_icons)
        super().changeEvent(event)

    def _refresh_icons(self) -> None:
        icons.refresh(self)
        self._run_bar.refresh_icons()
