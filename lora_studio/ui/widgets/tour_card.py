"""What the tour shows on the window: a card with a few words, and an outline around what they are about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.sections import Heading

WIDTH = 270  # beside the answers it fits over the settings
GAP = 3 * GRID
DIMMING = 70  # of 255: the rest of the window can still be read, and used
RADIUS, OUTLINE = 6, 2


class TourCard(QFrame):
    next_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._place = Heading("", self)
        self._title = QLabel(self)
        font = self.font()
        font.setBold(True)
        self._title.setFont(font)
        self._text = QLabel(self)
        for label in (self._title, self._text):
            label.setWordWrap(True)
        self.next_button = QPushButton(self.tr("&Next"), self)
        self.next_button.setProperty("role", "primary")
        self.next_button.clicked.connect(self.next_wanted)
        self.leave_button = QPushButton(self.tr("&Leave the tour"), self)
        self.leave_button.setProperty("role", "flat")
        self.leave_button.setToolTip(self.tr("Esc; Help → Take the tour brings it back"))
        self.leave_button.clicked.connect(self.left)
        for button in (self.next_button, self.leave_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus where the person types
            button.setAutoDefault(True)  # Return presses the one that has the focus
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave_button)
        buttons.addStretch()
        buttons.addWidget(self.next_button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        for label in (self._place, self._title, self._text):
            column.addWidget(label)
        column.addSpacing(2 * GRID)
        column.addLayout(buttons)
        self.hide()

    def say(self, number: int, count: int, title: str, text: str) -> None:
        last = number == count
        self._place.setText(self.tr("Tour: {number} of {count}").format(number=number, count=count))
        self._title.setText(title)
        self._text.setText(text)
        self.next_button.setText(self.tr("&Done") if last else self.tr("&Next"))
        self.leave_button.setVisible(not last)
        self.setAccessibleName(f"{self._place.text()}. {title}")
        self.setAccessibleDescription(text)
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(WIDTH))

    def stand_by(self, target: QRect, room: QRect, spared: QRect) -> None:
        """Beside `target`, and off `spared`, where there is room for it; always inside `room`."""
        self.move(place_beside(self.size(), target, room, spared))


def place_beside(size: QSize, target: QRect, room: QRect, spared: QRect | None = None) -> QPoint:
    """To the right, to the left, below or above: the first that fits, or else where it covers least.

    What is `spared` counts as much as the target.
    """
    middle = target.center()
    top = middle.y() - size.height() // 2
    across = middle.x() - size.width() // 2
    places = (
        QPoint(target.right() + GAP, top),
        QPoint(target.left() - GAP - size.width(), top),
        QPoint(across, target.bottom() + GAP),
        QPoint(across, target.top() - GAP - size.height()),
    )
    over_its_end = QPoint(across, target.bottom() - GAP - size.height())
    candidates = [inside(QRect(place, size), room) for place in (*places, over_its_end)]
    return min(candidates, key=lambda place: sum(_covered(place, part) for part in (target, spared) if part)).topLeft()


def _covered(place: QRect, part: QRect) -> int:
    both = place & part
    return both.width() * both.height()


def inside(place: QRect, room: QRect) -> QRect:
    """`place` moved so that it lies in `room`."""
    x = min(max(place.x(), room.left() + GAP), max(room.right() - GAP - place.width(), room.left()))
    y = min(max(place.y(), room.top() + GAP), max(room.bottom() - GAP - place.height(), room.top()))
    return QRect(QPoint(x, y), place.size())


class Spotlight(QWidget):
    """Dims the window but for one place. Nothing is taken from the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._target = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def target(self) -> QRect:
        """What is outlined, in the window's coordinates; empty: nothing."""
        return self._target

    def show_at(self, target: QRect) -> None:
        """`target` in the window's coordinates; an empty one is outlined nowhere."""
        self._target = target
        self.setGeometry(QRect(QPoint(), self._window.size()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        around = QPainterPath()
        around.addRect(QRectF(self.rect()))
        hole = QPainterPath()
        hole.addRoundedRect(QRectF(self._target), RADIUS, RADIUS)
        painter.fillPath(around - hole, QColor(0, 0, 0, DIMMING))
        if not self._target.isEmpty():
            painter.setPen(QPen(QColor(colors_of(self).accent), OUTLINE))
            painter.drawPath(hole)
        painter.end()
