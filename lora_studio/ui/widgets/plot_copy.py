"""A plot once more in another size, to be painted into a picture. Imports pyqtgraph (0.4 s), so import it late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from lora_studio.ui.widgets.fitting_plot import FittingPlot

Plot = TypeVar("Plot", bound=FittingPlot)


@contextmanager
def laid_out(copy: Plot, shown: Plot, size: QSize) -> Iterator[Plot]:
    """`copy` looks like `shown` and is laid out in this size, but on no screen; it is deleted in the end."""
    copy.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    copy.setPalette(shown.palette())
    copy.setFont(shown.font())
    copy.resize(size)
    copy.show()
    try:
        yield copy
    finally:
        copy.hide()
        copy.deleteLater()


def paint_view(copy: FittingPlot, painter: QPainter, origin: QPoint, sharpness: int) -> None:
    """The axes with what is in them; the plot's upper left corner comes to `origin`."""
    copy.draw_for(sharpness)
    viewport = copy.view.viewport().rect()
    copy.view.render(painter, QRectF(viewport.translated(origin + copy.view.pos())), viewport)
