"""The legend of an experiment's plot: a switch for each series, with a sample of how it is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from lora_studio.core.experiments.results import Plot, Series
from lora_studio.ui.theme import GRID, LIGHT, Colors, colors_of, variant_color
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.curve_legend import SAMPLE, curve_color
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.flow_layout import FlowLayout
from lora_studio.ui.widgets.result_numbers import experiment_text

GAP = 6  # px, between the sample and the name


def series_color(colors: Colors, plot: Plot, index: int) -> QColor:
    """The variant's, or one that is no variant's for a series that belongs to none."""
    variant = plot.series[index].variant
    if variant is not None:
        return variant_color(colors, variant)
    return curve_color(colors, sum(series.variant is None for series in plot.series[:index]))


def is_second_round(series: Series) -> bool:
    """Whether there were more variants than colours, so that another one has this colour too."""
    return series.variant is not None and series.variant >= len(LIGHT.variants)


def line_style(series: Series) -> Qt.PenStyle:
    if is_second_round(series):
        return Qt.PenStyle.DotLine if series.style == "dashed" else Qt.PenStyle.DashDotLine
    return Qt.PenStyle.DashLine if series.style == "dashed" else Qt.PenStyle.SolidLine


def paint_point(painter: QPainter, circle: QRectF, color: QColor, ground: QColor, *, hollow: bool) -> None:
    """A disc with an edge of the ground's colour, or a ring."""
    width = 2.0 if hollow else 1.0
    painter.setPen(QPen(color if hollow else ground, width))
    painter.setBrush(ground if hollow else color)
    inside = (width - 1) / 2
    painter.drawEllipse(circle.adjusted(inside, inside, -inside, -inside))


class SeriesSwitch(QAbstractButton):
    """Switched off, the sample is an empty box and the text pale."""

    def __init__(self, plot: Plot, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._index = index
        self.setText(experiment_text(self._series.name))
        self.setAccessibleName(self.text())
        self.setFont(tabular(self.font(), points=SMALLER))
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def _series(self) -> Series:
        return self._plot.series[self._index]

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(SAMPLE + metrics.horizontalAdvance(self.text()) + 2 * GAP, metrics.height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)
        if self.hasFocus():
            painter.setPen(QColor(colors_of(self).accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """At the painter's origin: a saved picture has the legend too."""
        colors, middle = colors_of(self), self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            color = series_color(colors, self._plot, self._index)
            _paint_sample(painter, self._series, color, QColor(colors.panel), middle)
        else:
            painter.setPen(QColor(colors.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(4.5, round(middle) - 3.5, 8, 7))
        painter.setPen(QColor(colors.text if self.isChecked() else colors.muted))
        painter.setFont(self.font())
        area = QRectF(self.rect()).adjusted(SAMPLE + GAP, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())


class ResultLegend(QWidget):
    """All switches in as many lines as they need, and what the size of points means."""

    toggled = Signal(int, bool)  # index of the series, shown

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, spacing=3 * GRID)
        self.switches = [SeriesSwitch(plot, index, self) for index in range(len(plot.series))]
        for index, switch in enumerate(self.switches):
            switch.toggled.connect(lambda shown, index=index: self.toggled.emit(index, shown))
            self._flow.addWidget(switch)
        self.remark = self._make_remark(plot)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _make_remark(self, plot: Plot) -> QLabel | None:
        if not plot.size_label or not any(series.sizes for series in plot.series):
            return None
        remark = QLabel(self.tr("Area: {what}").format(what=experiment_text(plot.size_label)), self)
        remark.setProperty("role", "muted")
        remark.setFont(tabular(remark.font(), points=SMALLER))
        remark.setFixedHeight(self.switches[0].sizeHint().height())
        self._flow.addWidget(remark)
        return remark


def _paint_sample(painter: QPainter, series: Series, color: QColor, ground: QColor, middle: float) -> None:
    if series.style in {"line", "dashed"}:
        painter.setPen(QPen(color, 2, line_style(series)))
        painter.drawLine(QPointF(0, middle), QPointF(SAMPLE, middle))
    elif series.style == "points":
        circle = QRectF(SAMPLE / 2 - 5, middle - 5, 10, 10)
        paint_point(painter, circle, color, ground, hollow=is_second_round(series))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRect(QRectF(SAMPLE / 2 - 5, middle - 5, 10, 10))
