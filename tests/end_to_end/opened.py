"""A session with the real engine on its real thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Comparison, Event, Receipt
from lora_studio.core.history import StoredRun
from lora_studio.core.jobs import Service
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.workspace import BoardEntry, Workspace
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.model_thread import ModelThread
from lora_studio.ui.session import Session

CAT = "die katze sitzt auf dem"
WAIT = 30_000


class Opened:
    """A session with its thread, and all that it said."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._closed = False
        self.bridge = Bridge()
        self.service = Service(self.bridge.post)
        self.session = Session(Workspace(folder), self.service, self.bridge)
        self.problems: list[StudioError] = []
        self.receipts: list[Receipt] = []
        self.events: list[Event] = []
        self.interrupted: list[StoredRun] = []
        self.missing: list[BoardEntry] = []
        self.session.problem.connect(self.problems.append)
        self.session.interrupted.connect(self.interrupted.extend)
        self.session.adapters_missing.connect(self.missing.extend)
        self.session.receipt.connect(self.receipts.append)
        self.bridge.events.connect(self.events.extend)
        self.thread = ModelThread(self.service, self.problems.append)
        self.thread.start()
        self.session.open()
        self.wait(lambda: self.session.plan is not None or self.session.plan_problem is not None)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT)

    def compare(self, prompt: str = CAT) -> Comparison:
        answers: list[Comparison] = []
        self.session.compare(prompt, answers.append)
        self.wait(lambda: bool(answers))
        return answers[0]

    def train(self, epochs: int | None = None) -> None:
        if epochs:
            self.session.set_training(TrainingSettings(epochs=epochs))
        known = len(self.session.variants)
        self.session.train()
        assert self.session.run.active
        self.wait(lambda: not self.session.run.active)
        self.wait(lambda: len(self.session.variants) > known or bool(self.problems))

    def close(self) -> None:
        """Once; what comes later does nothing."""
        if not self._closed:
            self._closed = True
            self.thread.stop()
            self.session.close()
            self.bridge.close()


OpenAt = Callable[[], Opened]
