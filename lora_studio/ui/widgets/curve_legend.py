"""The legend of the probability plot: a switch for each pinned prompt, with its curve's colour and where it flipped."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lora_studio.ui.icons import pixmap
from lora_studio.ui.theme import GRID, Colors, colors_of
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.flow_layout import FlowLayout
from lora_studio.ui.widgets.run_curves import PromptCurve

SAMPLE = 18  # px, the piece of line
SIGN = 13  # px, the warning sign
WORDS = 2  # of the prompt: its end tells prompts apart and stands next to the answer

# Not the variants' colours: a curve in one of those would look like that variant's. At least 3:1 on the window.
LIGHT_CURVES = ("#117a76", "#7b4fb3", "#b8325e", "#6f7a12", "#8c5a2b", "#4153c4", "#5f6b73")
DARK_CURVES = ("#4fc4bf", "#b493e6", "#f07fa3", "#bcc85a", "#d3a06f", "#8fa0ff", "#a9b4bc")


def curve_color(colors: Colors, index: int) -> QColor:
    """Of the prompt at this place in the legend."""
    table = DARK_CURVES if colors.dark else LIGHT_CURVES
    return QColor(table[index % len(table)])


class CurveSwitch(QAbstractButton):
    """A sample of the line and what it shows; switched off, the sample is gone and the text pale."""

    def __init__(self, curve: PromptCurve, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self._solid = curve.corrected
        self._side_effect = False
        self.setFont(tabular(self.font(), points=SMALLER))
        self.setCheckable(True)
        self.setChecked(curve.corrected)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.describe(curve)

    def describe(self, curve: PromptCurve) -> None:
        """Says which tokens the curves show and, if there was one, the flip. Does nothing if that is said already."""
        words = curve.probe.prompt.split()
        end = " ".join(words[-WORDS:]) if len(words) > WORDS else curve.probe.prompt
        text = f"{end}: {self._tokens(curve)}"
        if text == self.text():
            return
        self.setText(text)
        self._side_effect = curve.is_side_effect
        self.setAccessibleName(f"{curve.probe.prompt}: {self._tokens(curve)}")
        self.setAccessibleDescription(self._explained(curve))
        self.setToolTip(self._explained(curve))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        sign = SIGN + GRID if self._side_effect else 0
        return QSize(SAMPLE + sign + metrics.horizontalAdvance(self.text()) + 3 * GRID, metrics.height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        middle = self.height() / 2
        if self.isChecked():
            style = Qt.PenStyle.SolidLine if self._solid else Qt.PenStyle.DotLine
            painter.setPen(QPen(curve_color(colors, self._index), 2, style))
            painter.drawLine(QPointF(2, middle), QPointF(SAMPLE - 2, middle))
        else:
            painter.setPen(QColor(colors.muted))
            painter.drawRect(QRect(4, round(middle) - 4, 9, 8))
        painter.setPen(QColor(colors.text if self.isChecked() else colors.muted))
        area = self.rect().adjusted(SAMPLE + GRID, 0, 0, 0)
        if self._side_effect:
            painter.drawPixmap(area.left(), round(middle) - SIGN // 2, pixmap("warning", self, SIGN, "warning"))
            area.setLeft(area.left() + SIGN + GRID)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
        if self.hasFocus():
            painter.setPen(QColor(colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _tokens(self, curve: PromptCurve) -> str:
        base, flip = curve.base_token or "…", curve.flip
        after = flip.after if flip else curve.probe.wanted
        return f"{base} → {after}" if after else base

    def _explained(self, curve: PromptCurve) -> str:
        if curve.corrected:
            kinds = self.tr("solid: the wanted token; dashed: the base's answer")
        else:
            kinds = self.tr("dotted: the base's answer, which should stay")
        lines = [curve.probe.prompt, kinds]
        if curve.is_side_effect:
            lines.append(self.tr("side effect: this answer was to be kept"))
        if flip := curve.flip:
            text = self.tr("flipped at {step}: {before} → {after}")
            lines.append(text.format(step=flip.step, before=flip.before, after=flip.after))
        return "\n".join(lines)


class CurveLegend(QWidget):
    """All switches, in as many lines as they need."""

    toggled = Signal(str, bool)  # prompt, shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._switches: dict[str, CurveSwitch] = {}
        self._flow = FlowLayout(self, spacing=3 * GRID)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def switches(self) -> dict[str, CurveSwitch]:
        return self._switches

    def shows(self, prompt: str) -> bool:
        switch = self._switches.get(prompt)
        return switch is not None and switch.isChecked()

    def show_curves(self, curves: dict[str, PromptCurve]) -> None:
        """Creates the switches that are missing, and writes down what became known. What a person chose stays."""
        for prompt in [prompt for prompt in self._switches if prompt not in curves]:
            switch = self._switches.pop(prompt)
            self._flow.removeWidget(switch)
            switch.deleteLater()
        for index, (prompt, curve) in enumerate(curves.items()):
            if prompt not in self._switches:
                self._add(prompt, curve, index)
            self._switches[prompt].describe(curve)

    def clear(self) -> None:
        self.show_curves({})

    def _add(self, prompt: str, curve: PromptCurve, index: int) -> None:
        switch = self._switches[prompt] = CurveSwitch(curve, index, self)
        switch.toggled.connect(lambda shown: self.toggled.emit(prompt, shown))
        self._flow.addWidget(switch)
        switch.show()
