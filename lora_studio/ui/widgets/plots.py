"""Loss, forgetting and answers over the steps of a run. Imports pyqtgraph and numpy (0.4 s), so import it late."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from lora_studio.core.probing.spelling import readable
from lora_studio.ui.theme import GRID, colors_of, variant_color
from lora_studio.ui.widgets.board_painting import SMALLER
from lora_studio.ui.widgets.curve_legend import curve_color
from lora_studio.ui.widgets.drift_plot import DriftPlot, nearest
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.plot_items import Curve, FlipMark
from lora_studio.ui.widgets.plot_layout import TICKS, arrange, ceiling, share_ticks
from lora_studio.ui.widgets.plot_view import PlotView, Reading
from lora_studio.ui.widgets.prompt_items import PromptItems, place_labels
from lora_studio.ui.widgets.run_curves import VALIDATION, PromptCurve, RunCurves


class RunPlots(QWidget):
    """Draws `curves` when told to; what arrives in between costs nothing. The plots share their steps.

    How far protected and held-out rows have moved stands between the other two, in runs that measure it.
    """

    step_clicked = Signal(int)  # on the plot of the loss: the nearest step that has one
    export_wanted = Signal(object, str)  # PlotView, kind of file

    def __init__(self, curves: RunCurves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = curves
        self._place = 1
        self._hidden: set[str] = set()
        self._following = True
        self._settled = False
        self.loss = PlotView(
            self.tr("Loss over steps"), self.tr("loss (nats per token)"), self.tr("step"), self,
            short=self.tr("loss (nats)"),
        )  # fmt: skip
        self.drift = DriftPlot(curves, self)
        self.share = PlotView(
            self.tr("Probability of the pinned prompts' answers over steps"),
            self.tr("probability (%)"), self.tr("step"), self, short=self.tr("p (%)"),
        )  # fmt: skip
        self._loss_curve = Curve(self.loss)
        self._validation_curve = Curve(self.loss)
        self._shows_validation = True
        self._prompts: dict[str, PromptItems] = {}
        self._lay_out()
        self._connect()
        self.restart(self._place)

    @property
    def views(self) -> tuple[PlotView, ...]:
        return (self.loss, self.drift, self.share)

    def restart(self, place: int, hidden: Iterable[str] = ()) -> None:
        """Clears the plots for a run whose variant has this place in the session's order."""
        self._place, self._following, self._settled = place, True, False
        self._hidden = set(hidden)
        self.drift.hide()
        self._arrange()
        for items in self._prompts.values():
            for part in items.parts():
                part.remove()
        self._prompts.clear()
        self._loss_curve.forget()
        self._validation_curve.forget()
        self.drift.forget()
        self.mark_step(None)
        for view in self.views:
            view.forget_limits()
        self._dress()
        self.redraw()

    def recolor(self, place: int) -> None:
        """The variant has another place among the session's now."""
        self._place = place
        self._dress()

    def redraw(self) -> None:
        """Brings the plots up to date."""
        if self._curves.drifts and self.drift.isHidden():
            self.drift.show()
            self._arrange()
        self._follow()
        self.drift.redraw()
        self._loss_curve.show(self._curves.loss_steps, self._curves.losses)
        self._validation_curve.show(self._curves.validation.steps, self._curves.validation.values)
        for prompt, curve in self._curves.prompts.items():
            if prompt not in self._prompts or self._prompts[prompt].curve is not curve:
                self._add(prompt, curve)
            self._redraw_prompt(self._prompts[prompt])
        if self._curves.ended is not None and not self._settled:  # now the curves are whole
            self._settled = True
            self._place_labels()

    def set_shown(self, prompt: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(prompt)
        if prompt in self._prompts:
            for part in self._prompts[prompt].parts():
                part.set_visible(shown)
        self._place_labels()
        self.redraw()

    def set_line_shown(self, name: str, shown: bool) -> None:
        """A line of the plot of forgetting, or the validation loss."""
        if name == VALIDATION:
            self._shows_validation = shown
            self._validation_curve.set_visible(shown)
        else:
            self.drift.set_shown(name, shown)
        self.redraw()

    def mark_step(self, step: int | None) -> None:
        """A line in every plot at the step whose state is shown; None: the result is."""
        for view in self.views:
            view.mark_step(step)

    def fit(self) -> None:
        """Shows all steps, and goes on doing so while more arrive."""
        self._following = True
        for view in self.views:
            view.forget_limits()
        self.redraw()

    # Building

    def _lay_out(self) -> None:
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addWidget(self.loss, 2)
        self._layout.addWidget(self.drift, 2)
        self._layout.addWidget(self.share, 3)
        self.share.plot.getAxis("left").setTicks([TICKS])
        share_ticks(self.views)

    def _connect(self) -> None:
        for view in (self.drift, self.share):
            view.view.setXLink(self.loss.view)
        self.loss.clicked_at.connect(self._click_at)
        self.loss.read, self.share.read = self._read_loss, self._read_share
        for view in self.views:
            view.fit_wanted.connect(self.fit)
            view.moved.connect(self._stop_following)
            view.pointed.connect(self._point_at)
            view.export_wanted.connect(partial(self.export_wanted.emit, view))

    def _add(self, prompt: str, curve: PromptCurve) -> None:
        items = self._prompts[prompt] = PromptItems(self.share, curve)
        self._dress_prompt(items, list(self._curves.prompts).index(prompt))
        for part in items.parts():
            part.set_visible(prompt not in self._hidden)

    # Drawing

    def _redraw_prompt(self, items: PromptItems) -> None:
        curve, prompt = items.curve, items.curve.probe.prompt
        if prompt in self._hidden:
            return
        items.show()
        if curve.flip != (items.mark.flip if items.mark else None):
            self._mark(items)

    def _mark(self, items: PromptItems) -> None:
        flip = items.curve.flip
        if items.mark:
            items.mark.remove()
            items.mark = None
        if flip is None:  # the answer is the base's again
            return
        text = self.tr("{step}: {before} → {after}")  # short: there is little room between curves
        text = text.format(step=flip.step, before=readable(flip.before), after=readable(flip.after))
        items.mark = FlipMark(self.share, flip, text, tabular(self.font(), points=SMALLER))
        self._dress_prompt(items, list(self._curves.prompts).index(items.curve.probe.prompt))
        self._place_labels()

    def _place_labels(self) -> None:
        place_labels(self.share, [items for prompt, items in self._prompts.items() if prompt not in self._hidden])

    def _follow(self) -> None:
        if self._following:
            steps = max(1, self._last_step())
            self.loss.set_limits(0, steps, 0, ceiling(self._highest_loss()))
            self.drift.set_limits(0, steps, 0, ceiling(self.drift.highest()))
            self.share.set_limits(0, steps, -2, 102)

    def _highest_loss(self) -> float:
        validation = self._curves.validation.values if self._shows_validation else ()
        return max(max(self._curves.losses, default=1.0), max(validation, default=0.0))

    def _last_step(self) -> int:
        """Where the axis ends: at the planned last step, or where the run was ended before."""
        if self._curves.ended is not None and self._curves.loss_steps:
            return round(self._curves.loss_steps[-1])
        return self._curves.started.steps

    def _stop_following(self) -> None:
        self._following = False
        self.redraw()

    # Looks

    def _dress(self) -> None:
        colors = colors_of(self)
        self.loss.dress(colors)
        self.drift.dress_lines(colors, self._place)
        self.share.dress(colors)
        self._loss_curve.style(variant_color(colors, self._place), 1.0)
        self._validation_curve.style(variant_color(colors, self._place), 2.0, Qt.PenStyle.DashLine)
        for index, items in enumerate(self._prompts.values()):
            self._dress_prompt(items, index)

    def _dress_prompt(self, items: PromptItems, index: int) -> None:
        items.dress(curve_color(colors_of(self), index))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        QTimer.singleShot(0, self, self._place_labels)  # once the plot has its size

    def _arrange(self) -> None:
        arrange([view for view in self.views if not view.isHidden()], self._layout, self.size())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._dress()
        super().changeEvent(event)

    # Reading values

    def _point_at(self, step: float) -> None:
        for view in self.views:
            view.point_at(step)

    def _click_at(self, step: float) -> None:
        index = nearest(self._curves.loss_steps, step)
        if index is not None:
            self.step_clicked.emit(round(self._curves.loss_steps[index]))

    def _read_loss(self, place: QPointF) -> Reading | None:
        """The line next to the cursor: the loss, or that on rows which are not learned."""
        curves = self._curves
        lines = [(curves.loss_steps, curves.losses, self.tr("step {step} · loss {loss}"))]
        if self._shows_validation:
            validation = curves.validation
            lines.append((validation.steps, validation.values, self.tr("step {step} · validation loss {loss}")))
        found = [(steps, values, text, index) for steps, values, text in lines
                 if (index := nearest(steps, place.x())) is not None]  # fmt: skip
        if not found:
            return None
        steps, values, text, index = min(found, key=lambda line: abs(line[1][line[3]] - place.y()))
        loss = self.locale().toString(values[index], "f", 3)
        return steps[index], values[index], text.format(step=round(steps[index]), loss=loss)

    def _read_share(self, place: QPointF) -> Reading | None:
        """The visible curve next to the cursor."""
        best: tuple[float, Reading] | None = None
        for prompt, items in self._prompts.items():
            curve = items.curve
            index = nearest(curve.steps, place.x())
            if prompt in self._hidden or index is None:
                continue
            for token, values in ((curve.base_token, curve.base), (curve.wanted_token, curve.wanted)):
                distance = abs(values[index] - place.y())
                if not math.isnan(distance) and (best is None or distance < best[0]):
                    share = self.locale().toString(values[index], "f", 1)
                    step = self.tr("step {step}").format(step=round(curve.steps[index]))
                    text = f"{prompt}\n{readable(token)} {share} % · {step}"
                    best = (distance, (curve.steps[index], values[index], text))
        return best[1] if best else None
