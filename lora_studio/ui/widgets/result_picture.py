"""An experiment's plot as the bytes of a picture: title, plot and legend, always of the same size."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from lora_studio.ui.theme import GRID, PANEL_MARGIN, colors_of
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.plot_copy import laid_out, paint_view
from lora_studio.ui.widgets.plot_export import SHARPNESS, png_of, svg_of
from lora_studio.ui.widgets.result_plot import ResultPlot

SIZE = QSize(960, 600)


def as_png(shown: ResultPlot) -> bytes:
    """What `shown` shows: its part of the axes, and the series that are switched on."""
    return png_of(SIZE, partial(_paint, shown, SHARPNESS))


def as_svg(shown: ResultPlot) -> bytes:
    """The same as drawings and text."""
    return svg_of(SIZE, partial(_paint, shown, 1), shown.view.accessibleName(), shown.logicalDpiX())


def _paint(shown: ResultPlot, sharpness: int, painter: QPainter) -> None:
    colors, font = colors_of(shown), tabular(shown.font(), bold=True)
    title = QRect(PANEL_MARGIN, PANEL_MARGIN, SIZE.width() - 2 * PANEL_MARGIN, QFontMetrics(font).height() + GRID)
    area = QRect(title.bottomLeft(), QPoint(title.right(), SIZE.height() - PANEL_MARGIN))
    painter.fillRect(QRect(QPoint(), SIZE), QColor(colors.panel))
    painter.setFont(font)
    painter.setPen(QColor(colors.text))
    painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown.view.accessibleName())
    with laid_out(ResultPlot(shown.plot), shown, area.size()) as copy:
        copy.imitate(shown)
        paint_view(copy, painter, area.topLeft(), sharpness)
        _paint_legend(copy, painter, area.topLeft())


def _paint_legend(copy: ResultPlot, painter: QPainter, origin: QPoint) -> None:
    if copy.legend.isHidden():
        return
    for switch in copy.legend.switches:
        painter.save()
        painter.translate(origin + switch.mapTo(copy, QPoint()))
        switch.paint(painter)
        painter.restore()
    if remark := copy.legend.remark:
        painter.setFont(remark.font())
        painter.setPen(QColor(colors_of(copy).muted))
        place = remark.rect().translated(origin + remark.mapTo(copy, QPoint()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, remark.text())
