"""A person's hands: the mouse and the keyboard of the X server. No event is made inside the program."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

WAIT = 20_000
BUTTONS = {Qt.MouseButton.LeftButton: "1", Qt.MouseButton.RightButton: "3"}


class Hands:
    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT)

    def click(
        self, widget: QWidget, at: QPoint | None = None, *, times: int = 1, button: str = "1", keys: str = ""
    ) -> None:
        """Moves the pointer there as a hand does, and clicks. `at` is in the widget's coordinates; None: its middle."""
        self.point(widget, at)
        held = (["keydown", keys], ["keyup", keys]) if keys else ([], [])
        self._do(*held[0], "click", "--repeat", str(times), "--delay", "60", button, *held[1])

    def point(self, widget: QWidget, at: QPoint | None = None) -> None:
        place = self._place(widget, at)
        self._do("mousemove", str(place.x() - 3), str(place.y()), "mousemove", str(place.x()), str(place.y()))

    def drag(self, widget: QWidget, begin: QPoint, end: QPoint, steps: int = 8) -> None:
        """From one place of a widget to another, with the left button held."""
        first, last = self._place(widget, begin), self._place(widget, end)
        self._do("mousemove", str(first.x()), str(first.y()), "mousedown", "1")
        for step in range(1, steps + 1):
            between = first + (last - first) * (step / steps)
            self._do("mousemove", str(between.x()), str(between.y()))
        self._do("mouseup", "1")

    def press(self, keys: str) -> None:
        """For example "ctrl+r", "Return", "Delete"."""
        self._do("key", "--clearmodifiers", keys)

    def write(self, text: str) -> None:
        """Into whatever has the keyboard."""
        self._do("type", "--delay", "15", text)

    def _place(self, widget: QWidget, at: QPoint | None) -> QPoint:
        assert not widget.visibleRegion().isEmpty(), f"{widget} is not to be seen"
        return widget.mapToGlobal(widget.rect().center() if at is None else at)

    def _do(self, *arguments: str) -> None:
        """Lets the program go on while the hands move."""
        hand = subprocess.Popen(["xdotool", *arguments])
        self.wait(lambda: hand.poll() is not None)
        assert hand.returncode == 0
        self._qtbot.wait(60)  # the X server has told of it; the program still has to take it in
