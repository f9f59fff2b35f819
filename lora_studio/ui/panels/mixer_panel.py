"""Mixer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session


class MixerPanel(QWidget):
    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self.setWindowTitle(self.tr("Mixer"))
