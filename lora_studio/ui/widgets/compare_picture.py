"""The compared curves as the bytes of a picture: title, plot and legend, always of the same size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from lora_studio.ui.theme import GRID, PANEL_MARGIN, colors_of
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.compare_plot import ComparePlot
from lora_studio.ui.widgets.compare_runs import SAMPLE, ComparedRun, paint_sample, run_color, run_pattern
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.plot_copy import laid_out, paint_view
from lora_studio.ui.widgets.plot_export import SHARPNESS, png_of, svg_of

SIZE = QSize(960, 600)
GAP = 6  # px, between a sample and its name


def as_png(shown: ComparePlot, runs: Sequence[ComparedRun]) -> bytes:
    """The part of the axes that `shown` shows, with those of `runs` that are switched on."""
    return png_of(SIZE, partial(_paint, shown, runs, SHARPNESS))


def as_svg(shown: ComparePlot, runs: Sequence[ComparedRun]) -> bytes:
    """The same as drawings and text."""
    return svg_of(SIZE, partial(_paint, shown, runs, 1), shown.view.accessibleName(), shown.logicalDpiX())


def _paint(shown: ComparePlot, runs: Sequence[ComparedRun], sharpness: int, painter: QPainter) -> None:
    colors, title_font = colors_of(shown), tabular(shown.font(), bold=True)
    font = tabular(shown.font(), points=SMALLER)
    drawn = [run for run in runs if run.is_drawn]
    inside = QRect(QPoint(), SIZE).adjusted(PANEL_MARGIN, PANEL_MARGIN, -PANEL_MARGIN, -PANEL_MARGIN)
    painter.fillRect(QRect(QPoint(), SIZE), QColor(colors.panel))
    painter.setFont(title_font)
    painter.setPen(QColor(colors.text))
    painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown.view.accessibleName())
    places = _legend_places(drawn, font, inside.width())
    legend = max((place.bottom() for place in places), default=0) + GRID
    area = inside.adjusted(0, QFontMetrics(title_font).height() + GRID, 0, -legend - GRID)
    with laid_out(ComparePlot(shown.choices), shown, area.size()) as copy:
        copy.show_runs(runs)
        copy.imitate(shown)
        paint_view(copy, painter, area.topLeft(), sharpness)
    painter.setFont(font)
    for run, place in zip(drawn, places, strict=True):
        entry = QRectF(place.translated(area.left(), area.bottom() + 2 * GRID))
        line = QRectF(entry.left(), entry.top(), SAMPLE.width(), entry.height())
        paint_sample(painter, line, run_color(colors, run.place), run_pattern(run.place))
        painter.setPen(QColor(colors.text))
        painter.drawText(entry.adjusted(SAMPLE.width() + GAP, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, run.called)


def _legend_places(runs: Sequence[ComparedRun], font: QFont, width: int) -> list[QRect]:
    """Of each run's entry, in as many lines as they need."""
    metrics = QFontMetrics(font)
    found, left, top = [], 0, 0
    for run in runs:
        wide = min(width, SAMPLE.width() + GAP + metrics.horizontalAdvance(run.called) + GAP)
        if left and left + wide > width:
            left, top = 0, top + metrics.height() + GRID
        found.append(QRect(left, top, wide, metrics.height()))
        left += wide + 3 * GRID
    return found
