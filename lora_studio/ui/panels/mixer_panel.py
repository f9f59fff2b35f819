"""The mixer: several adapters on one base, a fader each, and what the mix says at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.errors import StudioError
from lora_studio.core.events import Comparison
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.mixer import Mixer
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN, colors_of, variant_color
from lora_studio.ui.translations import translated
from lora_studio.ui.variant_actions import file_name_of
from lora_studio.ui.widgets.mix_answer import MixAnswer
from lora_studio.ui.widgets.mix_choice import MixChoice, Offer
from lora_studio.ui.widgets.mix_row import MixRow
from lora_studio.ui.widgets.mix_saving import MixSaving
from lora_studio.ui.widgets.sections import Hairline


class MixerPanel(QWidget):
    """Shows one mix at a time; without one, what a mix is made of. The bridge is not needed."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.mixer = Mixer.of(session)
        self._choosing = False
        self._shown = 0  # the mix_id of the one whose answer is shown
        self.setWindowTitle(self.tr("Mixer"))
        self.choice = MixChoice(self)
        self.rows: list[MixRow] = []
        self.answer = MixAnswer(self)
        self.saving = MixSaving(self)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._changed()
        self._set_enabled()
        self.mixer.want_costs(False)  # another window may have asked for them
        self.mixer.ask_again()

    def set_prompt(self, prompt: str) -> None:
        """What the mix is asked: the window hands on what stands in the probe."""
        self.mixer.set_prompt(prompt)

    # Building

    def _make_controls(self) -> None:
        self.mixes = QComboBox(self)
        self.mixes.setAccessibleName(self.tr("Mix"))
        self.mixes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.another = QPushButton(self.tr("New mix…"), self)
        self.another.setProperty("role", "flat")
        self._prompt = QLabel(self)
        self._prompt.setProperty("role", "muted")
        self._prompt.setWordWrap(True)
        self._prompt.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setAccessibleName(self.tr("Answers of the mix"))
        self.look = QPushButton(self.tr("Find where it flips"), self)
        self.look.setToolTip(self.tr("On so large a base this takes a while. The next turn of a fader ends it."))
        self.lasting = QLabel(self.tr("Lasts until the program is closed; save it as an adapter to keep it."), self)
        self.lasting.setProperty("role", "muted")
        self.lasting.setWordWrap(True)
        self.lasting.setToolTip(
            self.tr("A part of it is stored nowhere as it went in, so it could not be mixed again.")
        )
        self.save = QPushButton(self.tr("Save the mix as one adapter…"), self)
        self.remove = QPushButton(self.tr("Remove"), self)
        self.remove.setToolTip(self.tr("Takes the mix off the board; its parts stay"))
        for button in (self.another, self.look, self.save, self.remove):
            button.setAccessibleName(button.text())

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        column.setSpacing(0)
        column.addWidget(self.choice)
        column.addWidget(self._mix_view())
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        self._content = content
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _mix_view(self) -> QWidget:
        self._view = QWidget(self)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.mixes, 1)
        top.addWidget(self.another)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(3 * GRID)
        buttons = QVBoxLayout()
        buttons.setSpacing(2 * GRID)
        for button in (self.save, self.remove):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self._view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(top)
        column.addLayout(self._parts)
        column.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(Hairline(self))
        column.addWidget(self._prompt)
        column.addWidget(self.answer)
        column.addWidget(Hairline(self))
        column.addWidget(self.lasting)
        column.addWidget(self.saving)
        column.addLayout(buttons)
        self.saving.hide()
        return self._view

    def _connect(self) -> None:
        mixer, session = self.mixer, self._session
        mixer.changed.connect(self._changed)
        mixer.answered.connect(self._answered)
        mixer.unanswered.connect(self._unanswered)
        mixer.costs_found.connect(self.saving.show_costs)
        session.model_ready.connect(self._set_enabled)
        session.model_left.connect(self._set_enabled)
        self.choice.chosen.connect(self._make)
        self.choice.cancelled.connect(partial(self._choose_parts, False))
        self.another.clicked.connect(partial(self._choose_parts, True))
        self.mixes.activated.connect(self._pick)
        self.save.clicked.connect(partial(self._unfold_saving, True))
        self.saving.cancelled.connect(partial(self._unfold_saving, False))
        self.saving.wanted.connect(self._save)
        self.remove.clicked.connect(mixer.remove)
        self.look.clicked.connect(self._find_flips)

    # What the person does

    def _choose_parts(self, choosing: bool) -> None:
        self._choosing = choosing
        self._changed()
        (self.choice.list if choosing else self.another).setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, names: tuple[str, ...]) -> None:
        self._choosing = False
        self.mixer.make(names)

    def _pick(self, index: int) -> None:
        self.mixer.choose(self.mixer.mixes[index].mix_id)

    def _unfold_saving(self, unfolded: bool) -> None:
        if unfolded:
            self.saving.begin()
        self.saving.setVisible(unfolded)
        self.save.setVisible(not unfolded)
        self.remove.setVisible(not unfolded)
        self.mixer.want_costs(unfolded)
        button = self.saving.back if unfolded else self.save  # the rank can be set when its costs are there
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find_flips(self) -> None:
        self.mixer.look_for_flips()
        if self.rows:  # the button goes when all are found
            self.rows[0].slider.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self, rank: int | None) -> None:
        if folder := self.ask_new_folder():
            self.mixer.save(rank, folder)
            self._unfold_saving(False)

    def ask_new_folder(self) -> Path | None:
        """A folder that does not exist yet, proposed inside the workspace. None: the person gave up."""
        name = self.mixer.mix.name if self.mixer.mix else "mix"
        proposal = self._session.workspace_folder / "adapters" / file_name_of(name)
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontConfirmOverwrite
        title = self.tr("Save the mix as a new folder")
        chosen, _ = QFileDialog.getSaveFileName(self.window(), title, str(proposal), options=options)
        return Path(chosen) if chosen else None

    # What is shown

    def _set_enabled(self) -> None:
        self._content.setEnabled(self._session.model is not None)

    def _changed(self) -> None:
        mix = self.mixer.mix
        choosing = self._choosing or mix is None
        if choosing:
            self.choice.offer(self._offers(), may_go_back=mix is not None)
        self.choice.setVisible(choosing)
        self._view.setVisible(not choosing)
        self._show_mixes()
        self._show_parts()
        self._show_prompt()
        self._show_flips()
        self.lasting.setVisible(not self.mixer.lasts)
        if (shown := mix.mix_id if mix else 0) != self._shown:
            self._shown = shown
            self.answer.say("")
            if not self.saving.isHidden():
                self._unfold_saving(False)

    def _offers(self) -> tuple[Offer, ...]:
        """What a person has hidden, or what a failed run left, is ticked only by hand."""
        session = self._session
        shown = {variant.name for variant in session.visible_variants if not session.is_failed(variant.name)}
        return tuple(
            Offer(variant, session.color_place(variant.name), proposed=variant.name in shown)
            for variant in session.variants
        )

    def _show_mixes(self) -> None:
        names = [mix.name for mix in self.mixer.mixes]
        with QSignalBlocker(self.mixes):
            if names != [self.mixes.itemText(index) for index in range(self.mixes.count())]:
                self.mixes.clear()
                self.mixes.addItems(names)
            self.mixes.setCurrentIndex(names.index(self.mixer.mix.name) if self.mixer.mix else -1)

    def _show_parts(self) -> None:
        mix, faders = self.mixer.mix, self.mixer.faders
        self._make_rows(len(mix.mix) if mix else 0)
        for part, ((name, _), row) in enumerate(zip(mix.mix if mix else (), self.rows, strict=True)):
            heard = faders.is_heard(part)
            row.show_part(name, self._color_of(name), faders.strengths[part], heard)
            row.show_switches(part in faders.muted, part in faders.soloed)
        self.answer.set_color(self._color_of(mix.name if mix else ""))

    def _make_rows(self, count: int) -> None:
        while len(self.rows) > count:
            row = self.rows.pop()
            row.hide()
            row.deleteLater()
        while len(self.rows) < count:
            row, part = MixRow(self._view), len(self.rows)
            row.turned.connect(partial(self.mixer.turn, part))
            row.muted.connect(partial(self.mixer.mute, part))
            row.soloed.connect(partial(self.mixer.solo, part))
            row.released.connect(self.mixer.end_gesture)
            self.rows.append(row)
            self._parts.addWidget(row)
            row.show()

    def _color_of(self, name: str) -> QColor:
        """As on the board; what has left the board is grey."""
        colors = colors_of(self)
        there = any(variant.name == name for variant in self._session.variants)
        return variant_color(colors, self._session.color_place(name)) if there else QColor(colors.edge)

    def _show_prompt(self) -> None:
        prompt = self.mixer.prompt.strip()
        self._prompt.setText(self.tr("after “{prompt}”").format(prompt=prompt) if prompt else "")

    def _answered(self, comparison: Comparison) -> None:
        self.answer.show_answer(comparison)

    def _unanswered(self, error: StudioError) -> None:
        self.answer.say(" ".join(translated(error)).strip())

    def _show_flips(self) -> None:
        """What is not known (any more) is not shown."""
        mixer, mix = self.mixer, self.mixer.mix
        for part, row in enumerate(self.rows if mix else ()):
            flip = mixer.flips.at(mix, mixer.faders, mixer.prompt, part) if mix else None
            row.show_flip(flip.strength, flip.token) if flip else row.forget_flip()
        unknown = mixer.flips.unknown(mix, mixer.faders, mixer.prompt) if mix else ()
        self.look.setVisible(mixer.is_slow and bool(unknown) and bool(mixer.prompt.strip()))

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_view"):
            self._changed()
