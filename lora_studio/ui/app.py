"""Wires everything: the one place that makes the service, the thread, the session and the window."""

from __future__ import annotations

import gc
import os
import signal
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QByteArray, QObject, QSize, QTimer
from PySide6.QtGui import QGuiApplication, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from lora_studio import paths
from lora_studio.core.errors import StudioError, unexpected
from lora_studio.core.jobs import Service
from lora_studio.core.workspace import Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.first_paint import AfterFirstPaint
from lora_studio.ui.main_window import MainWindow
from lora_studio.ui.model_thread import ModelThread
from lora_studio.ui.open_experiments import OpenExperiments
from lora_studio.ui.preferences import read_preferences, write_preferences
from lora_studio.ui.session import Session
from lora_studio.ui.theme import DARK, LIGHT, apply_theme
from lora_studio.ui.translations import Languages

COLLECT_EVERY_MS = 2000
COLLECT_ALL_EVERY_MS = 60_000
FIRST_SIZE = (1440, 900)


class Studio(QObject):
    """One workspace opened in one window, with the thread that owns its model."""

    def __init__(self, application: QApplication, workspace: Path | None) -> None:
        """`workspace` is opened, or else the one that was open last, or the default one."""
        super().__init__()
        self._application = application
        self._file = paths.preferences_file()
        self._preferences = read_preferences(self._file)
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

    def _open_workspace(self, folder: Path) -> None:
        self.bridge = Bridge()
        self.service = Service(self.bridge.post)
        self.session = Session(Workspace(folder), self.service, self.bridge)
        self.engine_thread = ModelThread(self.service, lambda error: self.bridge.call(self.session.problem.emit, error))
        self._show_window()
        AfterFirstPaint(self.window, self._start_engine)  # torch's import would hold it up

    def _start_engine(self) -> None:
        self.engine_thread.start()
        self.session.open()

    def _show_window(self) -> None:
        self.window = window = MainWindow(self.session, self.bridge, open_experiments=self.experiments)
        window.theme_chosen.connect(self._choose_theme)
        window.language_chosen.connect(self._choose_language)
        window.workspace_chosen.connect(self._choose_workspace)
        window.closed.connect(self._window_closed)
        window.menus.show_choices(self._preferences.theme, self._preferences.language)
        window.resize(QSize(*FIRST_SIZE).boundedTo(self._application.primaryScreen().availableSize()))
        if self._preferences.geometry:
            window.restoreGeometry(QByteArray(b64decode(self._preferences.geometry)))
        if self._preferences.layout:
            window.restore_layout(b64decode(self._preferences.layout))
        window.show()

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
        self._show_window()
        self._retire(old)

    def _choose_workspace(self, folder: Path) -> None:
        self.window.commit_edits()
        if self.session.run.active:
            self.session.problem.emit(
                StudioError("Training is running here.", advice="Cancel it, or wait for its end, then open {folder}.",
                            folder=folder)
            )  # fmt: skip
            return
        self._keep_layout()
        old = self.window
        self._shut_down()
        self._keep_preferences(workspace=str(folder))
        self._open_workspace(folder)
        self._retire(old)

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
        self.engine_thread.stop()
        unwritten = self.session.close()
        self.bridge.close()
        if unwritten:
            QMessageBox.critical(self.window, self.window.windowTitle(), "\n\n".join(map(str, unwritten)))

    def _keep_layout(self) -> None:
        self._keep_preferences(
            layout=b64encode(self.window.layout_state()).decode(),
            geometry=b64encode(self.window.saveGeometry().data()).decode(),
        )

    def _keep_preferences(self, **changes: str) -> None:
        self._preferences = self._preferences.model_validate({**self._preferences.model_dump(), **changes})
        write_preferences(self._file, self._preferences)


def run(workspace: Path | None) -> int:
    """Opens the window on `workspace`, or on the default one, and returns the exit status when it is closed."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch's idle threads sleep; read when torch is imported
    application = make_application()
    collect_on_this_thread(application)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    studio = Studio(application, workspace)
    sys.excepthook = studio.report
    status = application.exec()
    del studio
    return status


def make_application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    application.setApplicationName("LoRA Studio")
    application.setDesktopFileName("lora-studio")
    QGuiApplication.setQuitOnLastWindowClosed(False)  # a closing window may still have something to write
    return application


def collect_on_this_thread(parent: QObject) -> QTimer:
    """Collects cyclic garbage on a timer here: a collection on the model's thread would destroy Qt objects there."""
    gc.disable()
    timer = QTimer(parent, interval=COLLECT_EVERY_MS)
    timer.timeout.connect(lambda: gc.collect(1))
    timer.start()
    return timer
