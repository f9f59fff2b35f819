"""What there is to compare: the base, what was trained, and what was loaded."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from lora_studio.ui.theme import GRID, PANEL_MARGIN, set_property
from lora_studio.ui.variant_actions import VariantActions
from lora_studio.ui.variants_model import (
    DATA,
    FIGURES,
    FOLDER,
    FORGETTING,
    KEPT,
    LOSS,
    METHOD,
    NAME,
    SHOWN,
    VariantsModel,
)
from lora_studio.ui.widgets.panel_bar import PanelBar
from lora_studio.ui.widgets.variant_footer import VariantFooter

ROW_HEIGHT = 26
WIDEST_DATA = 200  # px; the names of several datasets can be long


class VariantsPanel(QWidget):
    """A table of the session's variants with what can be done to the chosen one. An adapter folder can be dropped."""

    picked = Signal(str)  # the name of the variant that the person chose

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: tuple[str, ...] = tuple(variant.name for variant in session.variants)
        self._chosen = self._known[-1] if self._known else ""
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.actions_ = VariantActions(session, self)
        self.actions_.rename_wanted.connect(self._edit_name)
        self.model = VariantsModel(session, self)
        self.table = self._make_table()
        self._hint = self._make_hint()
        self.bar = self._make_bar()
        self.footer = VariantFooter(self)
        self.footer.strength_wanted.connect(self._set_strength)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN - GRID, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.footer)
        self.model.modelReset.connect(self._choose_again)
        self.model.dataChanged.connect(self._show_actions)
        session.model_ready.connect(self._show_actions)
        session.model_left.connect(self._show_actions)
        session.run_changed.connect(self._show_actions)
        self._choose_again()

    def chosen(self) -> VariantSummary | None:
        return self.model.variant(self.table.currentIndex().row())

    def choose(self, name: str) -> None:
        row = self.model.row_of(name)
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, NAME))

    # Building

    def _make_bar(self) -> PanelBar:
        bar, do = PanelBar(self), self.actions_
        actions = (do.load, do.save, None, do.merge, do.export, do.use_as_base, None, do.detach)
        bar.fill(actions, self.tr("More actions"))
        return bar

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Variants"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setProperty("role", "spacious")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setMinimumHeight(3 * ROW_HEIGHT)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        table.selectionModel().currentRowChanged.connect(self._remember_choice)
        table.setItemDelegateForColumn(DATA, _DataCell(table))
        table.setItemDelegateForColumn(FOLDER, _FolderCell(table))
        self._size_columns(table.horizontalHeader())
        self._add_delete_key(table)
        return table

    def _size_columns(self, header: QHeaderView) -> None:
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        header.setMaximumSectionSize(400)
        header.moveSection(header.visualIndex(SHOWN), 0)
        for column in (SHOWN, NAME, METHOD, DATA, *FIGURES):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(FOLDER, QHeaderView.ResizeMode.Stretch)

    def _add_delete_key(self, table: QTableView) -> None:
        delete = QAction(self.tr("Detach"), table)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.actions_.detach.trigger)
        table.addAction(delete)

    def _make_hint(self) -> QLabel:
        """Stands in the empty part of the table while there is only the base."""
        hint = QLabel(self.tr("Train, or load an adapter: the result will stand here beside the base."))
        hint.setProperty("role", "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setWordWrap(True)
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self.table.viewport())
        layout.setContentsMargins(3 * GRID, ROW_HEIGHT, 3 * GRID, 0)
        layout.addWidget(hint)
        return hint

    # Choosing

    def _choose_again(self) -> None:
        """After a change of the list: what has just come, or what was chosen before, or its neighbour."""
        names = tuple(variant.name for variant in self._session.variants)
        new = [name for name in names if name not in self._known]
        if new and len(names) > len(self._known):
            self._chosen = new[-1]
        elif self._chosen not in names and names:
            place = self._known.index(self._chosen) if self._chosen in self._known else len(names)
            self._chosen = names[min(place, len(names) - 1)]
        self._known = names
        self._hint.setVisible(len(names) <= 1)
        self.choose(self._chosen)
        self._show_actions()

    def _remember_choice(self) -> None:
        if variant := self.chosen():
            self._chosen = variant.name
            if self.table.hasFocus():
                self.picked.emit(variant.name)
        self._show_actions()

    def _hide_empty_columns(self) -> None:
        """What no variant has takes no room."""
        variants = self._session.variants
        for column, values in (
            (LOSS, [variant.final_loss for variant in variants]),
            (FORGETTING, [variant.forgetting_kl for variant in variants]),
            (KEPT, [variant.top1_kept for variant in variants]),
        ):
            self.table.setColumnHidden(column, len(variants) > 1 and all(value is None for value in values))

    def _show_actions(self) -> None:
        self._hide_empty_columns()
        self.actions_.show_for(self.chosen())
        self.footer.show_variant(self.chosen(), self.actions_.reasons())

    def _set_strength(self, strength: float) -> None:
        if variant := self.chosen():
            self._session.set_strength(variant.name, strength)

    def _edit_name(self) -> None:
        self.table.setFocus()
        self.table.edit(self.model.index(self.table.currentIndex().row(), NAME))

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(list(self.actions_.all()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(position))

    # Dropping an adapter

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._session.model is not None and dropped_folders(event):
            event.acceptProposedAction()
            set_property(self, "dropping", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_property(self, "dropping", False)

    def dropEvent(self, event: QDropEvent) -> None:
        set_property(self, "dropping", False)
        for folder in dropped_folders(event):
            self._session.load_adapter(folder)
        event.acceptProposedAction()

    def changeEvent(self, event: QEvent) -> None:
        """The swatches take the colours of the new theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "table"):
            self.table.viewport().update()
        super().changeEvent(event)


class _DataCell(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).boundedTo(QSize(WIDEST_DATA, ROW_HEIGHT))


class _FolderCell(QStyledItemDelegate):
    """The end of a path says most."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft


def dropped_folders(event: QDropEvent) -> list[Path]:
    """The folders among what is dragged; for a file of an adapter, the folder that holds it."""
    from lora_studio.core.adapters import FORMATS  # needs torch, which is there when there is a model to drop on

    files = {file for format_ in FORMATS for file in format_.files}
    folders: dict[Path, None] = {}
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path and path.is_dir():
            folders[path] = None
        elif path and path.name in files:
            folders[path.parent] = None
    return list(folders)
