"""A window in which an example is written that has more than one line: a text, a prompt with its completion, a chat."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.data.examples import Example, Shape, Speaker, Turn
from lora_studio.ui.theme import GRID, PANEL_MARGIN, small_font
from lora_studio.ui.widgets.companion_window import CompanionWindow
from lora_studio.ui.widgets.row_tools import small_button

FIRST_SIZE = (560, 480)
LINES = 4  # of a field that is empty
ROLES: tuple[Speaker, ...] = ("system", "user", "assistant")
SHAPES: tuple[Shape, ...] = ("text", "completion", "messages")
TEXT, COMPLETION, CHAT = range(3)  # their places


class ExampleEditor(CompanionWindow):
    """Holds nothing up. `accepted` brings the example; closing the window in another way leaves all as it was."""

    accepted = Signal(object)  # Example
    closed = Signal()

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(FIRST_SIZE, parent)
        self.setWindowTitle(self.tr("Example"))
        self.shape = QComboBox(self)
        self.shape.setAccessibleName(self.tr("Form of the example"))
        self.shape.addItems([self.tr("Text"), self.tr("Prompt and completion"), self.tr("Conversation")])
        self.turns: list[TurnField] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(3 * GRID)
        self.add_button = QPushButton(self.tr("Add turn"), self)
        self.add_button.setProperty("role", "flat")
        self.add_button.clicked.connect(self._add_turn)
        self._problem = QLabel(self)
        self._problem.setProperty("role", "muted")
        self._problem.setWordWrap(True)
        self.save_button = QPushButton(self.tr("Save"), self)
        self.save_button.setProperty("role", "primary")
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.close)
        self._lay_out()
        self._show_example(example)
        self.shape.currentIndexChanged.connect(self._shape_chosen)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save)
        self.save_button.setToolTip(self.tr("Ctrl+Return"))
        self._begun_with = self.example()
        self._warned = False  # that what was written would be lost

    def example(self) -> Example:
        """What has been written so far."""
        turns = tuple(field.turn() for field in self._shown() if field.is_wanted())
        return Example(turns, SHAPES[self.shape.currentIndex()])

    def leave(self) -> None:
        """Esc is pressed too easily to throw away at once what has been written."""
        if self._warned or self.example() == self._begun_with:
            self.close()
            return
        self._warned = True
        self._problem.setText(self.tr("Not saved yet. Esc once more leaves it as it was."))
        self._problem.show()

    def save(self) -> None:
        if self._flaw():
            self._judge()
            return
        self.accepted.emit(self.example())
        self.close()

    # Turns

    def _show_example(self, example: Example) -> None:
        with QSignalBlocker(self.shape):
            self.shape.setCurrentIndex(SHAPES.index(example.shape))
        for turn in example.turns:
            self._add(turn)
        self._fill_up()
        self._show_shape()
        fields = self._shown()
        next((field for field in fields if not field.text.toPlainText()), fields[0]).take_focus()

    def _fill_up(self) -> None:
        """Each shape has the fields that it needs. What was written in another stays where it is, out of sight."""
        there = [field.role() for field in self.turns]
        wanted: tuple[Speaker, ...] = ("text",) if self.shape.currentIndex() == TEXT else ("user", "assistant")
        for role in wanted:
            if role not in there:
                self._add(Turn(role, "", role != "user"))

    def _shown(self) -> list[TurnField]:
        """The fields that the shape has: of a completion the first question and the first answer."""
        shape = self.shape.currentIndex()
        if shape == CHAT:
            return [field for field in self.turns if field.role() != "text"]
        wanted = ("text",) if shape == TEXT else ("user", "assistant")
        return [next(field for field in self.turns if field.role() == role) for role in wanted]

    def _add_turn(self) -> None:
        field = self._add(Turn(self._next_role(), "", learned=False))
        self._show_shape()
        field.take_focus()

    def _add(self, turn: Turn) -> TurnField:
        field = TurnField(turn, self)
        field.edited.connect(self._judge)
        field.removal_wanted.connect(self._remove)
        self.turns.append(field)
        self._column.addWidget(field)
        return field

    def _remove(self, field: TurnField) -> None:
        self.turns.remove(field)
        self._column.removeWidget(field)
        field.deleteLater()
        self._fill_up()
        self._show_shape()

    def _next_role(self) -> Speaker:
        return "assistant" if self.turns and self.turns[-1].role() == "user" else "user"

    def _shape_chosen(self) -> None:
        self._fill_up()
        self._show_shape()

    def _show_shape(self) -> None:
        chat, shown = self.shape.currentIndex() == CHAT, self._shown()
        for field in self.turns:
            field.setVisible(field in shown)
            field.show_as(chat=chat, removable=chat and len(shown) > 1)
        self.add_button.setVisible(chat)
        self._judge()

    # What keeps it from being saved

    def _judge(self) -> None:
        self._warned = False
        flaw = self._flaw()
        self._problem.setText(flaw)
        self._problem.setVisible(bool(flaw))
        self.save_button.setEnabled(not flaw)

    def _flaw(self) -> str:
        turns = self.example().turns
        if self.shape.currentIndex() == TEXT:
            return "" if any(turn.text.strip() for turn in turns) else self.tr("There is no text yet.")
        if not any(turn.learned and turn.text.strip() for turn in turns):
            return self.tr("Without an answer there is nothing to learn.")
        return ""

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _lay_out(self) -> None:
        inner = QWidget(self)
        stretch = QVBoxLayout(inner)
        stretch.setContentsMargins(0, 0, 2 * GRID, 0)
        stretch.addLayout(self._column)
        stretch.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        stretch.addStretch(1)
        area = QScrollArea(self)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        buttons = QHBoxLayout()
        buttons.addWidget(self._problem, 1)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * PANEL_MARGIN] * 4)
        column.setSpacing(3 * GRID)
        column.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(area, 1)
        column.addLayout(buttons)


class TurnField(QWidget):
    """One part: who says it, and what."""

    edited = Signal()
    removal_wanted = Signal(object)  # itself

    def __init__(self, turn: Turn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_text = turn.role == "text"
        self._label = QLabel(self)
        self._label.setFont(small_font(self.font()))
        self._role = QComboBox(self)
        self._role.setAccessibleName(self.tr("Who says it"))
        self._role.addItems([self.tr("System"), self.tr("User"), self.tr("Assistant")])
        self._role.setCurrentIndex(0 if turn.role == "text" else ROLES.index(turn.role))
        self._role.currentIndexChanged.connect(self._show_name)
        self._role.currentIndexChanged.connect(self.edited)
        self.remove_button: QToolButton = small_button(
            self, "remove", self.tr("Remove turn"), lambda: self.removal_wanted.emit(self)
        )
        self.text = QPlainTextEdit(turn.text, self)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * LINES + 4 * GRID)
        self.text.textChanged.connect(self.edited)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._label)
        head.addWidget(self._role)
        head.addStretch(1)
        head.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.text)
        self._show_name()

    def role(self) -> Speaker:
        return "text" if self._is_text else ROLES[self._role.currentIndex()]

    def turn(self) -> Turn:
        return Turn(self.role(), self.text.toPlainText(), learned=self.role() in ("text", "assistant"))

    def is_wanted(self) -> bool:
        """An empty system message is none; a question and an answer belong together even if one says nothing."""
        return bool(self.text.toPlainText()) or self.role() != "system"

    def show_as(self, *, chat: bool, removable: bool) -> None:
        """In a conversation roles are chosen; a prompt and a completion are called so."""
        self._role.setVisible(chat)
        self._label.setVisible(not chat)
        self.remove_button.setVisible(removable)
        self._show_name()

    def take_focus(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_name(self) -> None:
        names = {"text": self.tr("Text"), "system": self.tr("System")}
        names |= {"user": self.tr("Prompt"), "assistant": self.tr("Completion")}
        self._label.setText(names[self.role()])
        self.text.setAccessibleName(names[self.role()])
