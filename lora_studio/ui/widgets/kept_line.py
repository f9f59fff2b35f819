"""One line about what is kept: how many rows, and where they are chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from lora_studio.ui.kept_rows import KeptFigures
from lora_studio.ui.theme import small_font
from lora_studio.ui.widgets.amounts import count

MOST_NAMES = 2


class KeptLine(QLabel):
    """Says what Protect would hold in place in the next run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "muted")
        self.setFont(small_font(self.font()))
        self.setWordWrap(True)
        self.show_figures(None)

    def show_figures(self, figures: KeptFigures | None) -> None:
        """None: they are not known yet."""
        if figures is None:
            self.setText(self.tr("The kept rows are being counted."))
            return
        where = self.tr("The shields in the data panel say which.")
        if not figures.datasets:
            where = self.tr("Click a shield in the data panel to keep some.")
        self.setText(f"{', '.join(self._parts(figures))}. {where}")

    def _parts(self, figures: KeptFigures) -> list[str]:
        parts = [self._kept(figures)]
        if figures.contradicted:
            one = self.tr("1 is contradicted by the new rows")
            many = self.tr("{count} are contradicted by the new rows")
            parts.append(self._counted(figures.contradicted, one, many))
        if figures.held_out:
            parts.append(self._counted(figures.held_out, self.tr("1 is held out"), self.tr("{count} are held out")))
        return parts

    def _kept(self, figures: KeptFigures) -> str:
        if not figures.datasets:
            return self.tr("No rows are kept")
        names = ", ".join(figures.datasets)
        if len(figures.datasets) > MOST_NAMES:
            names = self.tr("{count} datasets").format(count=count(len(figures.datasets), self.locale()))
        one, many = self.tr("1 row of {names} is kept"), self.tr("{count} rows of {names} are kept")
        return self._counted(figures.kept, one, many).replace("{names}", names)

    def _counted(self, number: int, one: str, many: str) -> str:
        return one if number == 1 else many.replace("{count}", count(number, self.locale()))
