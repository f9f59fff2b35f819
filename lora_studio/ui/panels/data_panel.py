"""The datasets: which ones the next run trains on, what is kept, and their rows to edit, import and export."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoGroup, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from lora_studio.core.errors import DataError
from lora_studio.ui.dataset_files import DatasetFiles
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.dataset_removal import DatasetRemoval, bring_back
from lora_studio.ui.row_judge import RowJudge
from lora_studio.ui.theme import GRID, PANEL_MARGIN
from lora_studio.ui.widgets.data_footer import DataFooter
from lora_studio.ui.widgets.dataset_list import DatasetList
from lora_studio.ui.widgets.dataset_menu import BUILTIN, Act, DatasetMenu
from lora_studio.ui.widgets.empty_hint import EmptyHint
from lora_studio.ui.widgets.example_windows import ExampleWindows
from lora_studio.ui.widgets.find_field import FindField
from lora_studio.ui.widgets.groups_line import GroupsLine
from lora_studio.ui.widgets.row_table import RowTable, not_editable
from lora_studio.ui.widgets.row_tools import RowTools, small_button
from lora_studio.ui.widgets.sections import Hairline, Heading

if TYPE_CHECKING:
    from lora_studio.ui.bridge import Bridge
    from lora_studio.ui.session import Session
    from lora_studio.ui.widgets.first_batch_window import FirstBatchWindow


class DataPanel(DatasetFiles):
    """Shows the session's datasets. `undo_group` has one stack a dataset; the shown one's is active."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.undo_group = QUndoGroup(self)
        self._watched: list[DatasetModel] = []
        self._ticking = False  # whether a tick is being set here
        self._ticked = session.selected
        self.first_batch: FirstBatchWindow | None = None  # as long as it is open
        self._removal: DatasetRemoval | None = None  # the last one, as long as it can be taken back
        self._listed_last = False  # whether the last thing done here was done to the list of datasets
        self.undo_group.addStack(session.undo_stack)
        self._make_parts()
        self._lay_out()
        self._connect()
        if session.read_only:
            self._lock()
        self._show_datasets()
        self._show_groups()
        self._choose_first()

    # Building

    def _make_parts(self) -> None:
        self.dataset_list = DatasetList(self)
        self._groups_line = GroupsLine(self)
        self.groups, self.swap_button = self._groups_line.text, self._groups_line.swap_button
        self.table = RowTable(self)
        self.examples = ExampleWindows(self.table)
        self.find_field = FindField(self.table, self)
        self.footer = DataFooter(self)
        self.hint = EmptyHint(self.table)
        self.new_button = small_button(self, "add", self.tr("New dataset"), self.new_dataset)
        self.more_button = small_button(self, "more", self.tr("More for this dataset"))
        self.dataset_menu = self._make_dataset_menu()
        self.more_button.setMenu(self.dataset_menu)
        self._judge = RowJudge(self._session, self.current, self)
        self.footer.next_problem.clicked.connect(self._show_next_problem)
        self.tools = RowTools(
            self.table,
            self.find_field,
            self.import_rows,
            partial(self.import_rows, as_new=True),
            self.export_rows,
            self.examples.add,
            self.show_first_batch,
            self,
        )

    def _make_dataset_menu(self) -> DatasetMenu:
        menu = DatasetMenu(
            self,
            new=self.new_dataset,
            rename=self.dataset_list.rename_current,
            keep=self.dataset_list.keep_or_not,
            remove=self.remove_dataset,
            restore_rows=self.restore_rows,
            restore_all=self.restore_datasets,
        )
        menu.aboutToShow.connect(self._enable)
        return menu

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, 2 * GRID)
        column.setSpacing(GRID)
        self._heading = Heading("", self)
        column.addLayout(_line(self._heading, None, self.new_button, self.more_button))
        column.addWidget(self.dataset_list)
        column.addWidget(self._groups_line)
        column.addWidget(Hairline(self))
        column.addWidget(self.tools)
        column.addWidget(self.find_field)
        column.addWidget(self.table, 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self.dataset_list.chosen.connect(self.choose)
        self.dataset_list.ticked.connect(self._tick)
        self.swap_button.clicked.connect(self._swap)
        self.dataset_list.keep_wanted.connect(self._session.set_kept)
        self.dataset_list.renamed.connect(self._rename)
        self.dataset_list.delete_pressed.connect(self.remove_dataset)
        self.dataset_list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.dataset_list.customContextMenuRequested.connect(self._show_dataset_menu)
        self.table.problem.connect(self._session.problem)
        self.table.selection_changed.connect(self._enable)
        self.hint.pressed.connect(self._fill_emptiness)
        self._session.datasets_changed.connect(self._show_datasets)
        self._session.selection_changed.connect(self._show_datasets)
        self._session.selection_changed.connect(self._follow_ticks)
        self._session.selection_changed.connect(self._show_groups)
        self._session.settings_changed.connect(self._show_groups)
        self._session.kept_changed.connect(self._show_kept)
        self._session.undo_stack.indexChanged.connect(self._follow_removal)

    def _lock(self) -> None:
        """What is edited in a window that may only look would be lost."""
        reason = self.tr("Read-only: rows cannot be edited here.")
        self.table.set_read_only()
        self.dataset_list.set_read_only()
        self.dataset_menu.read_only = True
        self.footer.say_locked(reason)
        self.tools.say_read_only(reason)
        self.new_button.setEnabled(False)
        self.new_button.setToolTip(f"{self.new_button.accessibleName()}\n{reason}")
        self.setAcceptDrops(False)

    def _is_locked(self) -> bool:
        if self.table.read_only:
            self._session.problem.emit(not_editable())
        return self.table.read_only

    # What is shown

    def current(self) -> DatasetModel | None:
        return self.table.dataset()

    def choose(self, name: str) -> None:
        """Shows the dataset of this name."""
        self.dataset_list.choose(name)
        dataset = next((model for model in self._session.datasets if model.name == name), None)
        self.table.set_dataset(dataset)
        if dataset is not None:
            self.undo_group.setActiveStack(self.undo_stack())
        self._judge.look_again()
        self._show_rows()

    def show_row(self, name: str, text: str) -> None:
        """Shows the dataset of this name and selects its first row that reads so."""
        self.choose(name)
        dataset = self.current()
        if dataset is not None and text in (rows := dataset.rows()):
            self.table.show_only("")
            self.table.select_rows(rows.index(text))

    def _show_next_problem(self) -> None:
        dataset = self.current()
        if dataset is not None and dataset.rowCount():
            rows = self.table.selected_rows()
            row = dataset.next_problem(rows[-1] if rows else -1)
            if row >= 0:
                self.table.show_in(dataset, row)

    def _follow_ticks(self) -> None:
        """What others tick (a preset, a recipe that is used again) is shown; what is ticked here is in sight anyway."""
        current, ticked = self.current(), self._session.selected
        new = [name for name in ticked if name not in self._ticked]
        self._ticked = ticked
        if new and not self._ticking and (current is None or current.name not in ticked):
            self.choose(new[0])

    def _choose_first(self) -> None:
        names = [model.name for model in self._session.datasets]
        self.choose(next((name for name in names if name in self._session.selected), names[0] if names else ""))

    def _show_datasets(self) -> None:
        self._watch()
        self.dataset_list.show_datasets(self._session.datasets, self._session.selected)
        current = self.current()
        if self._come is not None:  # added, or brought back by undo
            self.choose(self._come.name)
        elif current not in self._session.datasets:
            self.choose(self.dataset_list.current_name())
        elif current is not None:
            self.dataset_list.choose(current.name)
        self._show_kept()

    def _show_kept(self) -> None:
        self.dataset_list.show_kept(self._session.datasets)
        self.table.show_marks()
        self._enable()

    def _show_groups(self) -> None:
        """A method that only reads compares two groups of prompts: the one that was ticked first with the other."""
        compares = not self._session.method.learns_by_gradients
        self._heading.setText(self.tr("Compare") if compares else self.tr("Train on"))
        self._groups_line.show_groups(self._session.selected if compares else None)

    def undo_stack(self) -> QUndoStack:
        """Of what was done here last: to the rows that are shown, or to the list of datasets."""
        dataset = self.current()
        return self._session.undo_stack if dataset is None or self._listed_last else dataset.undo_stack

    def _watch(self) -> None:
        new = [model for model in self._session.datasets if model not in self._watched]
        self._come = new[0] if self._watched and len(new) == 1 else None
        for model in self._session.datasets:
            if model not in self._watched:
                model.edited.connect(self._edited)
                model.words_changed.connect(self._words_changed)
                self.undo_group.addStack(model.undo_stack)
        for model in self._watched:
            if model not in self._session.datasets:
                self.undo_group.removeStack(model.undo_stack)
        self._watched = list(self._session.datasets)

    def _edited(self) -> None:
        if self._listed_last:
            self._listed_last = False
            self.undo_group.setActiveStack(self.undo_stack())
        self.footer.forget_notice()
        self._show_rows()

    def _words_changed(self) -> None:
        self.table.viewport().update()
        self._show_rows()

    def _show_rows(self) -> None:
        for model in self._session.datasets:
            self.dataset_list.show_count(model)
        dataset = self.current()
        self.footer.show_dataset(dataset)
        if dataset is None:
            self.hint.say(self.tr("A dataset is a list of sentences to learn from."), self.tr("New dataset"))
        elif dataset.rowCount() == 0:
            text = self.tr("No rows yet. Type or paste sentences, one a line, or drop a .txt or .jsonl file here.")
            self.hint.say(text, self.tr("Add row"))
        else:
            self.hint.say("")
        self._enable()

    def _enable(self) -> None:
        dataset = self.current()
        self.tools.show_for(dataset)
        self.dataset_menu.refresh(dataset, [model.name for model in self._session.datasets])

    # Datasets

    def import_rows(self, *, as_new: bool = False) -> None:
        if not self._is_locked():
            super().import_rows(as_new=as_new)

    def _tick(self, names: tuple[str, ...]) -> None:
        """The order is that of ticking: of two groups that are compared, the first is the one to move towards."""
        before = [name for name in self._session.selected if name in names]
        self._ticking = True
        self._session.select_datasets((*before, *(name for name in names if name not in before)))
        self._ticking = False

    def _swap(self) -> None:
        self._session.select_datasets(self._session.selected[::-1])

    def new_dataset(self) -> None:
        """An empty dataset whose name is edited at once."""
        if self._is_locked():
            return
        self.choose(self._session.add_dataset(self.tr("New dataset")).name)
        self.dataset_list.rename_current()

    def remove_dataset(self) -> None:
        dataset = self.current()
        if dataset is None or self._is_locked():
            return
        self._removal = removal = DatasetRemoval(self._session, dataset)
        self._session.undo_stack.push(removal)
        self._listed_last = True
        self.undo_group.setActiveStack(self._session.undo_stack)  # what was done last is undone first
        self.footer.show_notice(self.tr("{name} was removed.").format(name=dataset.name), removal.take_back)

    def _follow_removal(self) -> None:
        """Undo has brought back what the footer tells of."""
        if self._removal is not None and not self._removal.done:
            self._removal = None
            self.footer.show_notice("")

    def show_first_batch(self) -> None:
        """What the next run would read first, in a window of its own."""
        from lora_studio.ui.widgets.first_batch_window import FirstBatchWindow

        if self.first_batch is None or not isValid(self.first_batch):
            self.first_batch = FirstBatchWindow(self._session, self)
        self.first_batch.show()
        self.first_batch.activateWindow()

    def restore_rows(self) -> None:
        dataset = self.current()
        if dataset is not None and dataset.name in BUILTIN and not self._is_locked():
            dataset.replace_all(BUILTIN[dataset.name].rows, self.tr("Restore built-in rows"))

    def restore_datasets(self) -> None:
        present = {model.name for model in self._session.datasets}
        for name, dataset in BUILTIN.items():
            if name not in present:
                bring_back(self._session, DatasetModel(dataset, self), len(self._session.datasets))

    def _rename(self, name: str, new_name: str) -> None:
        new_name = " ".join(new_name.split())
        if any(model.name == new_name for model in self._session.datasets if model.name != name):
            self._session.problem.emit(
                DataError("There is a dataset named {name} already.", advice="Choose another name.", name=new_name)
            )
        elif new_name and new_name != name:
            self._session.rename_dataset(name, new_name)
        self._show_datasets()

    def _show_dataset_menu(self, position: QPoint) -> None:
        self.dataset_menu.popup(self.dataset_list.viewport().mapToGlobal(position))

    def _fill_emptiness(self) -> None:
        if self.current() is None:
            self.new_dataset()
        else:
            self.table.add_row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that work wherever in the panel the focus is. No shortcuts: those of the menu bar would clash."""
        stack = self.undo_group
        keys = QKeySequence.StandardKey
        actions: list[tuple[QKeySequence.StandardKey, Act]] = [
            (keys.Find, self.find_field.open), (keys.Undo, stack.undo), (keys.Redo, stack.redo),
        ]  # fmt: skip
        for key, act in actions:
            if event.matches(key):
                act()
                return
        super().keyPressEvent(event)


def _line(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is where the room goes."""
    line = QHBoxLayout()
    line.setSpacing(0)
    for widget in widgets:
        line.addStretch(1) if widget is None else line.addWidget(widget)
    return line
