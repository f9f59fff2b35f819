"""Tells of what ended while the person was elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QApplication, QWidget

from lora_studio.core.events import Failed, Finished
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.amounts import count, duration
from lora_studio.ui.widgets.notice_bar import NoticeBar


class Announcer(QObject):
    """Watches the runs of one window. A run that ends before one's eyes needs no words."""

    def __init__(
        self, session: Session, window: QWidget, notices: NoticeBar, curves: QWidget, show: Callable[[QWidget], object]
    ) -> None:
        """`curves` is the panel in which the end of a run can be seen; `show` brings it to the front."""
        super().__init__(window)
        self._session = session
        self._window = window
        self._notices = notices
        self._curves = curves
        self._show = show
        self._active = session.run.active
        session.run_changed.connect(self._run_changed)

    def _run_changed(self, run: RunState) -> None:
        ended = self._active and not run.active
        self._active = run.active
        if not ended or self._is_seen():
            return
        QApplication.alert(self._window)
        if (end := self._end()) is not None:  # a failure says itself what it was
            self._notices.show_success(self._text(end), self.tr("&Show the curves"), self._show_curves)

    def _is_seen(self) -> bool:
        return self._window.isActiveWindow() and not self._curves.visibleRegion().isEmpty()

    def _show_curves(self) -> None:
        self._show(self._curves)

    def _end(self) -> Finished | None:
        """None if the last run failed, or was cancelled by the person."""
        for event in reversed(self._session.run_events):
            if isinstance(event, Finished | Failed):
                return event if isinstance(event, Finished) and not event.cancelled else None
        return None

    def _text(self, end: Finished) -> str:
        locale = QLocale()
        text = self.tr("{name} has finished: {steps} steps in {time}.")
        text = text.format(name=end.variant, steps=count(end.steps, locale), time=duration(end.seconds, locale))
        if end.final_loss is not None:
            loss = self.tr("The loss is {loss} now.").format(loss=locale.toString(end.final_loss, "f", 4))
            text = f"{text} {loss}"
        return text
