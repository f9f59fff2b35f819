"""Train, pause and cancel: for the toolbar, the menu and the keyboard alike."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.session import Session
from lora_studio.ui.translations import translated


class RunActions(QObject):
    """A disabled action says why in its tool tip."""

    def __init__(self, session: Session, settings: MethodPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._window = window
        self.train = self._action("play", self.tr("&Train"), session.train, "Ctrl+R", "F5", tint="on_accent")
        self.pause = self._action("pause", self.tr("&Pause"), self._pause_or_resume, "Ctrl+Shift+R")
        self.cancel = self._action("stop", self.tr("&Cancel"), session.cancel, "Ctrl+.")
        session.run_changed.connect(self.refresh)
        session.model_ready.connect(self.refresh)
        session.model_left.connect(self.refresh)
        session.plan_changed.connect(self.refresh)
        settings.validity_changed.connect(self.refresh)
        self.refresh()

    def all(self) -> tuple[QAction, ...]:
        return (self.train, self.pause, self.cancel)

    def refresh(self) -> None:
        """Enables what applies now."""
        phase = self._session.run.phase
        obstacle = self.train_obstacle()
        self._judge(self.train, not obstacle, obstacle or self.tr("Trains on the ticked datasets"))
        running = self.tr("Nothing is being trained.") if phase == "idle" else ""
        self._judge(self.pause, phase in ("running", "paused"), running or self.tr("Waits after the current step"))
        can_stop = phase in ("starting", "running", "paused")
        self._judge(self.cancel, can_stop, running or self.tr("Stops and keeps what was learned"))
        self.pause.setText(self.tr("&Continue") if phase == "paused" else self.tr("&Pause"))
        self.pause.setIcon(icon("play" if phase == "paused" else "pause", self._window))

    def train_obstacle(self) -> str:
        """Why Train cannot be pressed; empty if it can."""
        if self._session.model is None:
            return self.tr("The model is still loading.")
        if self._session.run.active:
            return self.tr("A run is in progress.")
        if problem := self._settings.problem():
            return problem
        return " ".join(filter(None, translated(self._session.plan_problem))) if self._session.plan_problem else ""

    def _pause_or_resume(self) -> None:
        if self._session.run.phase == "paused":
            self._session.resume()
        else:
            self._session.pause()

    def _judge(self, action: QAction, enabled: bool, text: str) -> None:
        action.setEnabled(enabled)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})" if enabled else text)
        action.setStatusTip(text)

    def _action(self, picture: str, text: str, slot: Callable[[], None], *keys: str, tint: str = "") -> QAction:
        action = QAction(icon(picture, self._window, tint), text, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _=False: slot())
        return action
