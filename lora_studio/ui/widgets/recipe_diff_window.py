"""A window that shows what is different in the recipes of two runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lora_studio.core.recipe_differences import Difference, Value
from lora_studio.ui.theme import GRID, PANEL_MARGIN, colors_of
from lora_studio.ui.widgets.companion_window import CompanionWindow
from lora_studio.ui.widgets.figures import NOT_MEASURED, tabular
from lora_studio.ui.widgets.settings_form import translated_setting

FIRST_SIZE = (720, 420)
ROW_HEIGHT = 26
SETTING, BEFORE, AFTER = range(3)
ABSENT = NOT_MEASURED
SELF_EXPLAINING = ("Recipe", "Method")  # sections whose titles need no more

Line = tuple[str, str, str]


class RecipeDiffWindow(CompanionWindow):
    """Holds nothing up; goes with its parent's window. The table can be copied."""

    def __init__(self, names: tuple[str, str], found: tuple[Difference, ...], parent: QWidget | None = None) -> None:
        """`names` are the runs' own."""
        super().__init__(FIRST_SIZE, parent)
        self.setWindowTitle(self.tr("Recipes of {one} and {other}").format(one=names[0], other=names[1]))
        self.same = QLabel(self.tr("Both recipes say the same."), self)
        self.same.setProperty("role", "muted")
        self.same.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.same.setVisible(not found)
        self.table = self._make_table(names, found)
        self.table.setVisible(bool(found))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN, PANEL_MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.same, 1)
        layout.addWidget(self.table, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy)

    def copy(self) -> None:
        """The chosen lines with tabs between the columns, or all of them."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()}) or list(range(self.table.rowCount()))
        cells = [[self.table.item(row, column) for column in range(3)] for row in rows]
        lines = ["\t".join(" ".join(cell.text().split()) if cell else "" for cell in line) for line in cells]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _make_table(self, names: tuple[str, str], found: tuple[Difference, ...]) -> QTableWidget:
        lines = list(_lines(found))
        table = QTableWidget(len(lines), 3, self)
        table.setHorizontalHeaderLabels([self.tr("Setting"), *names])
        table.setAccessibleName(self.tr("Differences"))
        table.setFont(tabular(table.font()))
        table.setProperty("role", "spacious")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                table.setItem(row, column, self._item(text, column))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(SETTING, QHeaderView.ResizeMode.ResizeToContents)
        header.setMaximumSectionSize(FIRST_SIZE[0] // 2)
        for column in (BEFORE, AFTER):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        return table

    def _item(self, text: str, column: int) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setToolTip(text.strip())
        if text == ABSENT or column == SETTING:
            item.setForeground(QColor(colors_of(self).muted))
        return item

    def changeEvent(self, event: QEvent) -> None:
        """Items keep the colour they were given, so a new theme has to give them another."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "table"):
            for row in range(self.table.rowCount()):
                for column in range(3):
                    item = self.table.item(row, column)
                    if item is not None and (item.text() == ABSENT or column == SETTING):
                        item.setForeground(QColor(colors_of(self).muted))
        super().changeEvent(event)


def _lines(found: Iterable[Difference]) -> Iterator[Line]:
    """A line each, and after the rows of a dataset that are listed one for those that are not."""
    left_out = 0
    for difference in found:
        if left_out and not difference.is_row:
            yield _more(left_out)
            left_out = 0
        left_out = difference.left_out or left_out
        yield _line(difference)
    if left_out:
        yield _more(left_out)


def _line(difference: Difference) -> Line:
    before, after = (_text(value, difference) for value in (difference.before, difference.after))
    if difference.is_row:
        return "", before, after
    title = difference.title if difference.is_own else translated_setting(difference.title)
    place = title if difference.section in SELF_EXPLAINING else f"{translated_setting(difference.section)} · {title}"
    if (
        difference.unit == "rows"
        and difference.before is not None
        and difference.after is not None
        and difference.is_own
    ):
        after = f"{after} ({_changes(difference)})"
    return place, before, after


def _more(rows: int) -> Line:
    return "", _tr("{count} more rows are not listed").format(count=QLocale().toString(rows)), ""


def _text(value: Value, difference: Difference) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return _tr("on") if value else _tr("off")
    if difference.is_own and isinstance(value, str):
        if difference.is_row:
            return value
        return _tr("wanted: {token}").format(token=value) if value else _tr("watched")
    if isinstance(value, tuple):
        return ", ".join(value) or ABSENT
    text = _number(value) if isinstance(value, int | float) else translated_setting(value)
    return f"{text} {translated_setting(difference.unit)}" if difference.unit else text


def _number(value: float) -> str:
    locale = QLocale()
    if isinstance(value, int):
        return locale.toString(value)
    return locale.toString(value, "g", 6)


def _changes(difference: Difference) -> str:
    """ "2 added, 1 changed" """
    known = ((difference.added, _tr("{count} added")), (difference.removed, _tr("{count} removed")))
    parts = (*known, (difference.changed, _tr("{count} changed")))
    texts = [text.format(count=QLocale().toString(number)) for number, text in parts if number]
    return ", ".join(texts) or _tr("in another order")


def _tr(text: str) -> str:
    return QCoreApplication.translate("RecipeDiff", text)
