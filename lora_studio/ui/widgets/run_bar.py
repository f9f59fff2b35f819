"""The bar above the panels: the base model, the buttons of a run, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QToolBar, QToolButton, QWidget

from lora_studio.core.summaries import ModelSummary
from lora_studio.ui.icons import pixmap
from lora_studio.ui.run_actions import RunActions
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.figures import clock, tabular


class RunBar(QToolBar):
    """Cannot be moved or closed: Train is always there."""

    def __init__(self, session: Session, actions: RunActions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("run_bar")
        self.setWindowTitle(self.tr("Run"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(16, 16))
        self._picture = QLabel(self)
        self.model_label = QLabel(self)
        self.progress_label = QLabel(self)
        self.progress_label.setFont(tabular(self.font()))
        self.progress = self._make_progress()
        self._arrange(actions)
        session.model_ready.connect(self._show_model)
        session.model_left.connect(self._model_left)  # no lambda: the session outlives the window
        session.run_changed.connect(self._show_run)
        self._show_model(session.model)
        self._show_run(session.run)

    def refresh_icons(self) -> None:
        """After a change of theme."""
        self._picture.setPixmap(pixmap("model", self, 16))

    def button(self, action: QAction) -> QWidget:
        """What stands for an action in this bar."""
        return self.widgetForAction(action)

    def _arrange(self, actions: RunActions) -> None:
        self.refresh_icons()
        self._actions = actions
        self._picture.setContentsMargins(4, 0, 4, 0)
        self.addWidget(self._picture)
        self.addWidget(self.model_label)
        self.addSeparator()
        for action in actions.buttons():
            self._add_button(action, primary=action is actions.train)
        self.progress_label.setContentsMargins(8, 0, 0, 0)
        self._progress_actions = (
            self.addSeparator(),
            self.addWidget(self.progress),
            self.addWidget(self.progress_label),
        )
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)

    def _add_button(self, action: QAction, *, primary: bool) -> None:
        self.addAction(action)
        button = self.widgetForAction(action)
        if not isinstance(button, QToolButton):
            return
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if primary:
            button.setProperty("role", "primary")
        self._hold_width(action, button)

    def _hold_width(self, action: QAction, button: QToolButton) -> None:
        """Whatever it says, so that a button is not moved from under the pointer when a run begins or waits."""
        button.ensurePolished()
        now, widths = action.text(), list[int]()
        for text in self._actions.texts_of(action):
            action.setText(text)
            widths.append(button.sizeHint().width())
        action.setText(now)
        button.setMinimumWidth(max(widths))

    def _make_progress(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setTextVisible(False)
        bar.setFixedWidth(160)
        bar.setAccessibleName(self.tr("Progress of the run"))
        return bar

    def _model_left(self) -> None:
        self._show_model(None)

    def _show_model(self, model: ModelSummary | None) -> None:
        if model is None:
            self.model_label.setText(self.tr("Loading the model…"))
            return
        parameters = self.tr("{count} parameters").format(count=self.locale().toString(model.parameters))
        self.model_label.setText(" · ".join((model.name, parameters, model.device)))
        self.model_label.setToolTip(
            self.tr("Base model: {source}. Context: {length} tokens.").format(
                source=model.source, length=self.locale().toString(model.context_length)
            )
        )

    def _name_buttons(self) -> None:
        """As their texts, which follow the run."""
        for action in self._actions.buttons():
            self.button(action).setAccessibleName(action.text().replace("&", ""))

    def _show_run(self, run: RunState) -> None:
        self._name_buttons()
        for action in self._progress_actions:
            action.setVisible(run.active)
        self.progress.setRange(0, run.steps)  # 0 to 0: busy, the number of steps is not known yet
        self.progress.setValue(run.step)
        self.progress.setToolTip(self._steps_text(run))
        self.progress_label.setText(self._run_text(run))

    def _run_text(self, run: RunState) -> str:
        if run.phase == "idle":
            return ""
        if run.phase == "starting":
            return self.tr("Starting…")
        if run.phase == "paused":
            return self.tr("Paused")
        if run.phase == "stopping":
            return self.tr("Stopping…")
        if run.seconds_left is None:
            return self._steps_text(run)
        return self.tr("{time} left").format(time=clock(run.seconds_left, self.locale()))

    def _steps_text(self, run: RunState) -> str:
        locale = self.locale()
        return self.tr("{step} of {steps} steps").format(
            step=locale.toString(run.step), steps=locale.toString(run.steps)
        )
