"""Five steps on the real window: probe, train, watch, compare, save. It explains; the person does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from lora_studio.core.events import Receipt
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.tour_card import Spotlight, TourCard

if TYPE_CHECKING:
    from lora_studio.ui.main_window import MainWindow

PROBE, TRAIN, WATCH, COMPARE, SAVE = range(5)
READING_MS = 2500  # between asking and the next step
SHORTEST_MS = 4000  # no step goes by faster, unless the person says so
AROUND = 3  # px between what is meant and its outline
CHANGES = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}


@dataclass(frozen=True, slots=True)
class Step:
    """`target` is what the words are about; `panel` is brought to the front before; `spared` is not covered either."""

    title: str
    text: str
    target: Callable[[], QWidget]
    panel: QWidget | None = None
    spared: QWidget | None = None


class Tour(QObject):
    """Goes on by "Next", or when the person does what a step is about. Never stands in the way of the window."""

    ended = Signal()  # left or finished

    def __init__(self, window: MainWindow, show: Callable[[QWidget], object]) -> None:
        super().__init__(window)
        self._window = window
        self._show = show
        self._steps = self._make_steps()
        self._at = -1
        self._watched: QWidget | None = None
        self._ran = False
        self._since = QElapsedTimer()  # when the step was shown
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self.go_on)
        self.spotlight = Spotlight(window)
        self.card = TourCard(window)
        self.card.next_wanted.connect(self.go_on)
        self.card.left.connect(self.leave)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.card)
        self._escape.activated.connect(self.leave)
        self._escape.activatedAmbiguously.connect(self.leave)  # a message of the window listens for it, too
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        session = window.session
        session.run_changed.connect(self._run_changed)
        session.receipt.connect(self._saved)
        prompt = window.probe_panel.findChild(QLineEdit)
        if prompt is not None:
            prompt.textChanged.connect(self._asked)

    @property
    def step(self) -> int:
        """From 0 on; -1 while there is no tour."""
        return self._at

    def start(self) -> None:
        self._ran = self._window.session.run.active
        self._window.installEventFilter(self)
        self._go_to(PROBE)
        self._window.probe_panel.focus_prompt()  # the first step asks to type

    def go_on(self) -> None:
        if self._at + 1 < len(self._steps):
            self._go_to(self._at + 1)
        else:
            self.leave()

    def leave(self) -> None:
        """At any moment; what was done stays done."""
        if self._at < 0:
            return
        self._at = -1
        self._next.stop()
        self._watch(None)
        self._window.removeEventFilter(self)
        self.card.hide()
        self.spotlight.hide()
        self.ended.emit()

    def _make_steps(self) -> tuple[Step, ...]:
        window = self._window
        return (
            Step(
                self.tr("Ask the model"),
                self.tr("Type the beginning of a sentence. The bars show what the model says next, and how surely."),
                lambda: window.probe_panel,
            ),
            Step(
                self.tr("Teach it something"),
                self.tr("Train learns the ticked rows on the left with the settings on the right. It takes seconds."),
                window.train_button,
            ),
            Step(
                self.tr("Watch it learn"),
                self.tr("The loss falls, and the answers to the pinned prompts move while it trains."),
                lambda: _dock_of(window.training_panel),
                window.training_panel,
            ),
            Step(
                self.tr("See what else moved"),
                self.tr("Each result has a column beside the base. Click a pinned prompt, or ask for one of your own."),
                lambda: window.probe_panel,
                spared=window.training_panel,  # with the steps at which answers flipped
            ),
            Step(
                self.tr("Take it home"),
                self.tr("Choose the result and save its adapter: a small folder that other programs load, too."),
                self._save_button,
                window.variants_panel,
            ),
        )

    def _save_button(self) -> QWidget:
        """Behind the double arrow, where the bar has no room for it; then the whole dock is meant."""
        panel = self._window.variants_panel
        button = panel.bar.widgetForAction(panel.actions_.save)
        return button if button.isVisible() else _dock_of(panel)

    # When the person does it

    def _asked(self, _: str) -> None:
        """The answer is seen before the tour goes on, and the words can be read to their end."""
        if self._at in (PROBE, COMPARE):
            self._next.start(max(READING_MS, SHORTEST_MS - self._since.elapsed()))

    def _run_changed(self, run: RunState) -> None:
        """Small runs end within a second, so that the end of one leads nowhere by itself."""
        began = run.active and not self._ran and self._window.session.begun_by_person
        self._ran = run.active
        if began and self._at in (PROBE, TRAIN):
            self._go_to(WATCH)

    def _saved(self, receipt: Receipt) -> None:
        if self._at == SAVE and receipt.kind == "adapter":
            self.leave()

    # Showing

    def _go_to(self, number: int) -> None:
        self._at = number
        self._next.stop()
        self._since.start()
        step = self._steps[number]
        if step.panel is not None:
            self._show(step.panel)
        self._watch(step.target())
        self.card.say(number + 1, len(self._steps), step.title, step.text)
        for widget in (self.spotlight, self.card):
            widget.show()
            widget.raise_()
        self._place()
        self._later.start()  # a panel that came to the front has its place only then

    def _watch(self, target: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = target
        if target is not None:
            target.installEventFilter(self)

    def _place(self) -> None:
        if self._at == SAVE:
            self._watch(self._save_button())  # it has a place only now that its panel is at the front
        target = self._watched
        if target is None:
            return
        place = self._place_of(target)
        seen = target.isVisible() and self._is_seen(target, place)
        place = place if seen else QRect()
        outlined = place.adjusted(-AROUND, -AROUND, AROUND, AROUND) if seen else place
        self.spotlight.show_at(outlined)
        spared = self._steps[self._at].spared
        left_free = self._place_of(spared) if spared is not None and spared.isVisible() else QRect()
        self.card.stand_by(outlined if seen else self._window.rect(), self._window.rect(), left_free)

    def _place_of(self, part: QWidget) -> QRect:
        return QRect(part.mapTo(self._window, QPoint()), part.size())

    def _is_seen(self, target: QWidget, place: QRect) -> bool:
        """Not behind another tab. One corner shows that: the tour's card may lie over the rest."""
        inner = place.adjusted(AROUND, AROUND, -AROUND, -AROUND)
        there = [self._window.childAt(point) for point in (inner.topLeft(), inner.center(), inner.bottomRight())]
        return any(found is target or (found is not None and target.isAncestorOf(found)) for found in there)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in CHANGES:
            self._later.start()
        return False


def _dock_of(panel: QWidget) -> QWidget:
    return panel.parentWidget() or panel
