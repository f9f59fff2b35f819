"""How the compared curves are drawn, and where they can be saved."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from lora_studio.ui.icons import icon
from lora_studio.ui.theme import GRID
from lora_studio.ui.widgets.compare_runs import SLIDER_STEPS, CompareChoices
from lora_studio.ui.widgets.figures import tabular
from lora_studio.ui.widgets.flow_layout import FlowLayout
from lora_studio.ui.widgets.quiet_combo import QuietCombo

SLIDER_WIDTH = 96  # px


class CompareBar(QWidget):
    """Writes what is chosen into the choices, and tells that it did."""

    changed = Signal()
    save_wanted = Signal(str, str)  # "curves" or "points", kind of file

    def __init__(self, choices: CompareChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._offered = False
        self.plot = QuietCombo(self)
        self.plot.setAccessibleName(self.tr("Which plot is shown"))
        self.plot.addItems([self.tr("Curves"), self.tr("Points")])
        self.plot.setCurrentIndex(int(choices.points))
        self.plot.setToolTip(self.tr("Loss curves, or target probability against forgetting"))
        self.plot.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToContents)
        self.plot.hide()
        self.logarithmic = QCheckBox(self.tr("Log scale"), self)
        self.logarithmic.setAccessibleName(self.logarithmic.text())
        self.logarithmic.setChecked(choices.logarithmic)
        self.axis = QuietCombo(self)
        self.axis.setAccessibleName(self.tr("Over steps or seconds"))
        self.axis.addItems([self.tr("over steps"), self.tr("over seconds")])
        self.axis.setCurrentIndex(int(choices.by_seconds))
        self.smoothing = self._make_slider()
        self._span = QLabel(self)
        self._span.setFont(tabular(self._span.font()))
        self._span.setProperty("role", "muted")
        self.status = QLabel(self)
        self.status.setProperty("role", "muted")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.save_button = self._make_button()
        self._lay_out()
        self.logarithmic.toggled.connect(self._take)
        self.axis.currentIndexChanged.connect(self._take)
        self.smoothing.valueChanged.connect(self._take)
        self.plot.currentIndexChanged.connect(self._take)
        self._say_span()

    def offer_plots(self, offered: bool) -> None:
        """Where there is room for one plot only, a person chooses which; what is for the curves goes with them."""
        self._offered = offered
        self.plot.setVisible(offered)
        for widget in self._of_curves:
            widget.setVisible(not (offered and self._choices.points))

    def say(self, text: str) -> None:
        """What is still to come, what is missing, what was saved."""
        self.status.setText(text)
        self.status.setVisible(bool(text))  # or it would take a line of its own in a narrow bar

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, SLIDER_STEPS)
        slider.setPageStep(SLIDER_STEPS // 10)
        slider.setValue(self._choices.smoothing)
        slider.setFixedWidth(SLIDER_WIDTH)
        slider.setAccessibleName(self.tr("Smoothing"))
        slider.setToolTip(
            self.tr("Exponential moving average of the loss; the raw curve stays to be seen, pale, behind it.")
        )
        return slider

    def _lay_out(self) -> None:
        smoothing = QLabel(self.tr("Smoothing"), self)
        flow = FlowLayout(spacing=2 * GRID, line_spacing=GRID)
        self._of_curves = (self.logarithmic, self.axis, smoothing, self.smoothing, self._span)
        for widget in (self.plot, *self._of_curves, self.status):
            widget.setFixedHeight(self.axis.sizeHint().height())
            flow.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addLayout(flow, 1)
        row.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)

    def _make_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("export", self))
        button.setIconSize(QSize(16, 16))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setText(self.tr("Save as…"))
        button.setAccessibleName(button.text())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for what, kind, text in (
            ("curves", "png", self.tr("Curves as PNG…")),
            ("curves", "svg", self.tr("Curves as SVG…")),
            ("curves", "csv", self.tr("Values of the curves as CSV…")),
            ("points", "png", self.tr("Target against forgetting as PNG…")),
            ("points", "svg", self.tr("Target against forgetting as SVG…")),
            ("points", "csv", self.tr("Figures of the runs as CSV…")),
        ):
            menu.addAction(text, partial(self.save_wanted.emit, what, kind))
        button.setMenu(menu)
        return button

    def _take(self) -> None:
        self._choices.logarithmic = self.logarithmic.isChecked()
        self._choices.points = self.plot.currentIndex() == 1
        self._choices.by_seconds = self.axis.currentIndex() == 1
        self._choices.smoothing = self.smoothing.value()
        self._say_span()
        self.offer_plots(self._offered)
        self.changed.emit()

    def _say_span(self) -> None:
        """In as much room as its longest text needs, so that nothing moves."""
        room = max(self._span.fontMetrics().horizontalAdvance(text) for text in (self.tr("off"), self._steps(1000)))
        self._span.setMinimumWidth(room + GRID)
        self._span.setText(self._steps(self._choices.span) if self._choices.smoothing else self.tr("off"))
        self.smoothing.setAccessibleDescription(self._span.text())

    def _steps(self, span: float) -> str:
        return self.tr("≈ {steps} steps").format(steps=self.locale().toString(max(2, round(span))))
