"""What is below the table of variants: the strength of the chosen one, and why something cannot be done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.icons import pixmap
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.strength_bar import StrengthBar

SIGN = 14  # px


class VariantFooter(QWidget):
    """Not there when there is nothing to say."""

    strength_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strength = StrengthBar(self)
        self.strength.wanted.connect(self.strength_wanted)
        self._sign = QLabel(self)
        self.reasons = QLabel(self)
        self.reasons.setProperty("role", "muted")
        self.reasons.setWordWrap(True)
        self.reasons.setTextFormat(Qt.TextFormat.PlainText)
        self.reasons.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, PANEL_MARGIN, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.strength)
        row.addSpacing(2 * GRID)
        row.addWidget(self._sign)
        row.addWidget(self.reasons, 1)
        self._show_sign()
        self.hide()

    def show_variant(self, variant: VariantSummary | None, reasons: tuple[str, ...]) -> None:
        """`reasons`: whole sentences."""
        adjustable = variant is not None and variant.strength is not None
        self.strength.setVisible(adjustable)
        if variant and adjustable:
            self.strength.show_variant(variant)
        self.reasons.setText(" ".join(reasons))
        self._sign.setVisible(bool(reasons))
        self.setVisible(adjustable or bool(reasons))

    def _show_sign(self) -> None:
        self._sign.setPixmap(pixmap("info", self, SIGN, "muted"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_sign"):
            self._show_sign()
        super().changeEvent(event)
