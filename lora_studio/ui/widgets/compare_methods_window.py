"""Asks with which methods the present recipe is to be run, and says what each would train."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from lora_studio.core.errors import StudioError
from lora_studio.core.experiments.chosen_methods import judged, recipe_with
from lora_studio.core.methods import METHODS
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import ModelSummary, Plan
from lora_studio.ui import icons
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property, small_font
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.amounts import count, data_size
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.settings_form import translated_setting

FIRST_SIZE = (560, 500)
INDENT = 6 * GRID  # px, of a reason below its method
CHEAP = 0.5  # share of all parameters; what trains more is ticked by the person only


@dataclass
class _Line:
    """A method with what is known of it. `touched`: the person has ticked or unticked it."""

    recipe: Recipe
    box: QCheckBox
    trainable: QLabel
    memory: QLabel
    reason: QLabel
    touched: bool = False


class CompareMethodsWindow(QDialog):
    """The recipe is the session's at the moment of opening; later edits do not reach it."""

    wanted = Signal(tuple)  # of Recipe

    def __init__(self, session: Session, recipe: Recipe, model: ModelSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Methods side by side on this data"))
        self.setWindowIcon(icons.application_icon())
        self.resize(*FIRST_SIZE)
        self._session = session
        self._grid = QGridLayout()
        self._lines = {kind.name: self._line(recipe_with(kind, recipe, model)) for kind in METHODS}
        self.add_button = self._lay_out(recipe)
        self._show_count()
        for name, line in self._lines.items():
            job = partial(judged, line.recipe, model, memory=not session.run.active)
            session.asker.ask(
                job,
                partial(self._show, name),
                key=("compare methods", name),
                otherwise=partial(self._show, name),
                quiet=True,
            )

    def box(self, method: str) -> QCheckBox:
        """By the method's name."""
        return self._lines[method].box

    def reason(self, method: str) -> str:
        """Why a method is left out; empty if it can run, or is still being looked at."""
        return self._lines[method].reason.text()

    def chosen(self) -> tuple[Recipe, ...]:
        """In the order in which methods are listed."""
        return tuple(line.recipe for line in self._lines.values() if line.box.isChecked())

    # What is known

    def _show(self, name: str, found: Plan | StudioError) -> None:
        if not isValid(self):  # closed in the meantime
            return
        line = self._lines[name]
        if isinstance(found, StudioError):
            self._leave_out(line, found)
        else:
            line.box.setEnabled(True)
            line.trainable.setText(count(found.trainable, self.locale()))
            line.memory.setText(data_size(found.memory.peak, self.locale()) if found.memory else "")
            if not line.touched:
                gradients = line.recipe.method.learns_by_gradients
                line.box.setChecked(gradients and found.trainable <= CHEAP * found.total)
        self._show_count()

    def _leave_out(self, line: _Line, reason: StudioError) -> None:
        line.box.setChecked(False)
        line.box.setEnabled(False)
        for label in (line.trainable, line.memory):
            label.setText("")
        text = " ".join(filter(None, translated(reason)))
        line.reason.setText(text)
        line.reason.show()
        line.box.setAccessibleDescription(text)

    def _show_count(self) -> None:
        number = len(self.chosen())
        one, many = self.tr("&Add 1 run to the queue"), self.tr("&Add {count} runs to the queue")
        self.add_button.setText(one if number == 1 else many.format(count=self.locale().toString(number)))
        self.add_button.setEnabled(number > 0)

    def _ticked(self, line: _Line) -> None:
        line.touched = True
        self._show_count()

    def _accept(self) -> None:
        self.wanted.emit(self.chosen())
        self.accept()

    # Building

    def _lay_out(self, recipe: Recipe) -> QPushButton:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._text(recipe))
        layout.addWidget(self._list(), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        add = QPushButton(self)
        set_property(add, "role", "primary")
        add.setDefault(True)
        buttons.addButton(add, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        return add

    def _text(self, recipe: Recipe) -> QLabel:
        data = ", ".join(dataset.name for dataset in recipe.datasets)
        text = self.tr(
            "Each chosen method learns {data} with the training settings, kept rows and pinned prompts as they stand. "
            "{method} keeps the settings it has; the others get those that are usual for this model. The runs wait "
            "their turn in the queue; when all have ended, their comparison opens."
        )
        label = QLabel(text.format(data=data, method=translated_setting(recipe.method.title)), self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _list(self) -> QScrollArea:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 2 * GRID, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the boxes in it are reached by Tab
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        return area

    def _line(self, recipe: Recipe) -> _Line:
        """A row of the grid and, below it, the place for a reason."""
        if not self._grid.rowCount() > 1:
            self._make_head()
        row = self._grid.rowCount()
        method = recipe.method
        box = QCheckBox(translated_setting(method.title), self)
        box.setToolTip(translated_setting(method.summary))
        box.setEnabled(False)  # until it was looked at
        trainable, memory = self._figure("…"), self._figure("…")
        reason = self._muted("")
        reason.setContentsMargins(INDENT, 0, 0, GRID)
        reason.setWordWrap(True)
        reason.hide()
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(trainable, row, 1)
        self._grid.addWidget(memory, row, 2)
        self._grid.addWidget(reason, row + 1, 0, 1, 3)
        line = _Line(recipe, box, trainable, memory, reason)
        box.clicked.connect(lambda *_: self._ticked(line))
        return line

    def _make_head(self) -> None:
        self._grid.setColumnStretch(0, 1)
        self._grid.setHorizontalSpacing(5 * GRID)
        self._grid.setVerticalSpacing(GRID)
        for place, title in enumerate((self.tr("Method"), self.tr("Trainable"), self.tr("Memory at its peak"))):
            label = self._muted(title)
            label.setAlignment(Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(label, 1, place)

    def _figure(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setFont(tabular(label.font()))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "muted")
        label.setFont(small_font(label.font()))
        return label
