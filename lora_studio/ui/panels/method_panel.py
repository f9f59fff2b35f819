"""How the model will be adapted: a starting point, the method, the training, what is protected, what it amounts to."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStyle, QVBoxLayout, QWidget

from lora_studio.core.methods import METHODS, Method
from lora_studio.core.presets import Preset, preset_of, presets_for
from lora_studio.core.recipe import Protection, TrainingSettings
from lora_studio.core.summaries import Plan, Saving
from lora_studio.core.usual import kind_of, usual_learning_rate, usual_method, usual_training
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.session import Session
from lora_studio.ui.settings_history import SettingsChange, SettingsState
from lora_studio.ui.shared_settings import with_shared
from lora_studio.ui.theme import GRID, PANEL_MARGIN, small_font
from lora_studio.ui.translations import translated
from lora_studio.ui.widgets.kept_line import KeptLine
from lora_studio.ui.widgets.layer_groups import layer_groups
from lora_studio.ui.widgets.plan_box import PlanBox
from lora_studio.ui.widgets.quiet_combo import QuietCombo
from lora_studio.ui.widgets.sections import Hairline
from lora_studio.ui.widgets.settings_form import SettingsForm, translated_setting

HELP_LINES = 3

Value = Method | TrainingSettings | Protection


class MethodPanel(QWidget):
    """Edits the session's method, training settings and protection; every change can be undone."""

    validity_changed = Signal(bool)
    data_chosen = Signal(str)  # the first dataset that a preset ticked

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.undo_stack = QUndoStack(self)
        self._burst = 0
        self._used: dict[type[Method], Method] = {type(session.method): session.method}
        self._kind = kind_of(session.model)
        self._groups = layer_groups(session.model)
        self._presets: tuple[Preset, ...] = ()
        self._build()
        session.settings_changed.connect(self._show_settings)
        session.selection_changed.connect(self._show_preset)
        session.plan_changed.connect(self._show_plan)
        session.kept_changed.connect(self._show_kept)
        session.model_ready.connect(self._model_ready)
        self._show_settings()
        self._show_kept()
        self._show_plan(session.plan)

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self._forms())

    def problem(self) -> str:
        """The first setting that cannot be used and why; empty if all can."""
        return next((form.problem() for form in self._forms() if form.problem()), "")

    def _forms(self) -> tuple[SettingsForm, ...]:
        return (self.method_form, self.training_form, self.protection_form)

    # Building

    def _build(self) -> None:
        self.preset_combo = self._make_preset_combo()
        self.method_combo = self._make_method_combo()
        self.method_form = self._make_form(self._session.method)
        self.training_form = self._make_form(self._session.training)
        self.protection_form = self._make_form(self._session.protection)
        self._align_forms()
        self.kept_line = KeptLine(self)
        self.no_training = QLabel(self.tr("No training: only forward passes."), self)
        self.no_training.setProperty("role", "muted")
        self.no_training.setWordWrap(True)
        self.plan_box = PlanBox(self)
        self.plan_box.saving_chosen.connect(self.take_saving)
        self._help = self._make_help_line()
        self._content = content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(PANEL_MARGIN, GRID, PANEL_MARGIN, GRID)
        self._column.setSpacing(GRID)
        self._method_line, line = Hairline(), Hairline()
        self._column.addLayout(self._choosers())
        self._column.addWidget(self._method_line)
        self._column.addWidget(self.method_form)
        self._column.addWidget(Hairline())
        self._column.addWidget(self.training_form)
        self._column.addWidget(self.no_training)
        self._column.addWidget(line)
        self._column.addWidget(self.protection_form)
        self._column.addWidget(self.kept_line)
        self._column.addStretch()
        self._for_training = (self.training_form, line, self.protection_form, self.kept_line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scrolling(content), 1)
        outer.addLayout(self._foot())
        outer.addWidget(self._help)

    def _foot(self) -> QVBoxLayout:
        """Does not scroll: what Train would do, or why it cannot, is in sight whatever is being edited."""
        foot = QVBoxLayout()
        foot.setContentsMargins(PANEL_MARGIN, 0, PANEL_MARGIN, GRID)
        foot.setSpacing(0)
        foot.addWidget(Hairline())
        foot.addWidget(self.plan_box)
        return foot

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
        self._fill_presets(combo)
        combo.setPlaceholderText(self.tr("Own settings"))
        combo.activated.connect(self.choose_preset)
        return combo

    def _fill_presets(self, combo: QuietCombo) -> None:
        """Those that suit the model."""
        self._presets = presets_for(self._session.model)
        combo.clear()
        for preset in self._presets:
            combo.addItem(translated_setting(preset.title), preset.name)
            combo.setItemData(combo.count() - 1, translated_setting(preset.help), Qt.ItemDataRole.ToolTipRole)

    def _make_method_combo(self) -> QuietCombo:
        combo = QuietCombo(self)
        for method in METHODS:
            combo.addItem(translated_setting(method.title), method.name)
            combo.setItemData(combo.count() - 1, translated_setting(method.summary), Qt.ItemDataRole.ToolTipRole)
        combo.activated.connect(self.choose_method)
        return combo

    def _make_form(self, value: Value) -> SettingsForm:
        form = SettingsForm(value, {"targets": self._groups}, self)
        form.set_more(self._session.form_choices.more)
        form.more_wanted.connect(self._fold)
        form.changed.connect(self._edited)
        form.validity_changed.connect(self._validity_changed)
        form.help_wanted.connect(self._show_help)
        form.field_left.connect(self._end_burst)
        return form

    def _fold(self, more: bool) -> None:
        """In all forms alike."""
        self._session.form_choices.set_more(more)
        for form in self._forms():
            form.set_more(more)
        self._align_forms()

    def _align_forms(self) -> None:
        """The fields of all forms stand in one column."""
        width = max(form.unit_width() for form in self._forms())
        for form in self._forms():
            form.reserve_for_units(width)

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

    def choose_preset(self, index: int) -> None:
        """The preset at this place among those that are offered."""
        preset = self._presets[index]
        known = {model.name for model in self._session.datasets}
        datasets = tuple(name for name in preset.datasets if name in known) or self._session.selected
        state = SettingsState(preset.method, preset.training, preset.protection, datasets)
        self._push(state, self.tr("choose a preset"))
        self._show_preset()
        self._show_help(translated_setting(preset.help))
        if preset.datasets and datasets:
            self.data_chosen.emit(datasets[0])

    def choose_method(self, index: int) -> None:
        """The method at this place of METHODS, with the settings it had before, and those that both methods have."""
        chosen, before = METHODS[index], SettingsState.of(self._session)
        if type(before.method) is not chosen:
            model = self._session.model
            usual = self._used.get(chosen) or usual_method(chosen, model)
            method, training = with_shared(usual, before.method), before.training
            if training.learning_rate == usual_learning_rate(type(before.method), model):
                training = training.model_copy(update={"learning_rate": usual_learning_rate(chosen, model)})
            self._push(replace(before, method=method, training=training), self.tr("choose a method"))
        self._show_help(translated_setting(chosen.summary))

    def take_saving(self, saving: Saving) -> None:
        """Makes the change that the plan offers."""
        if saving.method:
            self.choose_method([method.name for method in METHODS].index(saving.method))
            return
        before = SettingsState.of(self._session)
        training = before.training.model_copy(update=dict(saving.changes))
        self._push(replace(before, training=training), self.tr("save memory"))

    def _edited(self, value: Value) -> None:
        now = SettingsState.of(self._session)
        before: Value
        if isinstance(value, Method):
            before, after = now.method, replace(now, method=value)
        elif isinstance(value, Protection):
            before, after = now.protection, replace(now, protection=value)
        else:
            before, after = now.training, replace(now, training=value)
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
        values = (method, self._session.training, self._session.protection)
        for form, value in zip(self._forms(), values, strict=True):
            if form.value() != value:
                form.set_value(value)
        self._compare_with_usual(type(method))
        self._show_what_applies(method)
        self.method_combo.setCurrentIndex(METHODS.index(type(method)))
        self._show_preset()

    def _compare_with_usual(self, kind: type[Method]) -> None:
        """What is folded away counts as changed where it is not as one usually begins with this model."""
        model = self._session.model
        self.method_form.set_usual(usual_method(kind, model))
        self.training_form.set_usual(usual_training(model, kind))

    def _show_what_applies(self, method: Method) -> None:
        learns = method.learns_by_gradients
        self._method_line.setVisible(bool(type(method).model_fields))  # else two lines with nothing between
        for widget in self._for_training:
            widget.setVisible(learns)
        self.kept_line.setVisible(learns and self._session.protection.enabled)  # else it reads as if they were held
        self.no_training.setVisible(not learns)
        self.plan_box.set_kind(learns=learns)
        if not learns:  # nobody can mend what is hidden
            for form in (self.training_form, self.protection_form):
                if not form.is_valid():
                    form.set_value(form.value())

    def _exchange_method_form(self, method: Method) -> None:
        old, self.method_form = self.method_form, self._make_form(method)
        self._column.replaceWidget(old, self.method_form)
        self._align_forms()
        self._put_form_behind_its_chooser()
        old.hide()
        old.deleteLater()

    def _put_form_behind_its_chooser(self) -> None:
        """For the Tab key, which would find a new form behind everything else."""
        last: QWidget = self.method_combo
        for widget in self.method_form.tab_stops():
            QWidget.setTabOrder(last, widget)
            last = widget

    def _show_preset(self) -> None:
        session = self._session
        preset = preset_of(session.method, session.training, session.selected, session.protection, self._presets)
        self.preset_combo.setCurrentIndex(self._presets.index(preset) if preset else -1)

    def _show_kept(self) -> None:
        self.kept_line.show_figures(self._session.kept_figures)

    def _model_ready(self) -> None:
        """Another model may have other layers, and the settings of its kind have come with it."""
        model = self._session.model
        if kind_of(model) != self._kind:
            self._kind = kind_of(model)
            self._used = {}
            self.undo_stack.clear()  # what there is to undo was for the other kind
        if layer_groups(model) != self._groups:
            self._groups = layer_groups(model)
            self._used = {}
            self._exchange_method_form(self._session.method)
        self._fill_presets(self.preset_combo)
        self._show_settings()
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
