"""Asks what a file's columns mean, with the rows that would come of it, or what is to become of records without one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.data.examples import shown_row
from lora_studio.core.data.file_formats.layouts import ColumnMapping, Layout
from lora_studio.core.data.file_formats.reading import Imported, iter_dataset
from lora_studio.core.data.problems import RowProblem
from lora_studio.core.errors import StudioError
from lora_studio.ui import icons
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.companion_window import CompanionWindow
from lora_studio.ui.widgets.sections import Heading

FIRST_SIZE = (640, 460)
PREVIEWED = 50  # records
MOST_PROBLEMS = 200  # that are listed
TEXT, COMPLETION = range(2)  # what the columns may mean


class ImportWindow(CompanionWindow):
    """Holds nothing up. `accepted` brings how the file is to be read; whatever gives no row is left out then."""

    accepted = Signal(object)  # Layout | ColumnMapping

    def __init__(
        self, path: Path, layout: Layout, problems: Sequence[RowProblem] = (), rows: int = 0,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """With a known layout it shows the `problems` beside so many good `rows`; otherwise it asks for the columns."""
        super().__init__(FIRST_SIZE, parent)
        self.setWindowTitle(self.tr("Import {file}").format(file=path.name))
        self._path, self._layout = path, layout
        self.columns = ColumnChoice(layout.columns, layout.samples, self)
        self.columns.setVisible(not layout.is_known)
        self.columns.changed.connect(self._preview)
        self._heading = Heading("", self)
        self.list = QListWidget(self)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(16, 16))
        self.explanation = QLabel(self)
        self.explanation.setProperty("role", "muted")
        self.explanation.setWordWrap(True)
        self.import_button = QPushButton(self.tr("Import"), self)
        self.import_button.setProperty("role", "primary")
        self.import_button.clicked.connect(self._accept)
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.close)
        self._lay_out()
        for keys in ("Return", "Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._press)
        if layout.is_known:
            self._show_problems(problems, rows)
            self.import_button.setFocus()
        else:
            self.explanation.setText(self.tr("Tell which columns hold what is to be learned."))
            self._preview()

    # What is shown

    def _preview(self) -> None:
        """The first rows as they would be, with what is wrong where none comes of a record."""
        self._heading.setText(self.tr("The first rows"))
        self.list.setAccessibleName(self._heading.text())
        self.list.clear()
        mapping = self.columns.mapping()
        found: list[Imported] = []
        if mapping is not None:
            try:
                found = list(islice(iter_dataset(self._path, mapping, skip_bad=True), PREVIEWED))
            except StudioError as error:
                self.explanation.setText("\n".join(filter(None, translated(error))))
        for record in found:
            self._add(self._told(record.problem) if record.problem else shown_row(record.row), bad=bool(record.problem))
        self.import_button.setEnabled(any(not record.problem for record in found))

    def _show_problems(self, problems: Sequence[RowProblem], rows: int) -> None:
        number = self.locale().toString
        self._heading.setText(self.tr("Records without a row"))
        self.list.setAccessibleName(self._heading.text())
        text = self.tr("{bad} of {all} records give no row. They are left out if you go on.")
        if len(problems) == 1:
            text = self.tr("1 of {all} records gives no row. It is left out if you go on.")
        self.explanation.setText(text.format(bad=number(len(problems)), all=number(len(problems) + rows)))
        for problem in problems[:MOST_PROBLEMS]:
            self._add(self._told(problem), bad=True)
        if len(problems) > MOST_PROBLEMS:
            self._add(self.tr("… and {count} more").format(count=number(len(problems) - MOST_PROBLEMS)), bad=False)
        self.import_button.setText(self.tr("Import the others"))

    def _add(self, text: str, *, bad: bool) -> None:
        item = QListWidgetItem(text, self.list)
        item.setToolTip(text)
        if bad:
            item.setIcon(icons.icon("warning", self, "warning"))

    def _told(self, problem: RowProblem) -> str:
        reasons = {
            "empty": self.tr("it is empty"),
            "no completion": self.tr("it has no completion"),
            "too long": self.tr("it is too long for a row"),
            "not a string": self.tr("“{text}” is not a text"),
            "bad JSON": self.tr("it is not valid JSON"),
            "no such column": self.tr("it has no “{text}”"),
            "unknown role": self.tr("“{text}” is no role that is known"),
            "half a character": self.tr("it holds half a character"),
        }
        reason = reasons[problem.kind].format(text=problem.text)
        return self.tr("Line {line}: {reason}").format(line=self.locale().toString(problem.line), reason=reason)

    # Ending

    def _press(self) -> None:
        """Enter presses the button that has the keyboard, and Import from everywhere else."""
        (self.cancel_button if self.cancel_button.hasFocus() else self.import_button).click()

    def _accept(self) -> None:
        how = self._layout if self._layout.is_known else self.columns.mapping()
        if how is not None:
            self.accepted.emit(how)
            self.close()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.import_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * PANEL_MARGIN] * 4)
        column.setSpacing(2 * GRID)
        column.addWidget(self.explanation)
        column.addWidget(self.columns)
        column.addWidget(self._heading)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)


class ColumnChoice(QWidget):
    """Which columns hold the text, or the prompt and the completion."""

    changed = Signal()

    def __init__(self, columns: Sequence[str], samples: Sequence[Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.meaning = QComboBox(self)
        self.meaning.addItems([self.tr("Texts"), self.tr("Prompts and completions")])
        self.meaning.setAccessibleName(self.tr("What the rows are"))
        self.text = self._column(self.tr("Text"), columns)
        self.prompt = self._column(self.tr("Prompt"), columns)
        self.completion = self._column(self.tr("Completion"), columns)
        self.system = self._column(self.tr("System message"), columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.meaning, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines = [self._line(box) for box in (self.text, self.prompt, self.completion, self.system)]
        for line in self._lines:
            column.addWidget(line)
        self._guess(columns, samples)
        for box in (self.meaning, self.text, self.prompt, self.completion, self.system):
            box.currentIndexChanged.connect(self._changed)
        self._show_lines()

    def mapping(self) -> ColumnMapping | None:
        """None while no column with what is learned is chosen."""
        names = [box.currentData() for box in (self.text, self.prompt, self.completion, self.system)]
        if self.meaning.currentIndex() == TEXT:
            return ColumnMapping(text=names[0]) if names[0] else None
        return ColumnMapping(prompt=names[1], completion=names[2], system=names[3]) if names[2] else None

    def _guess(self, columns: Sequence[str], samples: Sequence[Sequence[str]]) -> None:
        """Where there is most to read are the text, or question and answer in the order of the columns."""
        lengths = [sum(len(sample[place]) for sample in samples) for place in range(len(columns))]
        longest = sorted(range(len(columns)), key=lambda place: -lengths[place])
        question, answer = sorted(longest[:2]) if len(columns) > 1 else (-1, -1)
        self.meaning.setCurrentIndex(COMPLETION if len(columns) > 1 else TEXT)
        self.text.setCurrentIndex(longest[0] + 1 if longest else 0)
        self.prompt.setCurrentIndex(question + 1)
        self.completion.setCurrentIndex(answer + 1)

    def _changed(self) -> None:
        self._show_lines()
        self.changed.emit()

    def _show_lines(self) -> None:
        texts = self.meaning.currentIndex() == TEXT
        for line, shown in zip(self._lines, (texts, not texts, not texts, not texts), strict=True):
            line.setVisible(shown)

    def _column(self, name: str, columns: Sequence[str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.addItem(self.tr("none"), "")
        for column in columns:
            box.addItem(column, column)
        return box

    def _line(self, box: QComboBox) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(box.accessibleName(), line)
        label.setMinimumWidth(30 * GRID)
        row.addWidget(label)
        row.addWidget(box, 1)
        return line
