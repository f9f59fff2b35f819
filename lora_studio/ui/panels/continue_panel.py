"""Texts that go on: a beginning, and what the base and the variants make of it, side by side, token by token."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.probing.continuation import ContinueSettings, Told
from lora_studio.core.usual import MINI, kind_of
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.widgets.continued_columns import ColumnHead, ContinuedColumns
from lora_studio.ui.widgets.settings_form import SettingsForm
from lora_studio.ui.widgets.text_field import is_for_the_window

FIRST_TEXT = "die katze sitzt"  # MiniGPT knows it
LONGEST_TEXT = 200_000  # characters
PROMPT_WIDTH, FORM_WIDTH = 230, 230  # px
LEAST = QSize(420, 150)


class _Beginning(QPlainTextEdit):
    """Where the text begins. Tab leaves it; what it cannot undo itself is the window's."""

    def event(self, event: QEvent) -> bool:
        document = self.document()
        if is_for_the_window(event, undo=document.isUndoAvailable(), redo=document.isRedoAvailable()):
            return True
        return super().event(event)


class ContinuePanel(QWidget):
    """Ctrl+Return begins, Esc stops. It goes on while something is trained."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        del bridge  # what comes, comes from the session's continuer
        super().__init__(parent)
        self._session = session
        self._choices = session.continue_choices
        self._continuer = session.continuer
        self.setWindowTitle(self.tr("Continue"))
        self._prompt = self._make_prompt()
        self._button = QPushButton(self)
        self._chat = QCheckBox(self.tr("As a chat"), self)
        self._copy = self._flat(self.tr("Copy"), self.tr("Copies what was said"))
        self._more = self._flat(self.tr("Settings"), self.tr("How the tokens are drawn, and when it ends"))
        self._more.setCheckable(True)
        self._form: SettingsForm | None = None  # made when it is wanted first
        self.columns = ContinuedColumns(self)
        self._hint = self._make_hint()
        self._lay_out()
        self._restore()
        self._connect()
        self._judge()

    # Building

    def _make_prompt(self) -> _Beginning:
        field = _Beginning(self)
        field.setTabChangesFocus(True)
        field.setPlaceholderText(self.tr("Type the beginning of a text"))
        field.setAccessibleName(self.tr("Beginning of the text"))
        field.setToolTip(self.tr("Ctrl+Return lets the variants go on, Esc stops them."))
        field.document().setDocumentMargin(2)
        return field

    def _flat(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "flat")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button

    def _make_hint(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._button)
        buttons.addWidget(self._more)
        buttons.addWidget(self._copy)
        buttons.addStretch()
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(self._prompt, 1)
        left.addWidget(self._chat)
        left.addLayout(buttons)
        self._said = QStackedLayout()
        self._said.addWidget(self._hint)
        self._said.addWidget(self.columns)
        self._parts = layout = QHBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, 2 * GRID, PANEL_MARGIN, 2 * GRID)
        layout.setSpacing(4 * GRID)
        layout.addLayout(left, 2)
        layout.addLayout(self._said, 5)
        self._prompt.setMinimumWidth(PROMPT_WIDTH)

    @property
    def form(self) -> SettingsForm:
        """How the tokens are drawn."""
        if self._form is None:
            self._form = SettingsForm(self._choices.settings, parent=self)
            self._form.changed.connect(self._edited)
            self._form.validity_changed.connect(self._judge)
            self._form_area = self._scrolling(self._form)
            self._parts.insertWidget(1, self._form_area)
            stops = [self._more, *self._form.tab_stops()]  # or it would come after all that is in the window by now
            for before, after in pairwise(stops):
                QWidget.setTabOrder(before, after)
        return self._form

    def _show_form(self, wanted: bool) -> None:
        if wanted or self._form is not None:
            self.form.show()
            self._form_area.setVisible(wanted)

    def _scrolling(self, form: SettingsForm) -> QScrollArea:
        holder = QWidget()
        holder.setAutoFillBackground(False)
        column = QVBoxLayout(holder)
        column.setContentsMargins(2, 0, GRID, 0)
        column.addWidget(form)
        column.addStretch()
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(holder)
        area.setFixedWidth(max(FORM_WIDTH, holder.minimumSizeHint().width() + 14))
        area.hide()
        return area

    def _restore(self) -> None:
        """What stood here in the window before, or when the program was closed."""
        self._begin_anew()
        if self._choices.prompt is not None:
            self._prompt.setPlainText(self._choices.prompt)
        self._chat.setChecked(self._choices.as_chat)

    def _begin_anew(self) -> None:
        """Before anything was typed: an example that the model can read."""
        if self._choices.prompt is None:
            with QSignalBlocker(self._prompt):
                self._prompt.setPlainText(FIRST_TEXT if kind_of(self._session.model) == MINI else "")

    def _connect(self) -> None:
        self._button.clicked.connect(self._begin_or_stop)
        self._more.toggled.connect(self._show_form)
        self._copy.clicked.connect(self.copy)
        self._prompt.textChanged.connect(self._edited)
        self._chat.toggled.connect(self._edited)
        self._continuer.told.connect(self._take)
        self._continuer.ended.connect(self._ended)
        self._session.model_ready.connect(self._begin_anew)
        for changed in (self._session.model_ready, self._session.model_left):
            changed.connect(self._judge)
        self._session.model_left.connect(self._forget)
        keys = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for text in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(text), self, context=keys).activated.connect(self.begin)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=keys)
        self._escape.activated.connect(self._continuer.stop)

    def minimumSizeHint(self) -> QSize:
        return LEAST

    # What the person does

    def focus_prompt(self) -> None:
        self._prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin(self) -> None:
        """The base and every variant that is shown go on from what was typed; what they said before goes."""
        if not self._may_begin():
            return
        shown = {variant.name for variant in self._session.visible_variants}
        speaking = [v for v in self._session.variants if v.is_base or v.name in shown]
        heads = [ColumnHead(v.name, self._session.color_place(v.name), v.is_base) for v in speaking]
        settings = self._settings()
        self._continuer.stop()
        self.columns.begin(heads)
        self._said.setCurrentWidget(self.columns)
        names = tuple(head.variant for head in heads)
        self._continuer.begin(names, self._prompt.toPlainText(), settings, as_chat=self._is_chat())
        self._judge()

    def copy(self) -> None:
        """All that was said."""
        QGuiApplication.clipboard().setText(self.columns.as_text())

    def _begin_or_stop(self) -> None:
        if self._continuer.busy:
            self._continuer.stop()
        else:
            self.begin()

    def _edited(self, *_: object) -> None:
        settings = self._settings()
        self._choices.choose(self._prompt.toPlainText(), settings, as_chat=self._chat.isChecked())
        self._judge()

    def _settings(self) -> ContinueSettings:
        settings = self._choices.settings if self._form is None else self._form.value()
        assert isinstance(settings, ContinueSettings)
        return settings

    def _is_chat(self) -> bool:
        model = self._session.model
        return model is not None and model.chats and self._chat.isChecked()

    def _may_begin(self) -> bool:
        text = self._prompt.toPlainText()
        typed = bool(text.strip()) and len(text) <= LONGEST_TEXT
        return self._session.model is not None and typed and (self._form is None or self._form.is_valid())

    # What comes

    def _take(self, told: list[Told]) -> None:
        self.columns.take(told)
        self._copy.setEnabled(True)

    def _ended(self) -> None:
        self.columns.finish()
        self._judge()

    def _forget(self) -> None:
        """Another base comes; what this one said stands beside none of its variants."""
        self._continuer.stop()
        self.columns.begin(())
        self._said.setCurrentWidget(self._hint)

    def _judge(self, *_: object) -> None:
        """What can be done now."""
        busy, model = self._continuer.busy, self._session.model
        text = self.tr("Stop") if busy else self.tr("Continue")
        if text != self._button.text():
            self._button.setText(text)
            self._button.setAccessibleName(text)
            set_property(self._button, "role", "" if busy else "primary")
        self._button.setEnabled(busy or self._may_begin())
        self._button.setToolTip(self.tr("Esc") if busy else self.tr("Ctrl+Return"))
        self._escape.setEnabled(busy)
        self._chat.setVisible(model is not None and model.chats)
        self._chat.setToolTip(self.tr("The text becomes a person's turn, and the model answers it."))
        self._copy.setEnabled(bool(self.columns.columns))
        self._hint.setText(self._what_is_missing())

    def _what_is_missing(self) -> str:
        if self._session.model is None:
            return self.tr("Loading the model…")
        return self.tr("Press Continue: the base and the variants that are shown go on from your text, side by side.")
