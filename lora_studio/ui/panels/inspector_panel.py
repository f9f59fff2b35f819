"""The inspector: what one step of a run trained on, and which training rows made an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Started
from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.inspector import Inspector
from lora_studio.ui.session import Session
from lora_studio.ui.stored_run import ShownRun
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.batch_view import BatchPane
from lora_studio.ui.widgets.influence_list import InfluenceList
from lora_studio.ui.widgets.quiet_combo import QuietCombo

if TYPE_CHECKING:
    from lora_studio.core.instruments.batches import BatchView
    from lora_studio.core.instruments.influence import Influence

LEAST = QSize(200, 160)


class InspectorPanel(QWidget):
    """Empty, it tells both ways in."""

    row_wanted = Signal(str, str)  # dataset, row: to be seen in the data panel

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._watched: ShownRun | None = None  # whose curves are to be seen
        self._run = ShownRun("", None)  # whose batch is shown
        self._question = ("", "")  # prompt and token
        self.setWindowTitle(self.tr("Inspector"))
        self.inspector = Inspector(session.asker, self)
        self.batch = BatchPane(self)
        self.influence = InfluenceList(self)
        self.title = QLabel(self)
        self.note = QLabel(self)
        self.variant: QComboBox = QuietCombo(self)
        self.progress = QProgressBar(self)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.message = QLabel(self)
        self._influence_page = QWidget(self)
        self._message_page = QWidget(self)
        self._lay_out()
        self._connect()
        self._show_variants()
        self.clear()

    # What is shown

    def watch_run(self, run: ShownRun) -> None:
        """The curves of `run` are to be seen: steps are its steps from now on."""
        self._watched = run

    def show_batch(self, step: int) -> None:
        """The batch of a step of the run whose curves are to be seen, or else of the session's."""
        self._run = self._watched or self._current_run()
        self._show_step(step)

    def show_influence(self, prompt: str, token: str) -> None:
        """Which rows that the chosen variant learned made `token` more or less probable after `prompt`?"""
        self._question = (prompt, token)
        self._show_variants()
        if not self.variant.count():
            self._say(self.tr("Train a variant, or load one, to ask which of its rows made this answer."))
            return
        self._ask_influence()

    def choose_variant(self, name: str) -> None:
        """Whose rows the next question is about."""
        self.variant.setCurrentIndex(max(0, self.variant.findText(name)))

    def clear(self) -> None:
        """Nothing is asked for; what can be is told."""
        self.inspector.cancel()
        self._question = ("", "")
        self._say(
            self.tr(
                "Click the loss curve: the batch of that step is shown here, with what each token cost.\n\n"
                "Or choose “Which sentence did this?” at an answer: the training rows are ranked by what they did."
            )
        )

    # Building

    def _lay_out(self) -> None:
        for label in (self.title, self.note, self.message):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self.message.setProperty("role", "muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.variant.setAccessibleName(self.tr("Variant whose rows are ranked"))
        self.progress.setAccessibleName(self.tr("Rows judged"))
        self.progress.setTextVisible(False)
        self.cancel.setAccessibleName(self.tr("Cancel the ranking"))
        working = QHBoxLayout()
        working.addWidget(self.progress, 1)
        working.addWidget(self.cancel)
        column = QVBoxLayout(self._influence_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addWidget(self.title)
        column.addWidget(self.variant)
        column.addWidget(self.note)
        column.addLayout(working)
        column.addWidget(self.influence, 1)
        QVBoxLayout(self._message_page).addWidget(self.message)
        around = QVBoxLayout(self)
        around.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 2 * GRID)
        self._stack = QStackedLayout()
        around.addLayout(self._stack)
        for page in (self._message_page, self.batch, self._influence_page):
            self._stack.addWidget(page)

    def _connect(self) -> None:
        self.inspector.batch_came.connect(self._show_batch)
        self.inspector.influence_came.connect(self._show_influence)
        self.inspector.judged.connect(self._show_progress)
        self.inspector.failed.connect(self._show_failure)
        self.batch.step_wanted.connect(self._show_step)
        self.influence.row_wanted.connect(self.row_wanted)
        self.cancel.clicked.connect(self._cancel)
        self.variant.activated.connect(self._ask_influence)
        self._session.variants_changed.connect(self._show_variants)
        self._session.model_left.connect(self.clear)

    def minimumSizeHint(self) -> QSize:
        return LEAST

    # Batches

    def _current_run(self) -> ShownRun:
        started = [event for event in self._session.run_events[:1] if isinstance(event, Started)]
        return ShownRun(started[0].variant if started else "", None)

    def _show_step(self, step: int) -> None:
        self.inspector.ask_batch(self._run, step)

    def _show_batch(self, view: BatchView) -> None:
        trained = self._session.trained_variant
        self.batch.show_batch(view, in_progress=bool(trained) and trained == self._run.variant)
        self._stack.setCurrentWidget(self.batch)

    # Influence

    def _ask_influence(self) -> None:
        prompt, token = self._question
        if not prompt or not self.variant.currentText():
            return
        title = self.tr("Which sentence made “{token}” follow “{prompt}”?")
        self.title.setText(title.format(token=token, prompt=prompt))
        self.note.setText(self.tr("Comparing each row's gradient with the answer's …"))
        self.influence.clear()
        self._show_progress(0, 0)
        self._set_working(True)
        self._stack.setCurrentWidget(self._influence_page)
        self.inspector.ask_influence(self.variant.currentText(), prompt, token)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setMaximum(total)
        self.progress.setValue(done)

    def _show_influence(self, found: Influence) -> None:
        self._set_working(False)
        self.note.setText(self._explained(found))
        self.influence.show_influence(found)

    def _explained(self, found: Influence) -> str:
        """What the bars mean, and what was not looked at."""
        texts = [
            self.tr("Right: learning the row pushed the answer up. Left: it held it back."),
            self.tr("Only proportions count: plain gradient steps are assumed (TracIn)."),
            self._states(found),
        ]
        number = self.locale().toString
        if found.rows_left_out:
            count, total = number(len(found.rows)), number(len(found.rows) + found.rows_left_out)
            texts.append(self.tr("{count} of {total} rows, chosen evenly.").format(count=count, total=total))
        if found.rows_cut:
            text = self.tr("Long rows ({count}): not all of their windows, chosen evenly.")
            texts.append(text.format(count=number(found.rows_cut)))
        return " ".join(texts)

    def _states(self, found: Influence) -> str:
        if not found.steps:
            return self.tr("At the state that is shown; the training left no others.")
        count = len(found.steps)
        kept = next((len(variant.steps) for variant in self._session.variants if variant.name == found.variant), 0)
        if kept <= count:
            return self.tr("Summed over {count} states of the training.").format(count=count)
        text = self.tr("Summed over {count} of {total} states of the training, chosen evenly.")
        return text.format(count=count, total=kept)

    def _cancel(self) -> None:
        self.inspector.cancel()
        self._set_working(False)
        self.note.setText(self.tr("Cancelled."))

    def _set_working(self, working: bool) -> None:
        self.progress.setVisible(working)
        self.cancel.setVisible(working)

    def _show_variants(self) -> None:
        """Those that learned rows; the choice stays, or falls on the newest."""
        names = [variant.name for variant in self._session.variants if _learned(variant)]
        if names == [self.variant.itemText(index) for index in range(self.variant.count())]:
            return
        chosen = self.variant.currentText()
        with QSignalBlocker(self.variant):
            self.variant.clear()
            self.variant.addItems(names)
            self.variant.setCurrentIndex(names.index(chosen) if chosen in names else len(names) - 1)

    # Messages

    def _show_failure(self, error: StudioError) -> None:
        self._set_working(False)
        self._say("\n".join(filter(None, translated(error))))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self._stack.setCurrentWidget(self._message_page)


def _learned(variant: VariantSummary) -> bool:
    return not variant.is_base and not variant.merged and not variant.mix and variant.strength is None
