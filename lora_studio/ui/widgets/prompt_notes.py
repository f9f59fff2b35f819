"""What a model makes of the spaces in a prompt, said quietly."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lora_studio.core.data.examples import CONTROL, clean_row
from lora_studio.core.summaries import ModelSummary
from lora_studio.ui.theme import small_font

PAUSE_MS = 600  # a space that one types on one's way to the next word needs no explanation
SPACES = " \n\t"
WORD_STARTS = ("Ġ", "▁")  # how other tokenizers write the space that a token begins with


@dataclass(frozen=True, slots=True)
class Note:
    """`text` in one line; `reason` says more."""

    text: str = ""
    reason: str = ""


def reads_words(model: ModelSummary) -> bool:
    """Whether spaces only separate words, instead of being read themselves."""
    return model.family == "minigpt"


def asked(text: str, model: ModelSummary | None) -> str:
    """The prompt as it is asked and pinned: for a model that reads spaces, with all of them."""
    cleaned = clean_row(text)
    if model is None or reads_words(model) or not cleaned:
        return cleaned
    return "".join(letter if letter in SPACES else CONTROL.sub("", letter) for letter in _whole(text))


def _whole(text: str) -> str:
    """In Unicode's composed form; half a character is none."""
    return unicodedata.normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def appended(prompt: str, token: str, model: ModelSummary | None) -> str:
    """What has to be typed at the end of `prompt` to go on with `token`."""
    if model is None or reads_words(model):
        return token if not prompt or prompt.endswith(" ") else f" {token}"
    starts_a_word = token.startswith(WORD_STARTS)
    token = token[1:] if starts_a_word else token
    return f" {token}" if starts_a_word and not prompt.endswith(" ") else token


def note_on(text: str, model: ModelSummary | None) -> Note:
    """About the spaces in `text`; empty if there is nothing to tell."""
    if model is None or not text.strip():
        return Note()
    at_end, doubled = text.endswith(" "), "  " in text.strip()
    if not (at_end or doubled):
        return Note()
    if reads_words(model):
        return _of_words(at_end, doubled, model.name)
    return _of_bytes(at_end)


def _of_words(at_end: bool, doubled: bool, name: str) -> Note:
    reason = QCoreApplication.translate("Prompt", "{model} reads words; how many spaces part them makes no difference.")
    if at_end and not doubled:
        text = QCoreApplication.translate("Prompt", "The space at the end changes nothing.")
    elif doubled and not at_end:
        text = QCoreApplication.translate("Prompt", "Several spaces count as one.")
    else:
        text = QCoreApplication.translate("Prompt", "The extra spaces change nothing.")
    return Note(text, reason.format(model=name))


def _of_bytes(at_end: bool) -> Note:
    if at_end:
        return Note(
            QCoreApplication.translate("Prompt", "The space at the end is read, too: other answers follow it."),
            QCoreApplication.translate(
                "Prompt",
                "Most tokens of this model begin with their space. After a space that stands alone, it expects"
                " something else than after the word before it.",
            ),
        )
    return Note(
        QCoreApplication.translate("Prompt", "Every space is read: several are not the same as one."),
        QCoreApplication.translate("Prompt", "This model has tokens for spaces, too."),
    )


class NoteLine(QLabel):
    """One quiet line that appears when one pauses; shortened where there is no room, with everything in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small_font(self.font()))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._next = Note()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._say)

    def show_note(self, note: Note) -> None:
        """At once if there is nothing to say, or it is said already."""
        self._next = note
        if note.text and note.text != self.text():
            self._pause.start()
        else:
            self._pause.stop()
            self._say()

    def _say(self) -> None:
        if self._next.text != self.text():
            self.setText(self._next.text)
            self.setToolTip(f"{self._next.text} {self._next.reason}".strip())
            self.setAccessibleName(self._next.text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
