"""The probe: what the model says next, for the prompt being typed and for every pinned one, across all variants."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import clean_row
from lora_studio.core.events import Comparison, Event, Probed
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.icons import icon
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.board_painting import LARGER
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.pinned_list import PinnedList
from lora_studio.ui.widgets.token_chips import TokenChips, chips_of

FIRST_PROMPT = "die katze sitzt auf dem"
LONGEST_PROMPT = 10_000  # characters, as a Probe allows
FOLLOW_MS = 1000  # between two looks at a run in progress
LATE_MS = 300  # from here on the board says that it waits


class ProbePanel(QWidget):
    """Asks as one types; there is no button to press. The bridge is not needed: answers come through the session."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._wanted_from_pin = ""  # what was filled in for the person, and goes again with the prompt
        self.setWindowTitle(self.tr("Probe"))
        self._prompt = self._prompt_field()
        self._wanted = self._wanted_field()
        self._pin = self._pin_button()
        self._chips = TokenChips(self)
        self._board = ComparisonBoard()
        self._pinned = PinnedList()
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(partial(self._board.set_waiting, True))
        self._lay_out()
        self._connect()
        self._pins_changed()
        self._prompt_changed()

    def focus_prompt(self) -> None:
        """Puts the cursor into the prompt, all of it selected, ready to be typed over."""
        self._prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._prompt.selectAll()

    def show_probe(self, probe: Probe) -> None:
        """Puts a pinned prompt into the field."""
        with QSignalBlocker(self._prompt):
            self._prompt.setText(probe.prompt)
        self._prompt_changed()
        self._prompt.setFocus(Qt.FocusReason.OtherFocusReason)

    def pin(self) -> None:
        """Pins the prompt in the field with its wanted token; a prompt that is pinned gets the new wanted token."""
        prompt, wanted = self._typed()
        if prompt:
            self._session.pin(Probe(prompt=prompt, wanted=wanted, kind="corrected" if wanted else "kept"))

    # Building

    def _prompt_field(self) -> QLineEdit:
        field = QLineEdit(FIRST_PROMPT, self)
        field.setFont(tabular(field.font(), points=LARGER))
        field.setMaxLength(LONGEST_PROMPT)
        field.setPlaceholderText(self.tr("Type the beginning of a sentence"))
        field.setAccessibleName(self.tr("Prompt"))
        field.setToolTip(self.tr("The model answers as you type. Enter pins the prompt."))
        field.setMinimumWidth(220)
        return field

    def _wanted_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(self.tr("wanted token"))
        field.setAccessibleName(self.tr("Wanted token"))
        field.setToolTip(self.tr("The token that should become the answer; empty if none is wanted."))
        field.setFixedWidth(max(130, field.fontMetrics().horizontalAdvance(field.placeholderText()) + 28))
        field.setFixedHeight(self._prompt.sizeHint().height())
        return field

    def _pin_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("pin", button))
        button.setCheckable(True)
        button.setAutoRaise(True)
        side = self._prompt.sizeHint().height()
        button.setFixedSize(side, side)
        button.clicked.connect(self._pin_or_unpin)
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(2 * GRID)
        line.addWidget(self._prompt, 1)
        line.addWidget(self._wanted)
        line.addWidget(self._pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, 0)
        layout.setSpacing(2 * GRID)
        layout.addLayout(line)
        layout.addWidget(self._chips)
        layout.addWidget(self._answers(), 1)

    def _answers(self) -> QScrollArea:
        """The board and the pinned prompts share their columns, so they scroll sideways together."""
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._board)
        layout.addWidget(self._pinned, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        return area

    def _connect(self) -> None:
        self._prompt.textChanged.connect(self._prompt_changed)
        self._wanted.textChanged.connect(self._wanted_changed)
        self._prompt.returnPressed.connect(self.pin)
        self._wanted.returnPressed.connect(self.pin)
        shortcut = QShortcut(QKeySequence("Ctrl+D"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.pin)
        self._pinned.chosen.connect(self.show_probe)
        self._pinned.unpinned.connect(self._session.unpin)
        self._session.model_ready.connect(self._refresh)
        self._session.variants_changed.connect(self._refresh)
        self._followed = QElapsedTimer()
        self._bridge.events.connect(self._follow_the_run)
        self._session.pins_changed.connect(self._pins_changed)

    # The prompt

    def _typed(self) -> tuple[str, str]:
        return clean_row(self._prompt.text()), clean_row(self._wanted.text())

    def _pinned_as(self, prompt: str) -> Probe | None:
        return next((pin for pin in self._session.pins if pin.prompt == prompt), None)

    def _prompt_changed(self) -> None:
        probe = self._pinned_as(self._typed()[0])
        wanted = probe.wanted if probe else ""
        if probe or self._wanted.text() == self._wanted_from_pin:
            with QSignalBlocker(self._wanted):
                self._wanted.setText(wanted)
            self._wanted_from_pin = wanted
        self._show_pinned()
        self._ask()

    def _wanted_changed(self) -> None:
        self._wanted_from_pin = ""
        self._show_pinned()
        self._ask()

    def _ask(self) -> None:
        prompt, wanted = self._typed()
        if hint := self._hint(prompt):
            self._late.stop()
            self._chips.set_chips(())
            self._board.set_message(hint)
            return
        if not self._late.isActive():
            self._late.start()
        self._session.compare(prompt, self._guarded(self._answered), wanted=wanted, key="prompt")

    def _hint(self, prompt: str) -> str:
        """Why there is nothing to ask; empty if there is."""
        model = self._session.model
        if model is None:
            return self.tr("Loading the model…")
        if not prompt:
            return self.tr("Type the beginning of a sentence: the model says what comes next.")
        words = len(prompt.split())
        if words > model.context_length:  # a token is at most a word
            text = self.tr("The prompt has {words} words; {model} reads {limit} tokens at once.")
            return text.format(words=words, model=model.name, limit=model.context_length)
        return ""

    def _answered(self, comparison: Comparison) -> None:
        prompt = self._typed()[0]
        if self._hint(prompt):
            return  # the field was emptied meanwhile
        if comparison.prompt == prompt:
            self._late.stop()
        self._board.set_comparison(comparison, self._places(comparison))
        self._chips.set_chips(chips_of(comparison))

    # All variants, all pins

    def _follow_the_run(self, events: list[Event]) -> None:
        """While something is trained the answers move; they are asked for as often as an eye can follow."""
        measured = any(isinstance(event, Probed) for event in events)
        if measured and (not self._followed.isValid() or self._followed.elapsed() >= FOLLOW_MS):
            self._followed.start()
            self._refresh()

    def _refresh(self) -> None:
        self._ask()
        self._ask_pinned()

    def _pins_changed(self) -> None:
        self._pinned.set_pins(self._session.pins)
        self._show_pinned()
        self._ask_pinned(only_new=True)

    def _ask_pinned(self, only_new: bool = False) -> None:
        if self._session.model is None:
            return
        for row in self._pinned.rows:
            if not (only_new and row.comparison):
                probe = row.probe
                then = self._guarded(partial(self._pinned_answered, probe))
                self._session.compare(probe.prompt, then, wanted=probe.wanted, key=("pinned", probe.prompt))

    def _pinned_answered(self, probe: Probe, comparison: Comparison) -> None:
        row = self._pinned.row(probe.prompt)
        if row is not None and row.probe == probe:
            row.set_comparison(comparison, self._places(comparison))

    def _places(self, comparison: Comparison) -> tuple[int, ...]:
        """Where each variant stands in the session, which gives it its colour."""
        known = {variant.name: place for place, variant in enumerate(self._session.variants)}
        return tuple(known.get(name, place) for place, name in enumerate(comparison.variants))

    def _guarded(self, then: Callable[[Comparison], None]) -> Callable[[Comparison], None]:
        """An answer may arrive when this panel is gone (a new language makes a new window)."""
        return lambda comparison: then(comparison) if isValid(self) else None

    # Pinning

    def _pin_or_unpin(self) -> None:
        prompt, _ = self._typed()
        if self._pinned_as(prompt):
            self._session.unpin(prompt)
        else:
            self.pin()
        self._show_pinned()

    def _show_pinned(self) -> None:
        prompt, _ = self._typed()
        pinned = self._pinned_as(prompt) is not None
        self._pin.setEnabled(bool(prompt))
        self._pin.setChecked(pinned)
        text = self.tr("Unpin this prompt") if pinned else self.tr("Pin this prompt (Ctrl+D)")
        self._pin.setToolTip(text)
        self._pin.setAccessibleName(text)
