"""Where a mix begins: which variants go in."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.variants_model import swatch_icon
from lora_studio.ui.widgets.flow_layout import FlowLayout

FEWEST = 2
MOST_ROWS = 8  # shown without scrolling


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant of the board, the place of its colour, and whether it is ticked as long as nobody decides."""

    variant: VariantSummary
    place: int
    proposed: bool = True


class MixChoice(QWidget):
    """A list to tick and one button. Says what a mixer is as long as there is nothing to mix."""

    chosen = Signal(object)  # tuple[str, ...]
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposed: dict[str, bool] = {}  # of those that are in the list
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        self._text.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Variants to mix"))
        self.list.itemChanged.connect(self._judge)
        self.button = QPushButton(self.tr("Make a mix"), self)
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(lambda: self.chosen.emit(self.ticked()))
        self.back = QPushButton(self.tr("Cancel"), self)
        self.back.clicked.connect(self.cancelled)
        for button in (self.button, self.back):
            button.setAccessibleName(button.text())
        buttons = FlowLayout(spacing=2 * GRID, line_spacing=2 * GRID)
        buttons.addWidget(self.button)
        buttons.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * GRID)
        layout.addWidget(self._text)
        layout.addWidget(self.list)
        layout.addLayout(buttons)

    def offer(self, board: tuple[Offer, ...], *, may_go_back: bool) -> None:
        """The whole board. Ticks of those that are still there stay, unless they are proposed no longer, or anew."""
        offered = [each for each in board if not (each.variant.is_base or each.variant.mix)]
        before, self._proposed = self._proposed, {each.variant.name: each.proposed for each in offered}
        ticked = self.ticked()
        self.list.blockSignals(True)
        self.list.clear()
        for each in offered:
            name = each.variant.name
            reason = "" if each.variant.merged else each.variant.no_merge
            wanted = name in ticked if before.get(name) == each.proposed else each.proposed
            self.list.addItem(self._item(each.place, name, reason, wanted and not reason))
        self.list.blockSignals(False)
        self._fit_height()
        self.list.setVisible(bool(offered))
        self.back.setVisible(may_go_back)
        mixable = [each for each in offered if each.variant.merged or not each.variant.no_merge]
        self._text.setText(self._explained(len(mixable)))
        self._judge()

    def ticked(self) -> tuple[str, ...]:
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def text(self) -> str:
        return self._text.text()

    def _explained(self, mixable: int) -> str:
        text = self.tr(
            "Two or more adapters on the board can be mixed: each gets a strength from −1 to 2, the answer follows "
            "at once, and the mix can be saved as one adapter."
        )
        if mixable < FEWEST:
            text += "\n\n" + self.tr("Train or load another adapter first.")
        return text

    def _item(self, place: int, name: str, reason: str, tick: bool) -> QListWidgetItem:
        color = variant_color(colors_of(self), place)
        item = QListWidgetItem(swatch_icon(color, self.devicePixelRatioF()), name)
        item.setCheckState(Qt.CheckState.Checked if tick else Qt.CheckState.Unchecked)
        if reason:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setToolTip(QCoreApplication.translate("Core", reason))
        else:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        return item

    def _fit_height(self) -> None:
        row = self.list.sizeHintForRow(0) if self.list.count() else 0
        self.list.setFixedHeight(row * min(MOST_ROWS, self.list.count()) + 2 * self.list.frameWidth() + GRID)

    def _judge(self) -> None:
        enough = len(self.ticked()) >= FEWEST
        self.button.setEnabled(enough)
        self.button.setToolTip("" if enough else self.tr("Tick two or more variants."))
