"""Which state of a run is shown: a slider over the steps at which one was kept, and its result."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, colors_of
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.track_slider import HEIGHT, KNOB, TrackSlider

PLAY_MS = 120  # from one state to the next
LEAST_WIDTH, LEAST_WITH_WORDS = 60, 380  # px, of the slider and of the whole
TICK = 3.0  # px
FEWEST_BETWEEN = 4.0  # px between two ticks; closer ones would be a bar


class TimeSlider(QWidget):
    """Asks for a state at once, while one drags. What comes back from there does not pull at the slider.

    The last place is the result. Without kept states there is only the button for the batch.
    """

    wanted = Signal(object)  # int | None: the step whose state is to be shown; None: the result
    moved = Signal(object)  # int | None: what is at the knob now
    batch_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()  # before the last one
        self._last = 0
        self._asked: tuple[int | None] | None = None  # and not heard of yet
        self._known: int | None = None
        self.slider = StepSlider(self)
        self.play = self._button("play", self.tr("Play the training"))
        self.back = self._button("undo", self.tr("Back to the result"))
        self.batch = self._button("", self.tr("Show batch"))
        self.label = QLabel(self)
        self._timer = QTimer(self, interval=PLAY_MS)
        self._timer.timeout.connect(self._play_on)
        self._lay_out()
        self.slider.valueChanged.connect(self._slid)
        self.play.clicked.connect(self._toggle_play)
        self.back.clicked.connect(self._go_back)
        self.batch.clicked.connect(self.batch_wanted)
        self.show_run((), 0, None)

    @property
    def step(self) -> int:
        """The step at the knob: that of the kept state, or the last one of the run."""
        place = self.place()
        return self._last if place is None else place

    def place(self) -> int | None:
        """The kept state at the knob; None: the result."""
        index = self.slider.value()
        return self._steps[index] if index < len(self._steps) else None

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def show_run(self, steps: tuple[int, ...], last: int, shown: int | None) -> None:
        """States were kept at `steps` of a run whose last step is `last`, and the one of step `shown` is shown."""
        earlier = tuple(step for step in steps if step < last)
        if (earlier, last) != (self._steps, self._last):
            self.stop()
            self._steps, self._last, self._asked = earlier, last, None
            with QSignalBlocker(self.slider):
                self.slider.setRange(0, len(earlier))
                self.slider.setPageStep(max(1, len(earlier) // 10))
            self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(self._text(last)) + GRID)
        self._known = shown
        if self._asked is not None and self._asked != (shown,):
            return  # the answer to an older request
        self._asked = None
        self._show(shown)

    def refused(self) -> None:
        """What was asked for could not be shown."""
        self.stop()
        self._asked = None
        self._show(self._known)

    def stop(self) -> None:
        """Ends playing."""
        self._timer.stop()
        self._show_playing()

    # Building

    def _lay_out(self) -> None:
        self.label.setFont(tabular(self.label.font()))
        self.label.setProperty("role", "muted")
        self.slider.setAccessibleName(self.tr("Step of the training"))
        self.slider.setToolTip(self.tr("Shows every prompt's answers as they were at this step"))
        self.batch.setToolTip(self.tr("Shows which rows this step trained on, and what each token cost"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        row.addWidget(self.back)
        row.addStretch()  # without a slider, the button stands at the right all the same
        row.addWidget(self.batch)

    def _button(self, picture: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(text)
        button.setToolTip(text)
        if picture:
            button.setIcon(icon(picture, button))
            button.setIconSize(QSize(16, 16))
        else:
            button.setText(text)
        return button

    # Sliding

    def _show(self, shown: int | None) -> None:
        index = self._steps.index(shown) if shown in self._steps else len(self._steps)
        with QSignalBlocker(self.slider):
            self.slider.setValue(index)
        self._describe()

    def _slid(self) -> None:
        place = self.place()
        self._asked = (place,)
        self._describe()
        self.wanted.emit(place)

    def _describe(self) -> None:
        place, travels = self.place(), bool(self._steps)
        for widget in (self.play, self.slider, self.back):
            widget.setVisible(travels)
        self._make_room()
        self.back.setEnabled(place is not None)
        text = self._text(place)
        self.label.setText(text)
        self.slider.setAccessibleDescription(text)
        self.moved.emit(place)

    def _text(self, place: int | None) -> str:
        if place is None:
            return self.tr("result")
        numbers = {"step": self.locale().toString(place), "steps": self.locale().toString(self._last)}
        return self.tr("step {step} of {steps}").format(**numbers)

    def _go_back(self) -> None:
        self.stop()
        self.slider.setValue(self.slider.maximum())
        self.slider.setFocus()

    # Playing

    def _toggle_play(self) -> None:
        if self.playing:
            self.stop()
            return
        if self.place() is None:
            self.slider.setValue(0)
        self._timer.start()
        self._show_playing()

    def _play_on(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.place() is None:
            self.stop()

    def _show_playing(self) -> None:
        text = self.tr("Stop playing") if self.playing else self.tr("Play the training")
        self.play.setIcon(icon("pause" if self.playing else "play", self.play))
        self.play.setAccessibleName(text)
        self.play.setToolTip(text)

    def _make_room(self) -> None:
        """In a narrow panel the slider comes before the words; they are its description, too."""
        self.label.setVisible(bool(self._steps) and self.width() >= LEAST_WITH_WORDS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()


class StepSlider(TrackSlider):
    """A place for every kept state; filled up to the one that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(LEAST_WIDTH, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the knob brings it there at once, and a drag goes on from there."""
        x = event.position().x()
        if event.button() == Qt.MouseButton.LeftButton and abs(x - self.x_of(self.value())) > KNOB:
            self.setValue(min(range(self.maximum() + 1), key=lambda place: abs(self.x_of(place) - x)))
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        left, right, knob = (self.x_of(place) for place in (0, self.maximum(), self.value()))
        self._paint_groove(painter, colors.line, left, right)
        self._paint_groove(painter, colors.accent, left, knob)
        painter.setPen(QPen(QColor(colors.edge), 1))
        if right - left >= FEWEST_BETWEEN * self.maximum():
            for x in map(self.x_of, range(self.maximum() + 1)):
                painter.drawLine(QPointF(x, middle + KNOB), QPointF(x, middle + KNOB + TICK))
        self._paint_knob(painter)
        painter.end()

    def x_of(self, place: int) -> float:
        """Where the knob's middle is at a place, in px from the left."""
        return self._x_of(place)
