"""The legend of a run's plots: a switch for each line, with a sample of it and what it shows."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lora_studio.core.probing.spelling import readable
from lora_studio.ui.icons import pixmap
from lora_studio.ui.theme import GRID, Colors, colors_of, variant_color
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


@dataclass(frozen=True, slots=True)
class VariantLine:
    """A line in the run's own colour: what the legend says of it. `dashed` tells a second one from the first."""

    text: str
    explained: str
    dashed: bool = False


class LineSwitch(QAbstractButton):
    """A sample of a line and what it shows; switched off, the sample is gone and the text pale."""

    def __init__(self, style: Qt.PenStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._warns = False
        self.setFont(tabular(self.font(), points=SMALLER))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def color(self, colors: Colors) -> QColor:
        """Of the sample."""
        raise NotImplementedError

    def say(self, text: str, name: str, explained: str, *, warns: bool = False) -> None:
        """`name` is the text in full, for a screen reader. Does nothing if that is said already."""
        if (text, explained) == (self.text(), self.toolTip()):
            return
        self.setText(text)
        self._warns = warns
        self.setAccessibleName(name)
        self.setAccessibleDescription(explained)
        self.setToolTip(explained)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        sign = SIGN + GRID if self._warns else 0
        return QSize(SAMPLE + sign + metrics.horizontalAdvance(self.text()) + 3 * GRID, metrics.height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = colors_of(self), QPainter(self)
        middle = self.height() / 2
        if self.isChecked():
            painter.setPen(QPen(self.color(colors), 2, self._style))
            painter.drawLine(QPointF(2, middle), QPointF(SAMPLE - 2, middle))
        else:
            painter.setPen(QColor(colors.muted))
            painter.drawRect(QRect(4, round(middle) - 4, 9, 8))
        painter.setPen(QColor(colors.text if self.isChecked() else colors.muted))
        area = self.rect().adjusted(SAMPLE + GRID, 0, 0, 0)
        if self._warns:
            painter.drawPixmap(area.left(), round(middle) - SIGN // 2, pixmap("warning", self, SIGN, "warning"))
            area.setLeft(area.left() + SIGN + GRID)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
        if self.hasFocus():
            painter.setPen(QColor(colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class VariantSwitch(LineSwitch):
    """For a line in the colour of the run's variant."""

    def __init__(self, line: VariantLine, place: int, shown: bool, parent: QWidget | None = None) -> None:
        super().__init__(Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine, parent)
        self._place = place
        self.setChecked(shown)
        self.say(line.text, line.text, line.explained)

    def color(self, colors: Colors) -> QColor:
        return variant_color(colors, self._place)

    def set_place(self, place: int) -> None:
        self._place = place
        self.update()


class CurveSwitch(LineSwitch):
    """For a pinned prompt: its tokens and, if there was one, the flip."""

    def __init__(self, curve: PromptCurve, index: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.PenStyle.SolidLine if curve.corrected else Qt.PenStyle.DotLine, parent)
        self._index = index
        self.setChecked(curve.corrected)
        self.describe(curve)

    def color(self, colors: Colors) -> QColor:
        return curve_color(colors, self._index)

    def describe(self, curve: PromptCurve) -> None:
        """Says which tokens the curves show and, if there was one, the flip."""
        prompt, tokens = curve.probe.prompt, self._tokens(curve)
        words = prompt.split()
        end = " ".join(words[-WORDS:]) if len(words) > WORDS else prompt
        self.say(f"{end}: {tokens}", f"{prompt}: {tokens}", self._explained(curve), warns=curve.is_side_effect)

    def _tokens(self, curve: PromptCurve) -> str:
        """The base's answer and the last one; the wanted one too while it has not come."""
        base, last = readable(curve.base_token or "…"), readable(curve.last_token)
        tokens = f"{base} → {last}" if last not in ("", base) else base
        wanted = readable(curve.wanted_token or curve.probe.wanted) if curve.corrected else ""
        if wanted in ("", last):
            return tokens
        return self.tr("{tokens} (wanted: {wanted})").format(tokens=tokens, wanted=wanted)

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
            lines.append(text.format(step=flip.step, before=readable(flip.before), after=readable(flip.after)))
        return "\n".join(lines)


Switch = TypeVar("Switch", bound=LineSwitch)


class CurveLegend(QWidget):
    """All switches, in as many lines as they need: first those of lines, then those of prompts."""

    toggled = Signal(str, bool)  # prompt, shown
    line_toggled = Signal(str, bool)  # name of a line, shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._switches: dict[str, CurveSwitch] = {}
        self._lines: dict[str, VariantSwitch] = {}
        self._off: set[str] = set()  # lines that a person switched off; they come and go with the runs
        self.line_toggled.connect(lambda name, shown: (self._off.discard if shown else self._off.add)(name))
        self._flow = FlowLayout(self, spacing=3 * GRID)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def switches(self) -> dict[str, CurveSwitch]:
        return self._switches

    @property
    def lines(self) -> dict[str, VariantSwitch]:
        return self._lines

    def shows(self, prompt: str) -> bool:
        switch = self._switches.get(prompt)
        return switch is not None and switch.isChecked()

    def shows_line(self, name: str) -> bool:
        return name not in self._off

    def show_curves(self, curves: Mapping[str, PromptCurve]) -> None:
        """Creates the switches that are missing, and writes down what became known. What a person chose stays."""
        self._drop(self._switches, curves)
        for index, (prompt, curve) in enumerate(curves.items()):
            if prompt not in self._switches:
                self._switches[prompt] = CurveSwitch(curve, index, self)
                self._add(self._switches[prompt], prompt, self.toggled)
            self._switches[prompt].describe(curve)

    def show_lines(self, lines: Mapping[str, VariantLine], place: int) -> None:
        """The same for lines in the colour of the variant at `place` in the session's order."""
        self._drop(self._lines, lines)
        came = [name for name in lines if name not in self._lines]
        for name, line in lines.items():
            if name in came:
                self._lines[name] = VariantSwitch(line, place, name not in self._off, self)
                self._add(self._lines[name], name, self.line_toggled)
            self._lines[name].set_place(place)
            self._lines[name].say(line.text, line.text, line.explained)
        for switch in self._switches.values() if came else ():  # they stand behind
            self._flow.removeWidget(switch)
            self._flow.addWidget(switch)

    def _add(self, switch: LineSwitch, name: str, toggled: SignalInstance) -> None:
        switch.toggled.connect(lambda shown: toggled.emit(name, shown))
        self._flow.addWidget(switch)
        switch.show()

    def _drop(self, switches: dict[str, Switch], wanted: Container[str]) -> None:
        for name in [name for name in switches if name not in wanted]:
            switch = switches.pop(name)
            self._flow.removeWidget(switch)
            switch.deleteLater()
