"""Below the rows: how many there are, what is new to the base, what is wrong, and what just happened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.icons import pixmap
from lora_studio.ui.theme import GRID, small_font

WORDS_SHOWN = 8


class DataFooter(QWidget):
    """Lines that appear only when they have something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.locked = self._line("warning", self.tr("Warning"))
        self.locked.hide()
        self.summary = self._line("muted", self.tr("Summary of the rows"))
        self.warning = self._line("warning", self.tr("Warning"))
        self.notice = self._line("muted", self.tr("What happened"))
        self.undo = QPushButton(self.tr("Undo"), self)
        self.undo.setProperty("role", "flat")
        self.undo.setAccessibleName(self.tr("Undo what happened"))
        self.undo.clicked.connect(self._undo_notice)
        self._mark = QLabel(self)
        self.next_problem = QPushButton(self.tr("Show"), self)
        self.next_problem.setProperty("role", "flat")
        self.next_problem.setAccessibleName(self.tr("Show the next row with a problem"))
        self.next_problem.setToolTip(self.next_problem.accessibleName())
        self._take_back: Callable[[], None] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.locked)
        column.addWidget(self.summary)
        column.addLayout(_row(self._mark, self.warning, self.next_problem))
        column.addLayout(_row(self.notice, self.undo))
        self.show_dataset(None)
        self.show_notice("")

    def say_locked(self, reason: str) -> None:
        """As long as the window stands."""
        _say(self.locked, reason)

    def show_dataset(self, dataset: DatasetModel | None) -> None:
        _say(self.summary, "" if dataset is None else " · ".join(self._parts(dataset)))
        _say(self.warning, "" if dataset is None else self._problems(dataset))
        self._mark.setVisible(bool(self.warning.text()))
        self.next_problem.setVisible(bool(self.warning.text()))

    def show_notice(self, text: str, take_back: Callable[[], None] | None = None) -> None:
        """Says what just happened, with a button that takes it back where that is possible."""
        _say(self.notice, text)
        self._take_back = take_back
        self.undo.setVisible(take_back is not None)

    def forget_notice(self) -> None:
        """Drops a notice that is out of date after an edit; one that offers to undo something stays."""
        if self._take_back is None:
            self.show_notice("")

    def _undo_notice(self) -> None:
        take_back = self._take_back
        self.show_notice("")
        if take_back:
            take_back()

    def _parts(self, dataset: DatasetModel) -> list[str]:
        words = dataset.new_words()
        said = self._unknown_words(words) if dataset.are_prompts else self._new_words(words)
        return [self._rows(dataset.rowCount()), *([said] if words else [])]

    def _rows(self, count: int) -> str:
        return self.tr("1 row") if count == 1 else self.tr("{count} rows").format(count=QLocale().toString(count))

    def _new_words(self, words: tuple[str, ...]) -> str:
        text = self.tr("1 new word: {words}") if len(words) == 1 else self.tr("{count} new words: {words}")
        return _listed(text, words)

    def _unknown_words(self, words: tuple[str, ...]) -> str:
        if len(words) == 1:
            return _listed(self.tr("1 word that the base does not know: {words}"), words)
        return _listed(self.tr("{count} words that the base does not know: {words}"), words)

    def _problems(self, dataset: DatasetModel) -> str:
        parts = (self._too_short(dataset.too_short_rows()), self._judged(dataset.judged_rows()))
        return " ".join(part for part in parts if part)

    def _judged(self, count: int) -> str:
        """What the model would make of rows is said at each of them."""
        if count <= 1:
            return self.tr("1 row would not be learned as it stands.") if count else ""
        text = self.tr("{count} rows would not be learned as they stand.")
        return text.format(count=QLocale().toString(count))

    def _too_short(self, count: int) -> str:
        if not count:
            return ""
        if count == 1:
            return self.tr("1 row is too short: it needs at least two words.")
        text = self.tr("{count} rows are too short: they need at least two words.")
        return text.format(count=QLocale().toString(count))

    def _line(self, role: str, name: str) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", role)
        label.setAccessibleDescription(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(small_font(self.font()))
        return label

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "_mark"):
            self._mark.setPixmap(pixmap("warning", self, tint="warning"))

    def showEvent(self, event: object) -> None:
        self._mark.setPixmap(pixmap("warning", self, tint="warning"))


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _listed(text: str, words: tuple[str, ...]) -> str:
    shown = ", ".join(words[:WORDS_SHOWN]) + (", …" if len(words) > WORDS_SHOWN else "")
    return text.format(count=QLocale().toString(len(words)), words=shown)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLabel) and widget.wordWrap() else 0)
        row.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
    return row
