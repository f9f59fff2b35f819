"""How the model will be adapted: a starting point, the method's settings, the training's, and what they amount to."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStyle, QVBoxLayout, QWidget

from lora_studio.core.methods import METHODS, Method
from lora_studio.core.methods.lora import ATTENTION_TARGETS, FEED_FORWARD_TARGETS
from lora_studio.core.presets import PRESETS, preset_of
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.summaries import Plan
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from lora_studio.ui.settings_history import SettingsChange, SettingsState
from lora_studio.ui.theme import GRID, PANEL_MARGIN, small_font
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.chip_row import Choice
from lora_studio.ui.widgets.plan_box import PlanBox
from lora_studio.ui.widgets.quiet_combo import QuietCombo
from lora_studio.ui.widgets.sections import Hairline
from lora_studio.ui.widgets.settings_form import SettingsForm, translated_setting

SHORT = {"q_proj": "q", "k_proj": "k", "v_proj": "v", "o_proj": "o"}
TARGET_CHOICES = tuple(
    tuple(Choice(target, SHORT.get(target, target)) for target in group)
    for group in (ATTENTION_TARGETS, FEED_FORWARD_TARGETS)
)
HELP_LINES = 3


class MethodPanel(QWidget):
    """Edits the session's method and training settings; every change can be undone."""

    validity_changed = Signal(bool)

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.undo_stack = QUndoStack(self)
        self._burst = 0
        self._used: dict[type[Method], Method] = {type(session.method): session.method}
        self._build()
        session.settings_changed.connect(self._show_settings)
        session.selection_changed.connect(self._show_preset)
        session.plan_changed.connect(self._show_plan)
        session.model_ready.connect(self._model_ready)
        self._show_settings()
        self._show_plan(session.plan)

    def is_valid(self) -> bool:
        return self.method_form.is_valid() and self.training_form.is_valid()

    def problem(self) -> str:
        """The first setting that cannot be used and why; empty if all can."""
        return self.method_form.problem() or self.training_form.problem()

    # Building

    def _build(self) -> None:
        self.preset_combo = self._make_preset_combo()
        self.method_combo = self._make_method_combo()
        self.method_form = self._make_form(self._session.method)
        self.training_form = self._make_form(self._session.training)
        self._align_forms()
        self.plan_box = PlanBox(self)
        self._help = self._make_help_line()
        self._content = content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, GRID)
        self._column.setSpacing(GRID)
        self._column.addLayout(self._choosers())
        self._column.addWidget(Hairline())
        self._column.addWidget(self.method_form)
        self._column.addWidget(Hairline())
        self._column.addWidget(self.training_form)
        self._column.addWidget(Hairline())
        self._column.addWidget(self.plan_box)
        self._column.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scrolling(content), 1)
        outer.addWidget(self._help)

    def _choosers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        for row, (text, combo) in enumerate(
            ((self.tr("&Preset"), self.preset_combo), (self.tr("&Method"), self.method_combo))
        ):
            label = QLabel(text, self)
            label.setBuddy(combo)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)
            combo.setAccessibleName(text.replace("&", ""))
            combo.installEventFilter(self)
        return grid

    def _make_preset_combo(self) -> QuietCombo:
        combo = QuietCombo(self)
        for preset in PRESETS:
            combo.addItem(translated_setting(preset.title), preset.name)
            combo.setItemData(combo.count() - 1, translated_setting(preset.help), Qt.ItemDataRole.ToolTipRole)
        combo.setPlaceholderText(self.tr("Own settings"))
        combo.activated.connect(self._choose_preset)
        return combo

    def _make_method_combo(self) -> QuietCombo:
        combo = QuietCombo(self)
        for method in METHODS:
            combo.addItem(method.title, method.name)
            combo.setItemData(combo.count() - 1, translated_setting(method.summary), Qt.ItemDataRole.ToolTipRole)
        combo.activated.connect(self._choose_method)
        return combo

    def _make_form(self, value: Method | TrainingSettings) -> SettingsForm:
        form = SettingsForm(value, {"targets": TARGET_CHOICES}, self)
        form.changed.connect(self._edited)
        form.validity_changed.connect(self._validity_changed)
        form.help_wanted.connect(self._show_help)
        form.field_left.connect(self._end_burst)
        return form

    def _align_forms(self) -> None:
        """The fields of both forms stand in one column."""
        width = max(self.method_form.unit_width(), self.training_form.unit_width())
        self.method_form.reserve_for_units(width)
        self.training_form.reserve_for_units(width)

    def _make_help_line(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "muted")
        label.setFont(small_font(self.font()))
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, GRID)
        label.setFixedHeight(HELP_LINES * label.fontMetrics().lineSpacing() + 2 * GRID + 2)  # it must not jump
        return label

    def _scrolling(self, content: QWidget) -> QScrollArea:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        area.setWidget(content)
        return area

    def minimumSizeHint(self) -> QSize:
        """Wide enough that no field is cut off, whatever the language; the height can be scrolled."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return QSize(self._content.minimumSizeHint().width() + bar, super().minimumSizeHint().height())

    # What the person does

    def _choose_preset(self, index: int) -> None:
        preset = PRESETS[index]
        known = {model.name for model in self._session.datasets}
        datasets = tuple(name for name in preset.datasets if name in known) or self._session.selected
        self._push(SettingsState(preset.method, preset.training, datasets), self.tr("choose a preset"))
        self._show_preset()
        self._show_help(translated_setting(preset.help))

    def _choose_method(self, index: int) -> None:
        chosen = METHODS[index]
        if type(self._session.method) is not chosen:
            method = self._used.get(chosen) or chosen()
            self._push(replace(SettingsState.of(self._session), method=method), self.tr("choose a method"))

    def _edited(self, value: Method | TrainingSettings) -> None:
        now = SettingsState.of(self._session)
        before: Method | TrainingSettings = now.method if isinstance(value, Method) else now.training
        after = replace(now, method=value) if isinstance(value, Method) else replace(now, training=value)
        fields = [name for name in type(value).model_fields if getattr(before, name, None) != getattr(value, name)]
        self._push(after, self.tr("change a setting"), burst=f"{fields} {self._burst}")

    def _push(self, state: SettingsState, text: str, burst: str = "") -> None:
        if state != SettingsState.of(self._session):
            self.undo_stack.push(SettingsChange(self._session, state, text, burst))

    def _end_burst(self) -> None:
        self._burst += 1

    # What the session says

    def _show_settings(self) -> None:
        method = self._session.method
        self._used[type(method)] = method
        if type(self.method_form.value()) is not type(method):
            self._exchange_method_form(method)
        if self.method_form.value() != method:
            self.method_form.set_value(method)
        if self.training_form.value() != self._session.training:
            self.training_form.set_value(self._session.training)
        self.method_combo.setCurrentIndex(METHODS.index(type(method)))
        self._show_preset()

    def _exchange_method_form(self, method: Method) -> None:
        old, self.method_form = self.method_form, self._make_form(method)
        self._column.replaceWidget(old, self.method_form)
        self._align_forms()
        old.hide()
        old.deleteLater()

    def _show_preset(self) -> None:
        preset = preset_of(self._session.method, self._session.training, self._session.selected)
        self.preset_combo.setCurrentIndex(PRESETS.index(preset) if preset else -1)

    def _model_ready(self) -> None:
        self._show_plan(self._session.plan)

    def _show_plan(self, plan: Plan | None) -> None:
        if plan is not None:
            self.plan_box.show_plan(plan)
        elif self._session.plan_problem is not None:
            self.plan_box.show_nothing(" ".join(translated(self._session.plan_problem)), is_problem=True)
        elif self._session.model is None:
            self.plan_box.show_nothing(self.tr("Not known yet: the model is still loading."))
        else:
            self.plan_box.show_nothing(self.tr("Not known yet."))

    def _validity_changed(self) -> None:
        self.validity_changed.emit(self.is_valid())

    # Help

    def _show_help(self, text: str) -> None:
        self._help.setText(text)
        self._help.setToolTip(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The choosers explain themselves in the help line, as the forms do."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn) and isinstance(watched, QuietCombo):
            self._show_help(watched.itemData(watched.currentIndex(), Qt.ItemDataRole.ToolTipRole) or "")
        return False
