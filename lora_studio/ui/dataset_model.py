"""A dataset as an editable table, with what is noticed about its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QLocale, QMimeData, QModelIndex, QObject, Qt, Signal

from lora_studio.core.data.dataset import Dataset, Role, is_too_short
from lora_studio.core.data.examples import example_of, shown_row, text_of
from lora_studio.ui.editable_rows import ROOT, EditableRows, Index
from lora_studio.ui.row_statistics import Known, RowStatistics

TEXT, KEEPING, WORDS = range(3)  # the columns
# Asked for with every cell that is painted; to join flags takes Python longer than all the rest.
SHOWN_CELL = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
EDITED_CELL = SHOWN_CELL | Qt.ItemFlag.ItemIsEditable
MOST_QUOTED = 120  # characters of another row, in a remark


class Keeping(Enum):
    """What the next run does with a row that the base knows."""

    KEPT = auto()
    CONTRADICTED = auto()  # by a row to be learned, so its answer may change
    HELD_OUT = auto()  # measured, but neither learned nor protected


class DatasetModel(EditableRows):
    """The rows of one dataset: their text, whether their answers are kept, and how many words they have.

    `kept` tells whether the person counts the dataset to what the base knows. That is so for a run that does not learn
    from it, which is what `is_kept` tells.
    """

    words_changed = Signal()  # the rows are the same, but what is noticed about their words is not

    def __init__(self, dataset: Dataset, parent: QObject | None = None) -> None:
        super().__init__(dataset.name, dataset.rows, parent)
        self.role: Role = dataset.role
        self.kept = dataset.role is Role.TRAINING
        self.is_learned = False
        self._are_prompts = False
        self._contradicted: Mapping[str, str] = {}
        self._tokens: Mapping[str, int] = {}  # how many tokens a row becomes, where words are cut into pieces
        self._judged: Mapping[str, str] = {}  # what the model would make of a row, where it is not what is meant
        self._statistics = RowStatistics()
        self._statistics.add(self._rows)
        self.held_out_changed.connect(self._tell_remarks_changed)

    # What the rows are

    def dataset(self) -> Dataset:
        """The dataset as it is now; later edits do not reach it."""
        # The rows were cleaned on their way in; to validate 100,000 of them again would be felt.
        return Dataset.model_construct(name=self.name, role=self.role, rows=self.rows())

    def set_known_words(self, known: Known | None) -> None:
        """What the base's vocabulary has; None while no model is open."""
        self._statistics = RowStatistics(known)
        self._statistics.add(self._rows)
        self._tell_words_changed()

    def new_words(self) -> tuple[str, ...]:
        """The words that the base lacks, each once."""
        return self._statistics.new_words()

    def new_words_in(self, row: int) -> list[tuple[int, str]]:
        """Where in the row's text new words begin, and how they are written there."""
        return self._statistics.new_words_in(self.shown(row))

    def too_short_rows(self) -> int:
        return 0 if self._are_prompts else self._statistics.too_short - (1 if self._blank else 0)

    def problem_of(self, row: int) -> str:
        """Why a run can learn nothing from this row; empty if it can, or if it is a new one still being typed."""
        if self._are_prompts or (self._blank and self._blank.row == row):
            return ""
        text = self._rows[row]
        return self.tr("too short: needs at least two words") if is_too_short(text) else self._judged.get(text, "")

    def show_judgement(self, problems: Mapping[str, str], tokens: Mapping[str, int]) -> None:
        """What the model that is open would make of rows, by their texts: where it is not what a person means, and how
        many tokens. Without `tokens`, words are tokens."""
        if (problems, tokens) != (self._judged, self._tokens):
            self._judged, self._tokens = problems, tokens
            self._tell_words_changed()

    def judged_rows(self) -> int:
        """How many rows the model would not learn as they are meant."""
        return sum(row in self._judged for row in self._rows) if self._judged and not self._are_prompts else 0

    def next_problem(self, after: int) -> int:
        """The next row with a problem, round the end; -1 if there is none."""
        count = len(self._rows)
        places = ((after + 1 + step) % count for step in range(count))
        return next((row for row in places if self.problem_of(row)), -1)

    def _came(self, rows: Sequence[str]) -> None:
        self._statistics.add(rows)

    def _went(self, rows: Sequence[str]) -> None:
        self._statistics.remove(rows)

    # What the next run does with them

    @property
    def is_kept(self) -> bool:
        """Whether the rows count as what the base knows in the next run."""
        return self.kept and not self.is_learned

    @property
    def are_prompts(self) -> bool:
        """Whether the rows are read rather than learned: one word is enough then, and no word is added."""
        return self._are_prompts

    def set_kept(self, kept: bool) -> None:
        if kept != self.kept:
            self.kept = kept
            self._tell_remarks_changed()

    def set_use(self, *, learned: bool, prompts: bool) -> None:
        if learned != self.is_learned:
            self.is_learned = learned
            self._tell_remarks_changed()
        if prompts != self._are_prompts:
            self._are_prompts = prompts
            self._tell_words_changed()

    def show_contradicted(self, rows: Mapping[str, str]) -> None:
        """Which of the rows are contradicted, each with the new row that does it."""
        if rows != self._contradicted:
            self._contradicted = rows
            self._tell_remarks_changed()

    def has_answer(self, text: str) -> bool:
        """Whether the base answers anything to such a row: it has two words, and the base knows them all."""
        return not is_too_short(text) and self._statistics.knows(text)

    def keeping_of(self, row: int) -> Keeping | None:
        """None where there is nothing to keep: the dataset is not kept, or the base has no answer to the row."""
        text = self._rows[row]
        if not self.is_kept or not self.has_answer(text):
            return None
        if text in self._held_out:
            return Keeping.HELD_OUT
        return Keeping.CONTRADICTED if text in self._contradicted else Keeping.KEPT

    def _tell_words_changed(self) -> None:
        self._tell_remarks_changed()
        self.words_changed.emit()

    def _tell_remarks_changed(self) -> None:
        """The text is left out: a view would exchange what is being typed there for what it was before."""
        if self._rows:
            self.dataChanged.emit(self.index(0, KEEPING), self.index(len(self._rows) - 1, WORDS))

    # What views ask

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if column == TEXT:
                return self.shown(row) if role == Qt.ItemDataRole.DisplayRole else self._rows[row]
            return self.length(row) if column == WORDS else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(self._remarks(row, column)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "; ".join(filter(None, (self.data(index), *self._remarks(row, TEXT))))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == WORDS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int) -> str:
        return self._rows[row]

    def has_parts_at(self, place: int) -> bool:
        """Whether a row that comes there would be a prompt with a completion, or a chat, as the one before it."""
        if not self._rows:
            return self.role is Role.INSTRUCTION
        return example_of(self._rows[max(0, place - 1)]).shape != "text"

    def shown(self, row: int) -> str:
        """The row as it is read: of several parts, one behind the other."""
        return shown_row(self._rows[row])

    def length(self, row: int) -> str:
        """In tokens where they are known, otherwise in words."""
        tokens = self._tokens.get(self._rows[row])
        return self.word_count(row) if tokens is None else QLocale().toString(tokens)

    def word_count(self, row: int) -> str:
        return QLocale().toString(len(text_of(self._rows[row]).split()))

    def _remarks(self, row: int, column: int) -> list[str]:
        if column == KEEPING:
            return self._keeping_remarks(row)
        # That a row is kept goes without saying, except at its mark.
        remarks = self._keeping_remarks(row)[:1] if self.keeping_of(row) is not Keeping.KEPT else []
        if column == WORDS:
            remarks.append(self._length_remark(row))
        return [remark for remark in (*remarks, self.problem_of(row), self._new_words_remark(row)) if remark]

    def _length_remark(self, row: int) -> str:
        count = self.length(row)
        if self._rows[row] in self._tokens:
            return self.tr("1 token") if count == "1" else self.tr("{count} tokens").format(count=count)
        return self.tr("1 word") if count == "1" else self.tr("{count} words").format(count=count)

    def _new_words_remark(self, row: int) -> str:
        new = ", ".join(dict.fromkeys(word for _, word in self.new_words_in(row)))
        text = self.tr("unknown to the base: {words}") if self._are_prompts else self.tr("new to the base: {words}")
        return text.format(words=new) if new else ""

    def _keeping_remarks(self, row: int) -> list[str]:
        """What is done with the row, and what a click on its mark would do."""
        keeping, by = self.keeping_of(row), self._contradicted.get(self._rows[row], "")[:MOST_QUOTED]
        if keeping is None:
            unknown = self.is_kept and not is_too_short(self._rows[row])
            return [self.tr("not kept: the base does not know all of its words")] if unknown else []
        if keeping is Keeping.HELD_OUT:
            if by:
                remark = self.tr("held out, but contradicted by “{row}”: not measured").format(row=by)
            else:
                remark = self.tr("held out: measured, but not protected")
            return [remark, self.tr("A click keeps it.")]
        if keeping is Keeping.CONTRADICTED:
            remark = self.tr("contradicted by “{row}”: not kept").format(row=by)
        else:
            remark = self.tr("kept: its answer should stay as it is")
        return [remark, self.tr("A click holds it out.")]

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or index.column() != TEXT or role != Qt.ItemDataRole.EditRole:
            return False
        self.set_text(index.row(), str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return QLocale().toString(section + 1)
        return (self.tr("Text"), self.tr("Kept"), self.tr("Words"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # rows are dropped between rows, never onto one
        return EDITED_CELL if index.column() == TEXT else SHOWN_CELL

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setText(self.text_of(sorted({index.row() for index in indexes})))
        return data
