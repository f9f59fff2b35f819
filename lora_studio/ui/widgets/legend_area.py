"""Room for a legend: as many lines as it needs, up to a limit; the rest is scrolled to, so that nothing moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

MOST_LINES = 2


class LegendArea(QScrollArea):
    """Takes its height from the width, as the legend does, and never more than `MOST_LINES` lines of it."""

    def __init__(self, legend: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._legend = legend
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from switch to switch, and scrolls
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(legend)
        for ground in (legend, self.viewport()):
            ground.setAutoFillBackground(False)
        legend.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        layout = self._legend.layout()
        if layout is None:
            return
        line = layout.minimumSize().height()
        needed, most = layout.heightForWidth(self.width()), MOST_LINES * line
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if needed > most else policy.ScrollBarAlwaysOff)
        self.setFixedHeight(min(needed, most))
        self._legend.resize(self.viewport().width(), needed)
        self.verticalScrollBar().setSingleStep(line)
