"""What can be done with the rows: a line of small buttons, and the same and more in the table's context menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.find_field import FindField
from lora_studio.ui.widgets.keeping_delegate import KEEP_KEYS
from lora_studio.ui.widgets.row_table import ADD_EXAMPLE_KEYS, RowTable

Act = Callable[[], object]


FIRST_BATCH_KEYS = "Ctrl+Alt+B"
COPY = 3  # its place among the actions: the only one that changes nothing


class RowTools(QWidget):
    """Buttons for `table`. `import_rows`, `import_as_new` and `export_rows` ask for a file."""

    def __init__(
        self, table: RowTable, find_field: FindField, import_rows: Act, import_as_new: Act, export_rows: Act,
        add_example: Act, show_batch: Act, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._table = table
        self._add_example = add_example
        self.add_button = small_button(self, "add", self.tr("Add row"), table.add_row, "Ins")
        self.remove_button = small_button(self, "remove", self.tr("Delete rows"), table.delete_rows, "Del")
        self.up_button = small_button(self, "up", self.tr("Move rows up"), partial(table.move_rows, -1), "Alt+Up")
        self.down_button = small_button(
            self, "down", self.tr("Move rows down"), partial(table.move_rows, 1), "Alt+Down"
        )
        self.find_button = small_button(self, "search", self.tr("Find in the rows"), find_field.toggle, "Ctrl+F")
        self.import_button = small_button(self, "import", self.tr("Import rows"))
        self.import_button.setMenu(self._import_menu(import_rows, import_as_new))
        self.export_button = small_button(self, "export", self.tr("Export rows"), export_rows)
        self.batch_button = small_button(self, "eye", self.tr("See the first batch"), show_batch, FIRST_BATCH_KEYS)
        self._lay_out()
        actions = [_action(f"{text}\t{keys}", act, table) for text, act, keys in self._row_actions()]
        self._keep_action = actions[-1]
        self._editing = [action for place, action in enumerate(actions) if place != COPY]
        table.addActions(actions)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_for(self, dataset: DatasetModel | None) -> None:
        """Enables what applies to `dataset` and to the rows that are selected in it."""
        free = not self._table.read_only
        self.find_button.setEnabled(dataset is not None)
        self.add_button.setEnabled(free and dataset is not None)
        self.import_button.setEnabled(free)
        for widget in (self.remove_button, self.up_button, self.down_button):
            widget.setEnabled(free and self._table.has_selection())
        self.export_button.setEnabled(dataset is not None and dataset.rowCount() > 0)
        self._into_action.setEnabled(dataset is not None)
        for action in self._editing:
            action.setEnabled(free)
        self._keep_action.setEnabled(free and dataset is not None and dataset.is_kept)

    def say_read_only(self, reason: str) -> None:
        """At the buttons that stay grey."""
        buttons = (self.add_button, self.remove_button, self.up_button, self.down_button, self.import_button)
        for button in buttons:
            button.setToolTip(f"{button.accessibleName()}\n{reason}")

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for button in (self.add_button, self.remove_button, self.up_button, self.down_button):
            line.addWidget(button)
        line.addStretch(1)
        for button in (self.batch_button, self.find_button, self.import_button, self.export_button):
            line.addWidget(button)

    def _import_menu(self, import_rows: Act, import_as_new: Act) -> QMenu:
        menu = QMenu(self)
        self._into_action = _action(self.tr("Into this dataset…"), import_rows, menu)
        menu.addAction(self._into_action)
        menu.addAction(_action(self.tr("As a new dataset…"), import_as_new, menu))
        return menu

    def _row_actions(self) -> list[tuple[str, Act, str]]:
        def native(key: QKeySequence.StandardKey | str) -> str:
            return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)

        table, keys = self._table, QKeySequence.StandardKey
        return [
            (self.tr("Add row"), table.add_row, native("Ins")),
            (self.tr("Add prompt and completion…"), self._add_example, native(ADD_EXAMPLE_KEYS)),
            (self.tr("Cut"), table.cut_rows, native(keys.Cut)),
            (self.tr("Copy"), table.copy_rows, native(keys.Copy)),
            (self.tr("Paste"), table.paste_rows, native(keys.Paste)),
            (self.tr("Delete"), table.delete_rows, native("Del")),
            (self.tr("Move up"), partial(table.move_rows, -1), native("Alt+Up")),
            (self.tr("Move down"), partial(table.move_rows, 1), native("Alt+Down")),
            (self.tr("Keep or hold out"), table.hold_out_or_keep, native(KEEP_KEYS)),
        ]


def small_button(parent: QWidget, name: str, text: str, act: Act | None = None, keys: str = "") -> QToolButton:
    """An icon that does `act`, or opens the menu that it is given; its tool tip names the keys."""
    button = QToolButton(parent)
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


def _action(text: str, act: Act, parent: QWidget) -> QAction:
    action = QAction(text, parent)
    action.triggered.connect(lambda *_: act())
    return action
