"""One probability as a bar on a fixed scale of 0–100 %."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

VISIBLE = 0.0005  # below this the number says "<0.1", and a bar would claim more
WORTH_A_MARK = 0.01  # a row of marks at zero would only be noise


def paint_bar(
    painter: QPainter,
    area: QRectF,
    probability: float | None,
    color: QColor,
    track: QColor,
    base: tuple[float, QColor] | None = None,
) -> None:
    """Fills `area` from the left.

    Args:
        painter: clean edges need antialiasing off.
        area: its full width stands for 100 %.
        probability: 0…1; None leaves the track empty.
        color: of the bar.
        track: of the rest of the scale.
        base: where the base stood, and the colour of the mark that shows it.
    """
    painter.fillRect(area, track)
    if probability is not None and probability >= VISIBLE:
        width = max(1.0, area.width() * min(1.0, probability))
        painter.fillRect(QRectF(area.left(), area.top(), width, area.height()), color)
    if base is not None and base[0] >= WORTH_A_MARK:
        was, mark = base
        left = area.left() + (area.width() - 2) * min(1.0, was)
        painter.fillRect(QRectF(left, area.top() - 2, 2, area.height() + 4), mark)
