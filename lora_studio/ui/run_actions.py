"""Train, queue, pause and cancel: for the toolbar, the menu and the keyboard alike."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.session import Session
from lora_studio.ui.translations import translated

TRAIN_KEYS = ("Ctrl+R", "F5")
QUEUE_KEYS = ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")


class RunActions(QObject):
    """A disabled action says why in its tool tip."""

    def __init__(self, session: Session, settings: MethodPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._window = window
        self.train = self._action("play", self.tr("&Train"), session.train, *TRAIN_KEYS, tint="on_accent")
        self.queue = self._action("queue", self.tr("&Add to queue"), session.add_to_queue, *QUEUE_KEYS)
        self.hold = self._action("", self.tr("&Hold the queue"), self._hold_or_start_queue)
        self.pause = self._action("pause", self.tr("&Pause"), self._pause_or_resume, "Ctrl+Shift+R")
        self.cancel = self._action("stop", self.tr("&Cancel"), session.cancel, "Ctrl+.")
        session.run_changed.connect(self.refresh)
        session.queue.changed.connect(self.refresh)
        session.model_ready.connect(self.refresh)
        session.model_left.connect(self.refresh)
        session.plan_changed.connect(self.refresh)
        settings.validity_changed.connect(self.refresh)
        self.refresh()

    def all(self) -> tuple[QAction, ...]:
        return (self.train, self.queue, self.pause, self.cancel, self.hold)

    def buttons(self) -> tuple[QAction, ...]:
        """Those of the toolbar: while something runs, Train adds to the queue."""
        return (self.train, self.pause, self.cancel)

    def texts_of(self, action: QAction) -> tuple[str, ...]:
        """All that a button of the toolbar says at one time or another."""
        if action is self.train:
            return (self.tr("&Train"), self.tr("&Add to queue"))
        return (self.tr("&Pause"), self.tr("&Continue")) if action is self.pause else (action.text(),)

    def refresh(self) -> None:
        """Enables what applies now."""
        phase = self._session.run.phase
        obstacle = self.train_obstacle()
        queued = self.tr("Runs these settings when the runs before it have ended; later edits do not reach it")
        trained = queued if self._session.run.active else self.tr("Trains on the ticked datasets")
        self._judge(self.train, not obstacle, obstacle or trained)
        self._judge(self.queue, not obstacle, obstacle or queued)
        self._show_train(queues=self._session.run.active)
        self._show_queue()
        running = self.tr("Nothing is being trained.") if phase == "idle" else ""
        self._judge(self.pause, phase in ("running", "paused"), running or self.tr("Waits after the current step"))
        can_stop = phase in ("starting", "running", "paused")
        self._judge(self.cancel, can_stop, running or self.tr("Stops and keeps what was learned"))
        self.pause.setText(self.tr("&Continue") if phase == "paused" else self.tr("&Pause"))
        self.pause.setIcon(icon("play" if phase == "paused" else "pause", self._window))

    def _show_train(self, *, queues: bool) -> None:
        """While something runs, Train adds to the queue, and once is enough for that in a menu."""
        self.train.setText(self.tr("&Add to queue") if queues else self.tr("&Train"))
        self.train.setIcon(icon("queue" if queues else "play", self._window, "on_accent"))
        keys = (*TRAIN_KEYS, *QUEUE_KEYS) if queues else TRAIN_KEYS
        self.train.setShortcuts([QKeySequence(key) for key in keys])
        self.queue.setVisible(not queues)

    def _show_queue(self) -> None:
        queue = self._session.queue
        waiting = any(entry.state == "waiting" for entry in queue.entries)
        empty = "" if waiting else self.tr("No run waits in the queue.")
        if self._session.read_only:
            empty = self.tr("Nothing can be trained here: another window has this workspace.")
        purpose = self.tr("Begins the first waiting run") if queue.held else self.tr("No further run begins by itself")
        self.hold.setText(self.tr("&Start the queue") if queue.held else self.tr("&Hold the queue"))
        self._judge(self.hold, not empty, empty or purpose)

    def _hold_or_start_queue(self) -> None:
        self._session.queue.set_held(not self._session.queue.held)

    def train_obstacle(self) -> str:
        """Why Train cannot be pressed; empty if it can."""
        if self._session.model is None:
            return self.tr("The model is still loading.")
        if self._session.read_only:
            return self.tr("Nothing can be trained here: another window has this workspace.")
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
        action = QAction(text, self._window)
        if picture:
            action.setIcon(icon(picture, self._window, tint))
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _=False: slot())
        return action
