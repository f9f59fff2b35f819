"""The table of variants: one row each, the base first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.session import Session
from lora_studio.ui.theme import colors_of, variant_color
from lora_studio.ui.widgets.amounts import count, duration
from lora_studio.ui.widgets.figures import NOT_MEASURED
from lora_studio.ui.widgets.settings_form import translated_setting
from lora_studio.ui.widgets.titled_table import TitledTable

Index = QModelIndex | QPersistentModelIndex
NAME, METHOD, DATA, TRAINABLE, LOSS, FORGETTING, KEPT, SECONDS, FOLDER, SHOWN = range(10)
FIGURES = (TRAINABLE, LOSS, FORGETTING, KEPT, SECONDS)
SWATCH = 10


class VariantsModel(TitledTable):
    """Shows the session's variants; a new name goes to the session, which decides."""

    figures = FIGURES

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._rows: tuple[VariantSummary, ...] = session.variants
        self._marks = self._marks_now()
        self._titles = (
            self.tr("Name"), self.tr("Method"), self.tr("Data"), self.tr("Trainable"), self.tr("Final loss"),
            self.tr("Forgetting"), self.tr("Kept"), self.tr("Duration"), self.tr("Stored in"),
            self.tr("Shown"),
        )  # fmt: skip
        self._explained = {
            LOSS: self.tr("Mean over the last step, in nats per token"),
            FORGETTING: self.tr("How far the answers to what the base knew have moved: mean KL from the base, in nats"),
            KEPT: self.tr("How many of these answers are still first"),
            SHOWN: self.tr("Whether the answers show it"),
        }
        session.variants_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Where the same variants stand there with other figures, the choice and an open editor stay."""
        before, now = self._rows, self._session.variants
        marks_before, marks = self._marks, self._marks_now()
        self._marks = marks
        if [variant.name for variant in before] != [variant.name for variant in now]:
            self.beginResetModel()
            self._rows = now
            self.endResetModel()
            return
        self._rows = now
        for row, variant in enumerate(now):
            if variant != before[row] or marks[row] != marks_before[row]:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._titles) - 1))

    def _marks_now(self) -> tuple[tuple[bool, bool], ...]:
        """Of each variant, whether it is shown and whether its run failed."""
        session = self._session
        visible = {variant.name for variant in session.visible_variants}
        return tuple((v.name in visible, session.is_failed(v.name)) for v in session.variants)

    def variant(self, row: int) -> VariantSummary | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, name: str) -> int:
        """-1 if there is no such variant."""
        return next((row for row, variant in enumerate(self._rows) if variant.name == name), -1)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        name, is_base = self._rows[index.row()].name, self._rows[index.row()].is_base
        if index.column() == NAME and not is_base and name != self._session.trained_variant:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == SHOWN and not is_base:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        variant, column = self._rows[index.row()], index.column()
        shown, failed = self._marks[index.row()]
        if column == SHOWN:
            return self._shown(variant, role, shown=shown)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(variant, column)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            color = variant_color(colors_of(self._view), self._session.color_place(variant.name))
            return swatch_icon(color, self._view.devicePixelRatioF())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(variant, column, shown=shown, failed=failed)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(variant, column)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        old = self._rows[index.row()].name
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == SHOWN:
            self._session.set_visible(old, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME or not name or name == old:
            return False
        self._session.rename(old, name)
        return True

    def _shown(self, variant: VariantSummary, role: int, *, shown: bool) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and not variant.is_base:
            return Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("The base is always shown.") if variant.is_base else self._explained[SHOWN]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("shown") if shown else self.tr("hidden")
        return None

    def _color(self, variant: VariantSummary, column: int, *, shown: bool, failed: bool) -> QColor | None:
        colors = colors_of(self._view)
        if failed and column == METHOD:
            return QColor(colors.warning)
        return QColor(colors.muted) if not shown or self._text(variant, column) == NOT_MEASURED else None

    def _text(self, variant: VariantSummary, column: int) -> str:
        locale = QLocale()
        match column:
            case 0:
                return variant.name
            case 1:
                return self._method(variant)
            case 2:
                return variant.data or NOT_MEASURED
            case 3:
                return count(variant.trainable, locale) if variant.trainable else NOT_MEASURED
            case 4:
                return NOT_MEASURED if variant.final_loss is None else locale.toString(variant.final_loss, "f", 4)
            case 5:
                return NOT_MEASURED if variant.forgetting_kl is None else nats(variant.forgetting_kl, locale)
            case 6:
                return NOT_MEASURED if variant.top1_kept is None else kept_share(variant.top1_kept, locale)
            case 7:
                return NOT_MEASURED if variant.seconds is None else duration(variant.seconds, locale)
            case _:
                return _end_of(variant.folder) if variant.folder else NOT_MEASURED

    def _method(self, variant: VariantSummary) -> str:
        if variant.is_base:
            return self.tr("unchanged")
        if variant.merged:
            return self.tr("{method}, merged").format(method=translated_setting(variant.method)).removeprefix(", ")
        method = translated_setting(variant.method) if variant.method else NOT_MEASURED
        if self._session.is_failed(variant.name):
            return self.tr("{method}, stopped by an error").format(method=method)
        return method

    def _tool_tip(self, variant: VariantSummary, column: int) -> str:
        if column == FOLDER:
            return variant.folder or self.tr("Not stored on disk.")
        if column == METHOD and self._session.is_failed(variant.name):
            return self.tr("Its run was stopped by an error; this is what it had learned until then.")
        if column == NAME and not variant.is_base and variant.name != self._session.trained_variant:
            return self.tr("Double-click to rename")
        if self._text(variant, column) == NOT_MEASURED:
            return self._why_not(variant, column)
        if column in (FORGETTING, KEPT):
            return self._forgetting(variant)
        return self._text(variant, column)  # it may be cut off

    def _why_not(self, variant: VariantSummary, column: int) -> str:
        if variant.is_base:
            return self.tr("Does not apply to the base.")
        return self.tr("Not measured.") if column in (FORGETTING, KEPT) else self.tr("Not known.")

    def _forgetting(self, variant: VariantSummary) -> str:
        """Both figures, in words."""
        text = self.tr("mean KL from the base on what it knew: {kl} nats")
        if variant.top1_kept is not None:
            text = self.tr("mean KL from the base on what it knew: {kl} nats; first answers kept: {kept}")
        return text.format(kl=self._text(variant, FORGETTING), kept=self._text(variant, KEPT))


def nats(value: float, locale: QLocale) -> str:
    """Three decimals; what is not zero must not read as zero."""
    return "<" + locale.toString(0.001, "f", 3) if 0 < value < 0.0005 else locale.toString(value, "f", 3)


def kept_share(share: float, locale: QLocale) -> str:
    """ "94 %"; with a decimal where it would read as all or nothing, and is not."""
    percent = 100 * share
    extreme = round(percent) in (0, 100) and percent not in (0, 100)
    return f"{locale.toString(percent, 'f', 1 if extreme else 0)} %"


def _end_of(folder: str) -> str:
    """The last two parts: an adapter of a run lies in a folder that is always called "adapter"."""
    return "/".join(Path(folder).parts[-2:])


def swatch(color: QColor, ratio: float = 1.0) -> QPixmap:
    """A dot in a variant's colour."""
    result = QPixmap(QSize(SWATCH, SWATCH) * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(0, 0, SWATCH, SWATCH)
    painter.end()
    return result


def swatch_icon(color: QColor, ratio: float = 1.0) -> QIcon:
    """The dot for a row that can be selected: from a picture alone Qt makes one that is tinted there."""
    picture, icon = swatch(color, ratio), QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
        icon.addPixmap(picture, mode)
    return icon
