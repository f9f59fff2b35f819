"""A row of small switches: which of a few names are chosen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from lora_studio.ui.theme import GRID


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what is chosen, `label` what the chip says."""

    value: str
    label: str


class ChipRow(QWidget):
    """Groups of chips with a gap between the groups. The chosen values come in the order of the chips."""

    edited = Signal()

    def __init__(self, groups: tuple[tuple[Choice, ...], ...], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._chips: dict[str, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        for number, group in enumerate(groups):
            if number:
                self._row.addWidget(_gap())
            for choice in group:
                self._add(choice)
        self._row.addStretch()

    def chosen(self) -> tuple[str, ...]:
        return tuple(value for value, chip in self._chips.items() if chip.isChecked())

    def set_chosen(self, values: tuple[str, ...]) -> None:
        """Values that have no chip yet get one."""
        for value in values:
            if value not in self._chips:
                self._add(Choice(value, value), self._row.count() - 1)
        for value, chip in self._chips.items():
            chip.setChecked(value in values)

    def chip(self, value: str) -> QPushButton:
        return self._chips[value]

    def chips(self) -> tuple[QPushButton, ...]:
        return tuple(self._chips.values())

    def _add(self, choice: Choice, place: int = -1) -> None:
        chip = QPushButton(choice.label, self)
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setToolTip(choice.value)
        chip.setAccessibleName(f"{self._name}: {choice.value}")
        chip.clicked.connect(self.edited)
        self._chips[choice.value] = chip
        self._row.insertWidget(place, chip)


def _gap() -> QFrame:
    result = QFrame()
    result.setFixedWidth(GRID)
    return result
