"""The line at the bottom: what is going on, on what, with how much memory, and the last receipt."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from lora_studio.core.events import Receipt
from lora_studio.ui.opening import Opening
from lora_studio.ui.receipt_text import is_alarming, message_of, short_text
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, set_property
from lora_studio.ui.widgets.amounts import data_size
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.notice_bar import Notice
from lora_studio.ui.widgets.opening_line import OpeningLine

MEMORY_EVERY_MS = 2000


class StatusLine(QStatusBar):
    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._noted: Notice | None = None  # what the last message was
        self.setSizeGripEnabled(False)
        self.state_label = QLabel(self)
        self.opening_line = OpeningLine(session, self)
        self.memory_label = QLabel(self)
        self.memory_label.setToolTip(self.tr("Memory that the program uses now"))
        self.receipt_label = QLabel(self)
        self.queue_label = QLabel(self)
        self.news_label = ElidedLabel(self)
        self.news_label.setAccessibleName(self.tr("Last message"))
        self.addWidget(self._left(), 1)
        for label in (self.queue_label, self.news_label, self.memory_label, self.receipt_label):
            label.setFont(tabular(self.font()))
            set_property(label, "role", "muted")
        self.addPermanentWidget(self.memory_label)
        self.addPermanentWidget(self.receipt_label)
        self._timer = QTimer(self, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        session.model_ready.connect(self._show_state)
        session.model_left.connect(self._show_state)
        session.opening_changed.connect(self._show_opening)
        session.run_changed.connect(self._show_state)
        session.receipt.connect(self._show_receipt)
        session.queue.changed.connect(self._show_queue)
        self._show_state()
        self._show_opening(session.opening)
        self._show_queue()
        self._show_memory()

    def _left(self) -> QWidget:
        """One widget for all that gives way to a hint: Qt would paint the hint over what is shown in the meantime."""
        left = QWidget(self)
        line = QHBoxLayout(left)
        line.setContentsMargins(2 * GRID, 0, 0, 0)  # as the labels that lie in the bar itself
        line.setSpacing(2 * GRID)
        line.addWidget(self.state_label)
        line.addWidget(self.opening_line)
        line.addWidget(self.queue_label)
        line.addWidget(self.news_label, 1)
        return left

    def note(self, notice: Notice) -> None:
        """Keeps the newest message when the bar at the top has let go of it.

        Receipts have a place of their own, and a question stands above until it is answered.
        """
        if notice.kind == "question":
            return
        if (notice.in_full or notice.message) != self.receipt_label.toolTip():
            self._noted = notice
            self.news_label.setText(notice.short or notice.message)
            self.news_label.setToolTip(notice.text)
            set_property(self.news_label, "role", notice.kind if notice.kind in ("error", "warning") else "muted")

    def let_go(self, notice: Notice) -> None:
        """The person has read it, and closed it."""
        if notice == self._noted:
            self._noted = None
            self.news_label.clear()
            self.news_label.setToolTip("")

    def _show_state(self) -> None:
        model = self._session.model
        place = f"{model.name} · {model.device}" if model else ""
        weights = ""
        if model and model.bytes:
            weights = self.tr("{size} of weights").format(size=data_size(model.bytes, self.locale()))
        self.state_label.setText(" · ".join(part for part in (self._state(), place, weights) if part))
        self.state_label.setToolTip(" · ".join(filter(None, (model.name, model.dtype, weights))) if model else "")

    def _show_opening(self, opening: Opening | None) -> None:
        self.opening_line.show_opening(opening)
        self.state_label.setVisible(self.opening_line.isHidden())

    def _state(self) -> str:
        if self._session.model is None:
            return self.tr("Loading the model…")
        return {
            "idle": self.tr("Ready"),
            "starting": self.tr("Starting…"),
            "running": self.tr("Training"),
            "paused": self.tr("Paused"),
            "stopping": self.tr("Stopping…"),
        }.get(self._session.run.phase, "")

    def _show_queue(self) -> None:
        waiting = len(self._session.queue.waiting)
        one, many = self.tr("1 run waits"), self.tr("{count} runs wait")
        text = one if waiting == 1 else many.format(count=self.locale().toString(waiting))
        held = self.tr("{text}; the queue is held").format(text=text)
        self.queue_label.setText(held if self._session.queue.held else text)
        self.queue_label.setVisible(bool(waiting))

    def _show_memory(self) -> None:
        used, on_gpu = memory_in_use(), gpu_memory_in_use()
        in_use = self.tr("{size} in use")
        sizes = [in_use.format(size=data_size(used, self.locale()))] if used is not None else []
        if on_gpu:
            sizes.append(self.tr("{size} on the GPU").format(size=data_size(on_gpu, self.locale())))
        self.memory_label.setText(" · ".join(sizes))
        self.memory_label.setVisible(bool(sizes))

    def _show_receipt(self, receipt: Receipt) -> None:
        self.receipt_label.setText(short_text(receipt))
        self.receipt_label.setToolTip(message_of(receipt, self.locale()))
        set_property(self.receipt_label, "role", "warning" if is_alarming(receipt) else "success")


class ElidedLabel(QLabel):
    """Takes the room that is left, and cuts its text to it."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.contentsRect().adjusted(2 * GRID, 0, -2 * GRID, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        painter.end()


def gpu_memory_in_use() -> int:
    """The bytes that torch's tensors take on GPUs; 0 where there are none, or while torch is not there yet."""
    torch = sys.modules.get("torch")  # never imported for this: the window would wait for it
    cuda = getattr(torch, "cuda", None)
    if cuda is None or not cuda.is_initialized():
        return 0
    return sum(cuda.memory_allocated(device) for device in range(cuda.device_count()))


def memory_in_use() -> int | None:
    """The bytes of this process that are in memory; None where the system does not say so cheaply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    import os

    return pages * os.sysconf("SC_PAGE_SIZE")
