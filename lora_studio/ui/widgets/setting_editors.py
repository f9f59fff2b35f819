"""One editor for each kind of setting, all with the same four handles."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QLineEdit, QWidget

from lora_studio.ui.widgets.block_diagram import BlockDiagram, LayerGroup
from lora_studio.ui.widgets.choice_field import ChoiceField
from lora_studio.ui.widgets.number_field import NumberField, write_number
from lora_studio.ui.widgets.path_field import AdapterFolderField, has_adapter
from lora_studio.ui.widgets.switch import Switch
from lora_studio.ui.widgets.text_field import TextField

Choices = tuple[LayerGroup, ...]


class UnusableError(Exception):
    """What was entered cannot be used; the text says why, in the person's language."""


class Editor(Protocol):
    """`wide` editors take a row of their own; `own_title` ones show their title themselves."""

    wide: bool
    own_title: bool

    @property
    def widget(self) -> QWidget: ...

    def read(self) -> object:
        """What is entered. Raises UnusableError."""

    def write(self, value: Any) -> None: ...
    def on_edit(self, callback: Callable[[], None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """`lowest` and `highest` as they can be reached by stepping; `above` is excluded itself."""

    lowest: float = -math.inf
    above: float = -math.inf
    highest: float = math.inf

    @classmethod
    def of(cls, field: FieldInfo) -> Limits:
        found = {
            name: getattr(rule, name) for rule in field.metadata for name in ("ge", "gt", "le") if hasattr(rule, name)
        }
        return cls(found.get("ge", -math.inf), found.get("gt", -math.inf), found.get("le", math.inf))

    def text(self, locale: QLocale) -> str:
        """For a tooltip; empty if there are no limits."""
        highest = _said(self.highest, locale)
        if math.isfinite(self.lowest) and math.isfinite(self.highest):
            return _tr("{lowest} to {highest}").format(lowest=_said(self.lowest, locale), highest=highest)
        if math.isfinite(self.above) and math.isfinite(self.highest):
            above = _said(self.above, locale)
            return _tr("more than {above}, at most {highest}").format(above=above, highest=highest)
        return ""

    def check(self, value: float, locale: QLocale) -> None:
        """Raises UnusableError: `value` lies outside."""
        if value < self.lowest:
            raise UnusableError(_tr("At least {limit}.").format(limit=_said(self.lowest, locale)))
        if value <= self.above:
            raise UnusableError(_tr("More than {limit}.").format(limit=_said(self.above, locale)))
        if value > self.highest:
            raise UnusableError(_tr("At most {limit}.").format(limit=_said(self.highest, locale)))


class NumberEditor:
    wide = own_title = False

    def __init__(self, field: FieldInfo, parent: QWidget) -> None:
        self._whole = field.annotation is int
        self._limits = Limits.of(field)
        self.widget = NumberField(
            whole=self._whole,
            logarithmic=bool(extra_of(field).get("logarithmic")),
            lowest=max(self._limits.lowest, math.nextafter(self._limits.above, math.inf)),
            highest=self._limits.highest,
            zero=_title((extra_of(field).get("labels") or {}).get(0, "")),
            parent=parent,
        )

    def read(self) -> object:
        value = self.widget.number()
        if value is None and self._whole:
            raise UnusableError(_tr("A whole number, such as 4."))
        if value is None:
            raise UnusableError(_tr("A number, such as {example}.").format(example=write_number(0.002, QLocale())))
        self._limits.check(value, self.widget.locale())
        return value

    def write(self, value: Any) -> None:
        self.widget.set_number(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.edited.connect(callback)


class SwitchEditor:
    wide = own_title = True

    def __init__(self, title: str, parent: QWidget) -> None:
        self.widget = Switch(title, parent)

    def read(self) -> object:
        return self.widget.box.isChecked()

    def write(self, value: Any) -> None:
        self.widget.box.setChecked(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.box.clicked.connect(callback)


class ChoiceEditor:
    """For a Literal. Long titles take a row of their own."""

    own_title = False

    def __init__(self, field: FieldInfo, parent: QWidget) -> None:
        labels = extra_of(field).get("labels") or {}
        titles = {value: _title(labels.get(value, "")) or str(value) for value in get_args(field.annotation)}
        self.widget = ChoiceField(titles, parent)
        self.wide = not self.widget.is_narrow()

    def read(self) -> object:
        return self.widget.value()

    def write(self, value: Any) -> None:
        self.widget.set_value(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.edited.connect(callback)


class LayersEditor:
    wide = True
    own_title = False

    def __init__(self, title: str, groups: Choices, parent: QWidget) -> None:
        self.widget = BlockDiagram(groups, title, parent)

    def read(self) -> object:
        chosen = self.widget.chosen()
        if not chosen:
            raise UnusableError(_tr("At least one is needed."))
        return chosen

    def write(self, value: Any) -> None:
        self.widget.set_chosen(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.edited.connect(callback)


class AdapterFolderEditor:
    wide = True
    own_title = False

    def __init__(self, parent: QWidget) -> None:
        self.widget = AdapterFolderField(parent)

    def read(self) -> object:
        path = self.widget.path()
        if path and not has_adapter(path):
            raise UnusableError(_tr("There is no adapter in this folder."))
        return path

    def write(self, value: Any) -> None:
        self.widget.set_path(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.edited.connect(callback)


class LongTextEditor:
    wide = True
    own_title = False

    def __init__(self, parent: QWidget) -> None:
        self.widget = TextField(parent)

    def read(self) -> object:
        return self.widget.toPlainText()

    def write(self, value: Any) -> None:
        self.widget.set_text(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.edited.connect(callback)


class TextEditor:
    wide = True
    own_title = False

    def __init__(self, parent: QWidget) -> None:
        self.widget = QLineEdit(parent)

    def read(self) -> object:
        return self.widget.text()

    def write(self, value: Any) -> None:
        if self.widget.text() != value:
            self.widget.setText(value)

    def on_edit(self, callback: Callable[[], None]) -> None:
        self.widget.textEdited.connect(lambda _: callback())


def editor_for(field: FieldInfo, title: str, groups: Choices, parent: QWidget) -> Editor:
    """The editor that suits the field's type and hint. Raises TypeError for a type that no editor knows."""
    hint = extra_of(field).get("editor", "")
    if field.annotation is bool:
        return SwitchEditor(title, parent)
    if field.annotation in (int, float):
        return NumberEditor(field, parent)
    if get_origin(field.annotation) is Literal:
        return ChoiceEditor(field, parent)
    if field.annotation is str:
        return _text_editor(hint, parent)
    if field.annotation == tuple[str, ...] and hint == "layers":
        return LayersEditor(title, groups, parent)
    raise TypeError(f"there is no editor for {field.annotation} with the hint {hint!r}")


def _text_editor(hint: str, parent: QWidget) -> Editor:
    if hint == "adapter folder":
        return AdapterFolderEditor(parent)
    return LongTextEditor(parent) if hint == "text" else TextEditor(parent)


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """What `setting` says of a field beside its limits."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _title(label: str) -> str:
    return QCoreApplication.translate("Settings", label) if label else ""


def _said(value: float, locale: QLocale) -> str:
    """In a sentence thousands are separated; in a field they are not."""
    return locale.toString(value) if isinstance(value, int) else write_number(value, locale)


def said_value(field: FieldInfo, value: object, locale: QLocale) -> str:
    """A value as its form would call it; empty for texts and lists."""
    if isinstance(value, bool):
        return _tr("on") if value else _tr("off")
    if label := (extra_of(field).get("labels") or {}).get(value):
        return _title(str(label))
    return _said(value, locale) if isinstance(value, int | float) else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingsForm", text)
