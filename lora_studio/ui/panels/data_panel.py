"""The datasets: which ones the next run trains on, what is kept, and their rows to edit, import and export."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from lora_studio.core.errors import DataError
from lora_studio.ui.dataset_files import DatasetFiles
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID, PANEL_MARGIN, small_font
from lora_studio.ui.widgets.data_footer import DataFooter
from lora_studio.ui.widgets.dataset_list import DatasetList
from lora_studio.ui.widgets.dataset_menu import BUILTIN, Act, DatasetMenu
from lora_studio.ui.widgets.empty_hint import EmptyHint
from lora_studio.ui.widgets.find_field import FindField
from lora_studio.ui.widgets.keeping_delegate import KEEP_KEYS
from lora_studio.ui.widgets.row_table import RowTable
from lora_studio.ui.widgets.sections import Hairline, Heading

if TYPE_CHECKING:
    from lora_studio.ui.bridge import Bridge
    from lora_studio.ui.session import Session


class DataPanel(DatasetFiles):
    """Shows the session's datasets. `undo_group` has one stack a dataset; the shown one's is active."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.undo_group = QUndoGroup(self)
        self._watched: list[DatasetModel] = []
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_datasets()
        self._show_groups()
        self._choose_first()

    # Building

    def _make_parts(self) -> None:
        self.dataset_list = DatasetList(self)
        self.groups = QLabel(self)
        self.groups.setProperty("role", "muted")
        self.groups.setWordWrap(True)
        self.groups.setFont(small_font(self.font()))
        self.swap_button = QToolButton(self)
        self.swap_button.setText(self.tr("Swap"))
        self.swap_button.setAccessibleName(self.tr("Swap the two groups"))
        self.swap_button.setToolTip(self.tr("Moves the other way: towards the second, away from the first"))
        self.swap_button.setFont(self.groups.font())
        self.table = RowTable(self)
        self.find_field = FindField(self.table, self)
        self.footer = DataFooter(self)
        self.hint = EmptyHint(self.table)
        self.new_button = self._button("add", self.tr("New dataset"), self.new_dataset)
        self.more_button = self._button("more", self.tr("More for this dataset"))
        self.dataset_menu = self._make_dataset_menu()
        self.more_button.setMenu(self.dataset_menu)
        self.add_button = self._button("add", self.tr("Add row"), self.table.add_row, "Ins")
        self.remove_button = self._button("remove", self.tr("Delete rows"), self.table.delete_rows, "Del")
        self.up_button = self._button("up", self.tr("Move rows up"), partial(self.table.move_rows, -1), "Alt+Up")
        self.down_button = self._button("down", self.tr("Move rows down"), partial(self.table.move_rows, 1), "Alt+Down")
        self.find_button = self._button("search", self.tr("Find in the rows"), self.find_field.toggle, "Ctrl+F")
        self.import_button = self._button("import", self.tr("Import rows"))
        self.import_button.setMenu(self._import_menu())
        self.export_button = self._button("export", self.tr("Export rows"), self.export_rows)
        actions = [self._action(f"{text}\t{keys}", act, self.table) for text, act, keys in self._row_actions()]
        self.table.addActions(actions)
        self._keep_action = actions[-1]
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _button(self, name: str, text: str, act: Act | None = None, keys: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, button))
        button.setIconSize(QSize(16, 16))
        button.setFixedWidth(7 * GRID)
        button.setAccessibleName(text)
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{text} ({shown})" if keys else text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        if act:
            button.clicked.connect(lambda *_: act())
        return button

    def _action(self, text: str, act: Act, parent: QWidget) -> QAction:
        action = QAction(text, parent)
        action.triggered.connect(lambda *_: act())
        return action

    def _row_actions(self) -> list[tuple[str, Act, str]]:
        def native(key: QKeySequence.StandardKey | str) -> str:
            return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)

        table, keys = self.table, QKeySequence.StandardKey
        return [
            (self.tr("Add row"), table.add_row, native("Ins")),
            (self.tr("Cut"), table.cut_rows, native(keys.Cut)),
            (self.tr("Copy"), table.copy_rows, native(keys.Copy)),
            (self.tr("Paste"), table.paste_rows, native(keys.Paste)),
            (self.tr("Delete"), table.delete_rows, native("Del")),
            (self.tr("Move up"), partial(table.move_rows, -1), native("Alt+Up")),
            (self.tr("Move down"), partial(table.move_rows, 1), native("Alt+Down")),
            (self.tr("Keep or hold out"), table.hold_out_or_keep, native(KEEP_KEYS)),
        ]

    def _import_menu(self) -> QMenu:
        menu = QMenu(self)
        self._into_action = self._action(self.tr("Into this dataset…"), self.import_rows, menu)
        menu.addAction(self._into_action)
        menu.addAction(self._action(self.tr("As a new dataset…"), partial(self.import_rows, as_new=True), menu))
        return menu

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
        column.addLayout(self._groups_line())
        column.addWidget(Hairline(self))
        column.addLayout(
            _line(
                self.add_button, self.remove_button, self.up_button, self.down_button, None,
                self.find_button, self.import_button, self.export_button,
            )
        )  # fmt: skip
        column.addWidget(self.find_field)
        column.addWidget(self.table, 1)
        column.addWidget(self.footer)

    def _groups_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.groups, 1)
        line.addWidget(self.swap_button)
        return line

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
        self._session.selection_changed.connect(self._show_groups)
        self._session.settings_changed.connect(self._show_groups)
        self._session.kept_changed.connect(self._show_kept)

    # What is shown

    def current(self) -> DatasetModel | None:
        return self.table.dataset()

    def choose(self, name: str) -> None:
        """Shows the dataset of this name."""
        self.dataset_list.choose(name)
        dataset = next((model for model in self._session.datasets if model.name == name), None)
        self.table.set_dataset(dataset)
        if dataset is not None:
            self.undo_group.setActiveStack(dataset.undo_stack)
        self._show_rows()

    def _choose_first(self) -> None:
        names = [model.name for model in self._session.datasets]
        self.choose(next((name for name in names if name in self._session.selected), names[0] if names else ""))

    def _show_datasets(self) -> None:
        self._watch()
        self.dataset_list.show_datasets(self._session.datasets, self._session.selected)
        current = self.current()
        if current not in self._session.datasets:
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
        ticked = self._session.selected
        if len(ticked) == 2:
            text = self.tr("Towards {first}, away from {second}.").format(first=ticked[0], second=ticked[1])
        else:
            text = self.tr("Tick two groups of prompts: the first to move towards, the second to move away from.")
        self.groups.setText(text)
        self.groups.setVisible(compares)
        self.swap_button.setVisible(compares and len(ticked) == 2)

    def _watch(self) -> None:
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
        for widget in (self.add_button, self.find_button):
            widget.setEnabled(dataset is not None)
        for widget in (self.remove_button, self.up_button, self.down_button):
            widget.setEnabled(self.table.has_selection())
        self.export_button.setEnabled(dataset is not None and dataset.rowCount() > 0)
        self._into_action.setEnabled(dataset is not None)
        self._keep_action.setEnabled(dataset is not None and dataset.is_kept)
        self.dataset_menu.refresh(dataset, [model.name for model in self._session.datasets])

    # Datasets

    def _tick(self, names: tuple[str, ...]) -> None:
        """The order is that of ticking: of two groups that are compared, the first is the one to move towards."""
        before = [name for name in self._session.selected if name in names]
        self._session.select_datasets((*before, *(name for name in names if name not in before)))

    def _swap(self) -> None:
        self._session.select_datasets(self._session.selected[::-1])

    def new_dataset(self) -> None:
        """An empty dataset whose name is edited at once."""
        self.choose(self._session.add_dataset(self.tr("New dataset")).name)
        self.dataset_list.rename_current()

    def remove_dataset(self) -> None:
        dataset = self.current()
        if dataset is None:
            return
        back = partial(self._bring_back, dataset, self._session.datasets.index(dataset), self._session.selected)
        self._session.remove_dataset(dataset.name)
        text = self.tr("{name} was removed.").format(name=dataset.name)
        self.footer.show_notice(text, back)

    def restore_rows(self) -> None:
        dataset = self.current()
        if dataset is not None and dataset.name in BUILTIN:
            dataset.replace_all(BUILTIN[dataset.name].rows, self.tr("Restore built-in rows"))

    def restore_datasets(self) -> None:
        present = {model.name for model in self._session.datasets}
        for name, dataset in BUILTIN.items():
            if name not in present:
                self._bring_back(DatasetModel(dataset, self), len(self._session.datasets))

    def _bring_back(self, dataset: DatasetModel, place: int, selected: tuple[str, ...] = ()) -> None:
        """To its place in the list, and to the one that it had among the ticked ones, if it was `selected`."""
        new = self._session.add_dataset(dataset.name, dataset.rows(), dataset.role, at=place)
        new.restore_held_out(dataset.held_out)
        self._session.set_kept(new.name, dataset.kept)
        if dataset.name in selected:
            now, rank = self._session.selected, selected.index(dataset.name)
            self._session.select_datasets((*now[:rank], new.name, *now[rank:]))
        self.choose(new.name)

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
