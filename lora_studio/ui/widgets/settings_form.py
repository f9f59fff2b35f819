"""A form made from a settings class: a row a field, and at the field what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QWidget

from lora_studio.core.settings import Settings
from lora_studio.ui.theme import GRID, set_property, small_font
from lora_studio.ui.widgets.help_card import Explanation, HelpButton, HelpCard
from lora_studio.ui.widgets.more_button import MoreButton
from lora_studio.ui.widgets.problem_bubble import ProblemBubble
from lora_studio.ui.widgets.setting_editors import Choices, Editor, UnusableError, editor_for, extra_of
from lora_studio.ui.widgets.setting_texts import explanation_of, reason_of, translated_setting, unit_of

__all__ = ["SettingsForm", "translated_setting", "unit_of"]

HELP_COLUMN = 3  # behind title, editor and unit
SHOW_PROBLEM_AFTER_MS = 500  # "2e" is on its way to "2e-3" and need not be scolded


@dataclass(slots=True)
class _Row:
    """`shown_if` is another field and the value at which this row means something; `default` stands in for it then."""

    title: str
    help: str
    explanation: Explanation
    editor: Editor
    bubble: ProblemBubble
    default: object
    shown_if: tuple[str, object] | None
    advanced: bool
    parts: list[QWidget]
    problem: str = ""
    shown: bool = True


class SettingsForm(QWidget):
    """Edits a value of a settings class. What cannot be used stays as it was typed, marked, and is not passed on."""

    changed = Signal(object)  # Settings: the new value
    validity_changed = Signal(bool)
    help_wanted = Signal(str)  # the help of the field under the pointer or with the focus
    field_left = Signal()
    more_wanted = Signal(bool)  # the settings that are seldom needed were unfolded, or folded away

    def __init__(
        self, value: Settings, choices: Mapping[str, Choices] | None = None, parent: QWidget | None = None
    ) -> None:
        """`choices` offers layers for the fields that hold names of layers."""
        super().__init__(parent)
        self._value = value
        self._usual: Settings | None = None  # None: the fields' defaults
        self._rows: dict[str, _Row] = {}
        self._units: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(0, 1)
        self.more_button: MoreButton | None = None  # where there are settings that are seldom needed
        for name, field in _plain_first(type(value).model_fields):
            if extra_of(field).get("advanced") and self.more_button is None:
                self.more_button = self._add_more_button()
            self._rows[name] = self._add_row(name, field, (choices or {}).get(name, ()))
        self._late = QTimer(self, singleShot=True, interval=SHOW_PROBLEM_AFTER_MS)
        self._late.timeout.connect(self.show_problems)
        self.set_value(value)

    def value(self) -> Settings:
        """The last value that could be used."""
        return self._value

    def set_usual(self, usual: Settings) -> None:
        """What the folded settings are compared with when it is said how many of them are changed."""
        self._usual = usual
        if self.more_button is not None:
            self.more_button.show_changed(self._count_changed())

    def set_value(self, value: Settings) -> None:
        """Shows `value`; emits nothing but `validity_changed`."""
        was_valid = self.is_valid()
        self._value = value
        for name, row in self._rows.items():
            row.editor.write(getattr(value, name))
            row.problem = ""
            self._watch(row)
        self._show_rows(dict(value))
        self.show_problems()
        self._tell_validity(was_valid)

    def is_valid(self) -> bool:
        return not any(row.problem for row in self._rows.values())

    def problem(self) -> str:
        """The first field that cannot be used and why; empty if all can."""
        return next((f"{row.title}: {row.problem}" for row in self._rows.values() if row.problem), "")

    def editor(self, name: str) -> QWidget:
        """The widget that edits the field `name`."""
        return self._rows[name].editor.widget

    def tab_stops(self) -> list[QWidget]:
        """What Tab finds, from top to bottom. A field that hands the focus on to a part stands for its parts."""
        stops: list[QWidget] = []
        for row in self._rows.values():
            if row.advanced and self.more_button is not None and self.more_button not in stops:
                stops.append(self.more_button)
            stops.append(editor := row.editor.widget)
            parts = editor.findChildren(QAbstractButton) if editor.focusProxy() is None else []
            stops += [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return stops

    def set_more(self, more: bool) -> None:
        """Unfolds the settings that are seldom needed, or folds them away. Those that cannot be used stay in sight."""
        if self.more_button is not None:
            with QSignalBlocker(self.more_button):
                self.more_button.setChecked(more)
            self.more_button.show_changed(self._count_changed())
            self._show_parts()

    def unit_width(self) -> int:
        """What the widest unit needs, of those that are not folded away."""
        return max((unit.sizeHint().width() for unit in self._units if not unit.isHidden()), default=0)

    def reserve_for_units(self, width: int) -> None:
        """Keeps room for units of this width, so that forms one below the other align."""
        self._grid.setColumnMinimumWidth(2, width)

    def show_problems(self) -> None:
        """Marks the fields that cannot be used, with the reason over the title. What moved, a click would miss."""
        self._late.stop()
        for row in self._rows.values():
            row.bubble.setText(row.problem)
            row.editor.widget.setToolTip("\n".join(filter(None, (row.problem, row.help))))
            row.editor.widget.setAccessibleDescription(" ".join(filter(None, (row.problem, row.help))))
            set_property(row.editor.widget, "invalid", bool(row.problem))
        self._place_bubbles()

    def _place_bubbles(self) -> None:
        for row in self._rows.values():
            if row.bubble.text() and row.shown and self.isVisible():
                row.bubble.show_reason()
            else:
                row.bubble.hide()

    # Building

    def _add_row(self, name: str, field: FieldInfo, choices: Choices) -> _Row:
        title = translated_setting(field.title or name)
        editor = editor_for(field, title, choices, self)
        default, shown_if = field.get_default(call_default_factory=True), extra_of(field).get("shown_if")
        explanation = explanation_of(title, field, default, self.locale())
        bubble = ProblemBubble(self, editor.widget)
        advanced = bool(extra_of(field).get("advanced"))
        row = _Row(title, explanation.in_one_line, explanation, editor, bubble, default, shown_if, advanced, parts=[])
        self._place(row, unit_of(field))
        self._describe(row)
        editor.write(getattr(self._value, name))  # now, so that Tab finds what it adds in its place
        editor.on_edit(self._edited)
        return row

    def _add_more_button(self) -> MoreButton:
        button = MoreButton(self)
        self._grid.addWidget(button, self._grid.rowCount(), 0, 1, HELP_COLUMN + 1)
        button.clicked.connect(self._fold)
        return button

    def _fold(self, more: bool) -> None:
        self._show_parts()
        self.more_wanted.emit(more)

    def _place(self, row: _Row, unit: str) -> None:
        line = self._grid.rowCount()
        editor = row.editor
        row.parts.append(editor.widget)
        if not editor.own_title:
            row.parts.append(label := self._title_label(row))
            self._grid.addWidget(label, line, 0, 1, 3 if editor.wide else 1)
        if editor.wide:
            self._grid.addWidget(editor.widget, line + 1, 0, 1, HELP_COLUMN + (not editor.own_title))
        else:
            row.parts.append(label := self._unit_label(unit))
            self._grid.addWidget(editor.widget, line, 1)
            self._grid.addWidget(label, line, 2)
        if row.explanation.text:
            row.parts.append(button := HelpButton(row.title, self))
            button.clicked.connect(partial(self._explain, row, button))
            self._grid.addWidget(button, line + 1 if editor.wide and editor.own_title else line, HELP_COLUMN)

    def _title_label(self, row: _Row) -> QLabel:
        label = QLabel(row.title, self)
        label.setWordWrap(True)
        label.setBuddy(row.editor.widget)
        label.setToolTip(row.help)
        return label

    def _unit_label(self, unit: str) -> QLabel:
        label = QLabel(unit, self)
        label.setProperty("role", "muted")
        label.setFont(small_font(self.font()))
        self._units.append(label)
        return label

    def _describe(self, row: _Row) -> None:
        widget = row.editor.widget
        widget.setToolTip(row.help)
        widget.setWhatsThis(row.help)
        widget.setAccessibleName(row.title)
        widget.setAccessibleDescription(row.help)

    def _watch(self, row: _Row) -> None:
        """Boxes and buttons take the focus themselves, and new values may bring new ones."""
        for part in (row.editor.widget, *row.editor.widget.findChildren(QAbstractButton)):
            part.installEventFilter(self)

    def _explain(self, row: _Row, anchor: QWidget) -> None:
        HelpCard(row.explanation, self).show_at(anchor)

    # Editing

    def _edited(self) -> None:
        was_valid = self.is_valid()
        values = self._read()
        self._show_rows(values)
        values |= self._stand_ins()
        if self.is_valid():
            self._take(values)
        if self.is_valid():
            self.show_problems()
        else:
            self._late.start()
        self._tell_validity(was_valid)

    def _read(self) -> dict[str, object]:
        values = {}
        for name, row in self._rows.items():
            row.problem = ""
            try:
                values[name] = row.editor.read()
            except UnusableError as problem:
                row.problem = str(problem)
        return values

    def _show_rows(self, values: Mapping[str, object]) -> None:
        """Hides the rows that mean nothing at these values. A value that cannot be used counts as it was before."""
        known = {**dict(self._value), **values}
        for row in self._rows.values():
            row.shown = self._means_something(row, known)
        self._show_parts()

    def _show_parts(self) -> None:
        more = self.more_button is not None and self.more_button.isChecked()
        for row in self._rows.values():
            in_sight = row.shown and (more or not row.advanced or bool(row.problem))
            for part in row.parts:
                part.setVisible(in_sight)
        if self.more_button is not None:
            self.more_button.show_changed(self._count_changed())

    def _count_changed(self) -> int:
        rows = ((name, row) for name, row in self._rows.items() if row.advanced and row.shown)
        return sum(getattr(self._value, name) != getattr(self._usual, name, row.default) for name, row in rows)

    def _means_something(self, row: _Row, values: Mapping[str, object]) -> bool:
        """A row whose condition is hidden itself is hidden too."""
        if row.shown_if is None:
            return True
        name, wanted = row.shown_if
        return values[name] == wanted and self._means_something(self._rows[name], values)

    def _stand_ins(self) -> dict[str, object]:
        """Nobody can mend what is hidden: what cannot be used there gives way to the default."""
        result = {}
        for name, row in self._rows.items():
            if row.problem and not row.shown:
                result[name] = row.default
                row.editor.write(row.default)
                row.problem = ""
        return result

    def _take(self, values: dict[str, object]) -> None:
        """The settings class has the last word: it may know rules that no single field shows."""
        try:
            value = type(self._value)(**values)
        except ValidationError as error:
            self._blame(error)
            mended = values | self._stand_ins()
            if self.is_valid() and mended != values:
                self._take(mended)
            return
        if value != self._value:
            self._value = value
            if self.more_button is not None:
                self.more_button.show_changed(self._count_changed())
            self.changed.emit(value)

    def _blame(self, error: ValidationError) -> None:
        """What is wrong with the values together is said below the last field."""
        last = [name for name, row in self._rows.items() if row.shown][-1]
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else last
            self._rows[name].problem = reason_of(problem, self.locale())

    def _tell_validity(self, was_valid: bool) -> None:
        if self.is_valid() != was_valid:
            self.validity_changed.emit(self.is_valid())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notices which field is looked at, and when one is left."""
        kind = event.type()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1 and not event.modifiers():
            return self._asked_for_help(watched, event)
        if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.help_wanted.emit(self._help_of(watched))
        elif kind in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place_bubbles()
        elif kind == QEvent.Type.FocusOut:
            self.show_problems()
            self.field_left.emit()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_bubbles()

    def hideEvent(self, event: QHideEvent) -> None:
        for row in self._rows.values():
            row.bubble.go_home()
        super().hideEvent(event)

    def _asked_for_help(self, watched: QObject, event: QKeyEvent) -> bool:
        """F1 in a field is about the field, not about the window."""
        row = self._row_of(watched)
        if row is None or not row.explanation.text:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._explain(row, row.editor.widget)
        return True

    def _help_of(self, part: QObject) -> str:
        row = self._row_of(part)
        return row.help if row else ""

    def _row_of(self, part: QObject) -> _Row | None:
        for row in self._rows.values():
            widget = row.editor.widget
            if part is widget or (isinstance(part, QWidget) and widget.isAncestorOf(part)):
                return row
        return None


def _plain_first(fields: Mapping[str, FieldInfo]) -> list[tuple[str, FieldInfo]]:
    """In their order, those that are seldom needed last."""
    return sorted(fields.items(), key=lambda field: bool(extra_of(field[1]).get("advanced")))
