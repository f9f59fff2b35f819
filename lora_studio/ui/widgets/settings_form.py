"""A form made from a settings class: a row a field, and at the field what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QWidget

from lora_studio.core.settings import Settings
from lora_studio.ui.theme import GRID, set_property, small_font
from lora_studio.ui.widgets.setting_editors import Choices, Editor, Limits, UnusableError, editor_for, extra_of

SHOW_PROBLEM_AFTER_MS = 500  # "2e" is on its way to "2e-3" and need not be scolded


@dataclass(slots=True)
class _Row:
    """`shown_if` is another field and the value at which this row means something; `default` stands in for it then."""

    title: str
    help: str
    editor: Editor
    problem_label: QLabel
    default: object
    shown_if: tuple[str, object] | None
    parts: list[QWidget]
    problem: str = ""
    shown: bool = True


class SettingsForm(QWidget):
    """Edits a value of a settings class. What cannot be used stays as it was typed, marked, and is not passed on."""

    changed = Signal(object)  # Settings: the new value
    validity_changed = Signal(bool)
    help_wanted = Signal(str)  # the help of the field under the pointer or with the focus
    field_left = Signal()

    def __init__(
        self, value: Settings, choices: Mapping[str, Choices] | None = None, parent: QWidget | None = None
    ) -> None:
        """`choices` offers layers for the fields that hold names of layers."""
        super().__init__(parent)
        self._value = value
        self._rows: dict[str, _Row] = {}
        self._units: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(0, 1)
        for name, field in type(value).model_fields.items():
            self._rows[name] = self._add_row(name, field, (choices or {}).get(name, ()))
        self._late = QTimer(self, singleShot=True, interval=SHOW_PROBLEM_AFTER_MS)
        self._late.timeout.connect(self.show_problems)
        self.set_value(value)

    def value(self) -> Settings:
        """The last value that could be used."""
        return self._value

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
            stops.append(editor := row.editor.widget)
            parts = editor.findChildren(QAbstractButton) if editor.focusProxy() is None else []
            stops += [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return stops

    def unit_width(self) -> int:
        """What the widest unit needs."""
        return max(unit.sizeHint().width() for unit in self._units) if self._units else 0

    def reserve_for_units(self, width: int) -> None:
        """Keeps room for units of this width, so that forms one below the other align."""
        self._grid.setColumnMinimumWidth(2, width)

    def show_problems(self) -> None:
        """Marks the fields that cannot be used, with the reason below."""
        self._late.stop()
        for row in self._rows.values():
            row.problem_label.setText(row.problem)
            row.problem_label.setVisible(bool(row.problem))
            set_property(row.editor.widget, "invalid", bool(row.problem))

    # Building

    def _add_row(self, name: str, field: FieldInfo, choices: Choices) -> _Row:
        title = translated_setting(field.title or name)
        editor = editor_for(field, title, choices, self)
        default, shown_if = field.get_default(call_default_factory=True), extra_of(field).get("shown_if")
        row = _Row(title, self._help(field), editor, self._problem_label(), default, shown_if, parts=[])
        self._place(row, unit_of(field))
        self._describe(row)
        editor.write(getattr(self._value, name))  # now, so that Tab finds what it adds in its place
        editor.on_edit(self._edited)
        return row

    def _place(self, row: _Row, unit: str) -> None:
        line = self._grid.rowCount()
        editor = row.editor
        row.parts.append(editor.widget)
        if not editor.own_title:
            row.parts.append(label := self._title_label(row))
            self._grid.addWidget(label, line, 0, 1, 3 if editor.wide else 1)
        if editor.wide:
            self._grid.addWidget(editor.widget, line + 1, 0, 1, 3)
        else:
            row.parts.append(label := self._unit_label(unit))
            self._grid.addWidget(editor.widget, line, 1)
            self._grid.addWidget(label, line, 2)
        self._grid.addWidget(row.problem_label, line + 2, 0, 1, 3)

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

    def _problem_label(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "error")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        label.hide()
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

    def _help(self, field: FieldInfo) -> str:
        help_line = translated_setting(field.description or "")
        limits = Limits.of(field).text(self.locale())
        return f"{help_line} ({limits})" if limits else help_line

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
            for part in row.parts:
                part.setVisible(row.shown)

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
            self.changed.emit(value)

    def _blame(self, error: ValidationError) -> None:
        """What is wrong with the values together is said below the last field."""
        last = [name for name, row in self._rows.items() if row.shown][-1]
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else last
            self._rows[name].problem = self._reason(problem)

    def _reason(self, problem: ErrorDetails) -> str:
        """In the person's language, as far as it can be known what is wrong."""
        limits = problem.get("ctx", {})
        sentences = {
            "too_short": self.tr("Too few: at least {min_length}."),
            "too_long": self.tr("Too many: at most {max_length}."),
            "string_too_short": self.tr("Too short: at least {min_length} characters."),
            "string_too_long": self.tr("Too long: at most {max_length} characters."),
        }
        if (kind := problem["type"]) in sentences:
            names = [name for name in ("min_length", "max_length") if name in limits]
            numbers = {name: self.locale().toString(limits[name]) for name in names}
            return sentences[kind].format(**numbers)
        return QCoreApplication.translate("Core", problem["msg"].removeprefix("Value error, "))

    def _tell_validity(self, was_valid: bool) -> None:
        if self.is_valid() != was_valid:
            self.validity_changed.emit(self.is_valid())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notices which field is looked at, and when one is left."""
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.help_wanted.emit(self._help_of(watched))
        elif kind == QEvent.Type.FocusOut:
            self.show_problems()
            self.field_left.emit()
        return False

    def _help_of(self, part: QObject) -> str:
        for row in self._rows.values():
            widget = row.editor.widget
            if part is widget or (isinstance(part, QWidget) and widget.isAncestorOf(part)):
                return row.help
        return ""


def unit_of(field: FieldInfo) -> str:
    """The translated unit of a field; empty for a plain number."""
    unit = str(extra_of(field).get("unit", ""))
    return translated_setting(unit) if unit else ""


def translated_setting(text: str) -> str:
    """Titles, help and units come from core in English."""
    return QCoreApplication.translate("Settings", text)
