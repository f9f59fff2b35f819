"""The line at the bottom: what is going on, on what, with how much memory, and the last receipt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from lora_studio.core.events import Receipt
from lora_studio.ui.receipt_text import is_alarming, message_of, short_text
from lora_studio.ui.session import Session
from lora_studio.ui.theme import set_property
from lora_studio.ui.widgets.amounts import data_size
from lora_studio.ui.widgets.figures import tabular

MEMORY_EVERY_MS = 2000


class StatusLine(QStatusBar):
    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setSizeGripEnabled(False)
        self.state_label = QLabel(self)
        self.memory_label = QLabel(self)
        self.memory_label.setToolTip(self.tr("Memory that the program uses now"))
        self.receipt_label = QLabel(self)
        self.addWidget(self.state_label)
        for label in (self.memory_label, self.receipt_label):
            label.setFont(tabular(self.font()))
            set_property(label, "role", "muted")
            self.addPermanentWidget(label)
        self._timer = QTimer(self, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        session.model_ready.connect(self._show_state)
        session.model_left.connect(self._show_state)
        session.run_changed.connect(self._show_state)
        session.receipt.connect(self._show_receipt)
        self._show_state()
        self._show_memory()

    def _show_state(self) -> None:
        model = self._session.model
        place = f"{model.name} · {model.device}" if model else ""
        self.state_label.setText(" · ".join(part for part in (self._state(), place) if part))

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

    def _show_memory(self) -> None:
        used = memory_in_use()
        self.memory_label.setVisible(used is not None)
        if used is not None:
            self.memory_label.setText(data_size(used, self.locale()))

    def _show_receipt(self, receipt: Receipt) -> None:
        self.receipt_label.setText(short_text(receipt))
        self.receipt_label.setToolTip(message_of(receipt, self.locale()))
        set_property(self.receipt_label, "role", "warning" if is_alarming(receipt) else "success")


def memory_in_use() -> int | None:
    """The bytes of this process that are in memory; None where the system does not say so cheaply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    import os

    return pages * os.sysconf("SC_PAGE_SIZE")
