"""Wires everything: the one place that makes the service, the thread, the session and the window."""

from __future__ import annotations

import gc
import os
import signal
import sys
from base64 import b64decode, b64encode
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QTimer
from PySide6.QtGui import QGuiApplication, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from lora_studio import paths
from lora_studio.core.errors import StorageError, StudioError, unexpected
from lora_studio.core.jobs import Service
from lora_studio.core.workspace import Workspace, may_be_workspace
from lora_studio.core.workspace_lock import WorkspaceLock
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.first_paint import AfterFirstPaint
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.layout_watch import LayoutWatch
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.model_thread import ModelThread
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.preferences import read_preferences, tour_is_due, write_preferences
from lora_studio.ui.session import Session
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.translations import Languages, translated
from lora_studio.ui.widgets.read_only_line import ReadOnlyLine
from lora_studio.ui.window_docks import first_size
from lora_studio.ui.workspace_notices import WorkspaceNotices

COLLECT_EVERY_MS = 2000
COLLECT_ALL_EVERY_MS = 60_000
SWITCH_SECONDS = 0.0005  # Python's 5 ms add up: a panel that is painted asks for the interpreter hundreds of times


class Studio(QObject):
    """One workspace opened in one window, with the thread that owns its model."""

    def __init__(self, application: QApplication, workspace: Path | None, *, may_tour: bool = False) -> None:
        """`workspace` is opened, or else the one that was open last, or the default one.

        `may_tour`: a first start shows what the window is for.
        """
        super().__init__()
        self._application = application
        self._file = paths.preferences_file()
        due: Literal["due", ""] = "due" if may_tour and tour_is_due(self._file) else ""
        self._preferences = read_preferences(self._file)
        self._preferences = self._preferences.model_copy(update={"tour": due or self._preferences.tour})
        self._may_tour = may_tour
        self.languages = Languages(application)
        self.languages.use(self._preferences.language)
        self._use_theme(self._preferences.theme)
        application.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        last = Path(self._preferences.workspace) if self._preferences.workspace else None
        self._collector = QTimer(self, interval=COLLECT_ALL_EVERY_MS)
        self._collector.timeout.connect(self._collect_all)
        self._collector.start()
        self.experiments = OpenExperiments(self)  # no window's: their results stay when another takes its place
        self._open_workspace(workspace or (last if last and last.is_dir() else paths.default_workspace()))

    def open_workspace(self, folder: Path) -> None:
        """In place of the one that is open. One that is open for looking can be opened for writing so, too."""
        self.window.commit_edits()
        obstacle = self._obstacle(folder)
        if obstacle:
            self.session.problem.emit(obstacle)
            return
        self._keep_layout()
        old = self.window
        self._shut_down()
        self._open_workspace(folder)
        self._retire(old)

    def _obstacle(self, folder: Path) -> StudioError | None:
        if self.session.run.active:
            return StudioError(
                "Training is running here.", advice="Cancel it, or wait for its end, then open {folder}.", folder=folder
            )
        if self.engine_thread.isRunning() and self.session.asker.busy:
            return StudioError(
                "Something is still being opened or written here.",
                advice="Wait until it is done, then open {folder}.",
                folder=folder,
            )
        if not may_be_workspace(folder):
            return StorageError(
                "{folder} holds other things, and is no workspace.",
                advice="Choose an empty folder for a new one.",
                folder=folder,
            )
        return None

    def _open_workspace(self, folder: Path) -> None:
        self._lock = WorkspaceLock(folder)
        self._why_read_only = ""
        try:
            mine = self._lock.take()
        except StorageError as error:
            mine, self._why_read_only = False, " ".join(translated(error)[:1])
        self.bridge = Bridge()
        self.service = Service(self.bridge.post)
        self.session = Session(Workspace(folder, read_only=not mine), self.service, self.bridge)
        self.engine_thread = ModelThread(self.service, lambda error: self.bridge.call(self.session.problem.emit, error))
        self._keeper = Keeper(self.bridge, self)
        self._preferences = self._preferences.with_workspace(folder)
        self._show_window()
        AfterFirstPaint(self.window, self._start_engine)  # torch's import would hold it up

    def _start_engine(self) -> None:
        self.engine_thread.start()
        self.session.open()
        self._write_preferences()
        self._start_tour()

    def _show_window(self, old: MainWindow | None = None) -> None:
        """`old` is one of the same session, whose place it takes."""
        self.window = window = MainWindow(self.session, self.bridge, open_experiments=self.experiments)
        window.theme_chosen.connect(self._choose_theme)
        window.language_chosen.connect(self._choose_language)
        window.workspace_chosen.connect(self.open_workspace)
        window.closed.connect(self._window_closed)
        window.tour_ended.connect(partial(self._keep_preferences, tour="done"))
        window.menus.show_choices(self._preferences.theme, self._preferences.language)
        window.show_recent_workspaces(self._preferences.workspaces_there(self.session.workspace_folder))
        window.resize(first_size(self._application.primaryScreen().availableSize()))
        if self._preferences.geometry:
            window.restoreGeometry(QByteArray(b64decode(self._preferences.geometry)))
        if self._preferences.layout:
            window.restore_layout(b64decode(self._preferences.layout))
        if self._preferences.run_columns:
            window.runs_panel.table.restore_columns(b64decode(self._preferences.run_columns))
        WorkspaceNotices(self.session, window.notices, window)
        if old is not None:
            window.notices.show_again(old.notices)
        if self.session.read_only:
            self._show_read_only(window)
        LayoutWatch(window, self._keep_layout)
        window.show()

    def _start_tour(self) -> None:
        if self._may_tour and self._preferences.tour == "due":
            self.window.start_tour()

    def _show_read_only(self, window: MainWindow) -> None:
        line = ReadOnlyLine(self._why_read_only, window)
        line.try_again.connect(self._try_again)
        window.statusBar().addPermanentWidget(line)

    def _try_again(self) -> None:
        self.open_workspace(self.session.workspace_folder)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """What goes wrong in a slot: on stderr in full, and in the window."""
        sys.__excepthook__(kind, error, trace)
        self.bridge.call(self.session.problem.emit, unexpected(error))

    # What the person chooses

    def _choose_theme(self, theme: str) -> None:
        self._keep_preferences(theme=theme)
        self._use_theme(theme)

    def _scheme_changed(self, _: Qt.ColorScheme) -> None:
        self._use_theme(self._preferences.theme)

    def _use_theme(self, theme: str) -> None:
        scheme = self._application.styleHints().colorScheme()
        dark = theme == "dark" or (theme == "system" and scheme == Qt.ColorScheme.Dark)
        apply_theme(self._application, DARK if dark else LIGHT)

    def _choose_language(self, language: str) -> None:
        """Everything that matters lives in the session, so a new window takes the old one's place at once."""
        self._keep_layout()
        self._keep_preferences(language=language)
        self.languages.use(language)
        old = self.window
        self._show_window(old)
        self._retire(old)
        self._start_tour()

    def _retire(self, window: MainWindow) -> None:
        window.closed.disconnect(self._window_closed)
        window.hide()
        window.deleteLater()

    def _collect_all(self) -> None:
        """The old generation is large once torch is there, so it is looked through only while nothing is trained."""
        if not self.session.run.active:
            gc.collect()

    # Ending

    def _window_closed(self) -> None:
        self._keep_layout()
        self._shut_down()
        self._application.quit()

    def dispose(self) -> None:
        """Lets go of everything, for a process that goes on: the application would keep calling."""
        self._application.styleHints().colorSchemeChanged.disconnect(self._scheme_changed)
        self.languages.use("en")
        self.experiments.close()
        self.window.deleteLater()
        self.deleteLater()

    def _shut_down(self) -> None:
        self.session.stop_opening()  # a large model would be waited for
        self.engine_thread.stop()
        unwritten = [*self.session.close(), *self._keeper.close()]
        self.bridge.close()
        self._lock.give_back()
        if unwritten:
            QMessageBox.critical(self.window, self.window.windowTitle(), "\n\n".join(map(str, unwritten)))

    def _keep_layout(self) -> None:
        if self._take_layout():
            self._write_preferences()

    def _take_layout(self) -> bool:
        """Whether it is another one than before."""
        layout = b64encode(self.window.layout_state()).decode()
        geometry = b64encode(self.window.saveGeometry().data()).decode()
        columns = b64encode(self.window.runs_panel.table.columns_state()).decode()
        before = self._preferences
        self._preferences = before.model_copy(update={"layout": layout, "geometry": geometry, "run_columns": columns})
        return self._preferences != before

    def _keep_preferences(self, **changes: str) -> None:
        self._preferences = self._preferences.model_validate({**self._preferences.model_dump(), **changes})
        self._write_preferences()

    def _write_preferences(self) -> None:
        """At once, but away from the window's thread."""
        self._keeper.keep("preferences", lambda: partial(write_preferences, self._file, self._preferences))
        self._keeper.flush()


def run(workspace: Path | None) -> int:
    """Opens the window on `workspace`, or on the default one, and returns the exit status when it is closed."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch's idle threads sleep; read when torch is imported
    application = make_application()
    collect_on_this_thread(application)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    studio = Studio(application, workspace, may_tour=True)
    sys.excepthook = studio.report
    status = application.exec()
    del studio
    gc.freeze()  # or Python searches all that torch has made for cycles once more, for more than a second
    return status


def make_application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    application.setApplicationName("LoRA Studio")
    application.setDesktopFileName("lora-studio")
    sys.setswitchinterval(SWITCH_SECONDS)
    QGuiApplication.setQuitOnLastWindowClosed(False)  # a closing window may still have something to write
    return application


def collect_on_this_thread(parent: QObject) -> QTimer:
    """Collects cyclic garbage on a timer here: a collection on the model's thread would destroy Qt objects there."""
    gc.disable()
    timer = QTimer(parent, interval=COLLECT_EVERY_MS)
    timer.timeout.connect(lambda: gc.collect(1))
    timer.start()
    return timer
