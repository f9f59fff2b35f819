"""The small signs before a run's name: what became of it, and the colour of its variant."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.variants_model import SWATCH, swatch

SIGN = 14  # px, the icon of a state
SIGNS_SIZE = QSize(SWATCH + GRID + SIGN, SIGN)
ICONS = {  # of each state, and its colour; "interrupted" is a run that says it runs although it does not
    "running": ("play", "accent"),
    "finished": ("check", "success"),
    "cancelled": ("stop", "muted"),
    "failed": ("error", "error"),
    "interrupted": ("pause", "warning"),
}


class RunSigns:
    """Paints each sign once, in the colours of `view`."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._painted: dict[tuple[str, int | None], QIcon] = {}

    def clear(self) -> None:
        """After a change of theme."""
        self._painted.clear()

    def sign(self, state: str, place: int | None) -> QIcon:
        """What became of a run, and before that the dot of its variant at that place of the board."""
        key = state, place
        if key not in self._painted:
            self._painted[key] = self._paint(state, place)
        return self._painted[key]

    def _paint(self, state: str, place: int | None) -> QIcon:
        ratio = self._view.devicePixelRatioF()
        painted = QPixmap(SIGNS_SIZE * ratio)
        painted.setDevicePixelRatio(ratio)
        painted.fill(Qt.GlobalColor.transparent)
        painter = QPainter(painted)
        if place is not None:
            painter.drawPixmap(0, (SIGN - SWATCH) // 2, swatch(variant_color(colors_of(self._view), place), ratio))
        name, tint = ICONS[state]
        picture = icon(name, self._view, tint).pixmap(QSize(SIGN, SIGN), ratio)
        painter.drawPixmap(SWATCH + GRID, 0, picture)
        painter.end()
        result = QIcon(painted)
        result.addPixmap(painted, QIcon.Mode.Selected)  # or Qt would tint it, and the variant lose its colour
        return result
