"""The probe: what the model says next, for the prompt being typed and for every pinned one, across all variants."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QElapsedTimer, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import clean_row
from lora_studio.core.errors import StudioError
from lora_studio.core.events import Comparison, Event, Probed
from lora_studio.core.usual import MINI
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from lora_studio.ui.shown_variants import ShownVariants
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.answers_area import AnswersArea
from lora_studio.ui.widgets.comparison_board import ComparisonBoard
from lora_studio.ui.widgets.comparison_text import cannot_read
from lora_studio.ui.widgets.pinned_list import PinnedList
from lora_studio.ui.widgets.prompt_line import PromptLine
from lora_studio.ui.widgets.prompt_notes import Note, NoteLine, appended, asked, note_on
from lora_studio.ui.widgets.token_chips import TokenChips, chips_of
from lora_studio.ui.widgets.variant_titles import titles_of

FIRST_PROMPT = "die katze sitzt auf dem"
FOLLOW_MS = 1000  # between two looks at a run in progress
LATE_MS = 300  # from here on the board says that it waits


class ProbePanel(QWidget):
    """Asks as one types; there is no button to press. Answers come through the session."""

    prompt_changed = Signal(str)  # as it is typed
    influence_wanted = Signal(str, str)  # prompt, token: which training rows made it likely?

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._choices = session.probe_choices
        self._shown = ShownVariants(session)
        self._wanted_from_pin = ""  # what was filled in for the person, and goes again with the prompt
        self._questions = count(1)
        self._due: dict[str, int] = {}  # pinned prompts that are to be asked, and since which question
        self.setWindowTitle(self.tr("Probe"))
        self._line = PromptLine(self)
        self._prompt, self._wanted, self._pin = self._line.prompt, self._line.wanted, self._line.pin
        self._chips = TokenChips(self)
        self._note = NoteLine(self)
        self._board = ComparisonBoard()
        self._pinned = PinnedList()
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(partial(self._board.set_waiting, True))
        self._lay_out()
        self._restore()
        self._connect()
        self._pins_changed()
        self._prompt_asked()

    def prompt(self) -> str:
        """What the model is asked."""
        return self._typed()[0]

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

    def _lay_out(self) -> None:
        reading = QHBoxLayout()
        reading.setSpacing(2 * GRID)
        reading.addWidget(self._chips, 1)
        reading.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._line)
        layout.addLayout(reading)
        layout.addWidget(AnswersArea(self._board, self._pinned, self), 1)

    def _restore(self) -> None:
        """What stood here in the window before, or when the program was closed."""
        choices = self._choices
        self._restore_prompt()
        self._line.temperature.set_temperature(choices.temperature)
        self._line.chat.setChecked(choices.as_chat)
        model = self._session.model
        self._line.chat.setVisible(model is not None and model.chats)
        self._pinned.set_temperature(choices.temperature)
        self._pinned.order.set_order(choices.order)

    def _restore_prompt(self) -> None:
        choices = self._choices
        first = FIRST_PROMPT if choices.kind == MINI else ""
        self._prompt.setText(first if choices.prompt is None else choices.prompt)
        probe = self._pinned_as(self._typed()[0])
        pinned = probe.wanted if probe else ""
        self._wanted.setText(pinned if choices.prompt is None else choices.wanted)
        self._wanted_from_pin = pinned if self._wanted.text() == pinned else ""

    def _exchange_prompt(self) -> None:
        """For what was asked of that kind of base. Nobody has typed it now."""
        with QSignalBlocker(self._prompt), QSignalBlocker(self._wanted):
            self._restore_prompt()
        self._prompt_asked()

    def _connect(self) -> None:
        self._prompt.textChanged.connect(self._prompt_changed)
        self._wanted.textChanged.connect(self._wanted_changed)
        self._line.temperature.changed.connect(self._temperature_changed)
        self._pin.clicked.connect(self._pin_or_unpin)
        self._prompt.returnPressed.connect(self.pin)
        self._wanted.returnPressed.connect(self.pin)
        shortcut = QShortcut(QKeySequence("Ctrl+D"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.pin)
        self._pinned.chosen.connect(self.show_probe)
        self._pinned.unpinned.connect(self._session.unpin)
        self._pinned.reordered.connect(self._session.order_pins)
        self._pinned.order.changed.connect(self._order_changed)
        self._board.token_chosen.connect(self._go_on_with)
        self._board.wanted_chosen.connect(self._wanted.setText)
        self._board.pin_asked.connect(self.pin)
        self._board.unpin_asked.connect(lambda: self._session.unpin(self._typed()[0]))
        self._board.influence_asked.connect(self._ask_for_influence)
        self._session.model_ready.connect(self._model_ready)
        self._choices.exchanged.connect(self._exchange_prompt)
        self._line.chat.toggled.connect(self._chat_changed)
        self._session.variants_changed.connect(self._refresh)
        self._followed = QElapsedTimer()
        self._bridge.events.connect(self._follow_the_run)
        self._session.pins_changed.connect(self._pins_changed)

    # The prompt

    def _typed(self) -> tuple[str, str]:
        """As the model reads it: where spaces change nothing, they are left out."""
        return asked(self._prompt.text(), self._session.model), clean_row(self._wanted.text())

    def _pinned_as(self, prompt: str) -> Probe | None:
        return next((pin for pin in self._session.pins if pin.prompt == prompt), None)

    def _prompt_changed(self) -> None:
        probe = self._pinned_as(self._typed()[0])
        wanted = probe.wanted if probe else ""
        if probe or self._wanted.text() == self._wanted_from_pin:
            with QSignalBlocker(self._wanted):
                self._wanted.setText(wanted)
            self._wanted_from_pin = wanted
        self._choices.type(self._prompt.text(), self._wanted.text())
        self._prompt_asked()

    def _prompt_asked(self) -> None:
        self.prompt_changed.emit(self.prompt())
        self._note.show_note(note_on(self._prompt.text(), self._session.model))
        self._show_pinned()
        self._ask()

    def _wanted_changed(self) -> None:
        self._wanted_from_pin = ""
        self._choices.type(self._prompt.text(), self._wanted.text())
        self._show_pinned()
        self._ask()

    def _order_changed(self) -> None:
        self._choices.order = self._pinned.order.order

    def _temperature_changed(self, temperature: float) -> None:
        self._choices.temperature = temperature
        self._pinned.set_temperature(temperature)
        self._refresh()

    def _go_on_with(self, token: str) -> None:
        self._line.append(appended(self._prompt.text(), token, self._session.model))

    def _ask_for_influence(self, token: str) -> None:
        self.influence_wanted.emit(self._typed()[0], token)

    def _ask(self) -> None:
        prompt, wanted = self._typed()
        if hint := self._hint(prompt):
            self._late.stop()
            self._chips.set_chips(())
            self._board.set_message(hint)
            return
        if not self._late.isActive():
            self._late.start()
        hidden = self._shown.hidden()
        self._session.compare(
            prompt,
            self._guarded(partial(self._answered, hidden)),
            wanted=wanted,
            key="prompt",
            temperature=self._line.temperature.temperature,
            but=hidden,
            as_chat=self._is_chat(),
            otherwise=self._guarded(partial(self._unanswered, prompt)),
            quiet=True,
        )

    def _is_chat(self) -> bool:
        model = self._session.model
        return model is not None and model.chats and self._line.chat.isChecked()

    def _chat_changed(self, as_chat: bool) -> None:
        self._choices.ask_as_chat(as_chat)
        self._ask()

    def _model_ready(self) -> None:
        model = self._session.model
        self._line.chat.setVisible(model is not None and model.chats)
        self._refresh()

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

    def _unanswered(self, prompt: str, error: StudioError) -> None:
        if prompt == self._typed()[0]:  # else the answer to what stands here now is on its way
            self._late.stop()
            self._chips.set_chips(())
            self._board.set_message(" ".join(translated(error)).strip())

    def _answered(self, not_asked: Collection[str], comparison: Comparison) -> None:
        prompt = self._typed()[0]
        if self._hint(prompt):
            return  # the field was emptied meanwhile
        if comparison.prompt == prompt:
            self._late.stop()
        shown = self._shown.arranged(comparison, not_asked)
        self._say_who_cannot_read(shown)
        titles = titles_of(shown.variants, self._session.variants, self.locale())
        self._board.set_comparison(shown, self._shown.places(shown), titles)
        self._chips.set_chips(chips_of(comparison))

    def _say_who_cannot_read(self, comparison: Comparison) -> None:
        pairs = zip(comparison.variants, comparison.answers, strict=True)
        silent = [name for name, answer in pairs if not answer.predictions]
        if silent:
            self._note.show_note(Note(f"{', '.join(silent)} {cannot_read()}"))

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
        """All in one question. Those that an earlier one asked for and that have no answer yet are asked again with it,
        as the newer question takes its place."""
        if self._session.model is None:
            return
        question = next(self._questions)
        rows = [row for row in self._pinned.rows if not (only_new and row.comparison)]
        self._due = {pin.prompt: self._due[pin.prompt] for pin in self._session.pins if pin.prompt in self._due}
        self._due |= {row.probe.prompt: question for row in rows}
        probes = tuple(row.probe for row in self._pinned.rows if row.probe.prompt in self._due)
        if not probes:
            return
        hidden = self._shown.hidden()
        self._session.compare_many(
            tuple((probe.prompt, probe.wanted) for probe in probes),
            self._guarded(partial(self._pinned_answered, question, probes, hidden)),
            key="pinned",
            temperature=self._line.temperature.temperature,
            but=hidden,
        )

    def _pinned_answered(
        self,
        question: int,
        probes: tuple[Probe, ...],
        not_asked: Collection[str],
        answers: tuple[Comparison | StudioError, ...],
    ) -> None:
        for probe, answer in zip(probes, answers, strict=True):
            if self._due.get(probe.prompt, 0) <= question:
                self._due.pop(probe.prompt, None)
            row = self._pinned.row(probe.prompt)
            if row is None or row.probe != probe:
                continue
            if isinstance(answer, StudioError):
                row.set_unanswered(" ".join(translated(answer)).strip())
            else:
                shown = self._shown.arranged(answer, not_asked)
                failed = tuple(name for name in shown.variants if self._session.is_failed(name))
                row.set_comparison(shown, self._shown.places(shown), failed)

    def _guarded(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        """An answer may arrive when this panel is gone (a new language makes a new window)."""
        return lambda answer: then(answer) if isValid(self) else None

    # Pinning

    def _pin_or_unpin(self) -> None:
        prompt, _ = self._typed()
        if self._pinned_as(prompt):
            self._session.unpin(prompt)
        else:
            self.pin()
        self._show_pinned()

    def _show_pinned(self) -> None:
        prompt, wanted = self._typed()
        probe = self._pinned_as(prompt)
        self._board.pinned = probe is not None and probe.wanted == wanted  # otherwise pinning renews what is wanted
        self._line.show_pinned(probe is not None, possible=bool(prompt))
