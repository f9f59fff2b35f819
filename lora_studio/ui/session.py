"""What the window works on: the datasets, the settings, the pinned prompts, the variants and the run in progress.

Panels are given a session and a bridge and know nothing of each other. The session turns what a person does into jobs
for the engine, and what the engine answers into signals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.data.builtin import Probe
from lora_studio.core.errors import DataError, StudioError
from lora_studio.core.events import Comparison, Event, Receipt
from lora_studio.core.jobs import Service
from lora_studio.core.methods import Method
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.summaries import ModelSummary, Plan, VariantSummary
from lora_studio.core.workspace import StudioState, Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.dataset_shelf import DatasetShelf
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.run_tracker import RunState, RunTracker

PLAN_DELAY_MS = 80

__all__ = ["RunState", "Session"]


class Session(QObject):
    """The window's state. All methods are called in the window's thread and return at once."""

    model_ready = Signal(object)  # ModelSummary: the base can be probed and trained from now on
    datasets_changed = Signal()  # a dataset was added, removed or renamed (edits: DatasetModel.edited)
    selection_changed = Signal()  # which datasets the next run trains on
    settings_changed = Signal()  # method or training settings
    plan_changed = Signal(object)  # Plan | None (None: not known yet, or the settings don't fit: plan_problem)
    pins_changed = Signal()
    variants_changed = Signal()
    run_changed = Signal(object)  # RunState
    problem = Signal(object)  # StudioError: shown in the window until read
    receipt = Signal(object)  # Receipt

    method: Method
    training: TrainingSettings
    pins: tuple[Probe, ...]
    _unopened: tuple[str, ...]
    selected: tuple[str, ...]  # names of the datasets that the next run trains on

    def __init__(self, workspace: Workspace, service: Service, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._service = service
        self._bridge = bridge
        self._keeper = Keeper(bridge, self)
        self._keeper.problem.connect(self.problem)
        self.model: ModelSummary | None = None
        self.plan: Plan | None = None
        self.plan_problem: StudioError | None = None
        self.variants: tuple[VariantSummary, ...] = ()
        self._early_problems: list[StudioError] = []
        self._asker = Asker(service, bridge, self)
        self._asker.problem.connect(self.problem)
        state = self._stored_state()
        self._restore(state)
        self._shelf = DatasetShelf(workspace, self._keeper, state.datasets, self)
        self._early_problems += self._shelf.problems
        self._shelf.listed.connect(self.datasets_changed)
        self._shelf.listed.connect(self._keep_state)
        self._shelf.renamed.connect(self._dataset_renamed)
        self._tracker = RunTracker(self)
        self._tracker.changed.connect(self.run_changed)
        self._tracker.saved.connect(self.receipt)
        self._tracker.saved.connect(self._run_saved)
        self._tracker.failed.connect(self.problem)
        self._tracker.began_or_ended.connect(self.refresh_variants)
        bridge.events.connect(self._tracker.take)
        bridge.failed.connect(self.problem)
        self._plan_timer = QTimer(self, singleShot=True, interval=PLAN_DELAY_MS)
        self._plan_timer.timeout.connect(self._ask_for_plan)
        self._shelf.edited.connect(self._plan_timer.start)

    @property
    def run(self) -> RunState:
        return self._tracker.state

    @property
    def run_events(self) -> tuple[Event, ...]:
        """All events so far of the run in progress, or of the last one."""
        return tuple(self._tracker.events)

    @property
    def workspace_folder(self) -> Path:
        return self._workspace.folder

    def open(self, source: str = "minigpt") -> None:
        """Opens the base and the adapters that were on the board. To be called when the window is painted."""
        for error in self._early_problems:
            self.problem.emit(error)
        self._early_problems.clear()
        self._asker.ask(lambda engine: engine.open(source), self._model_opened)
        for folder in self._unopened:
            self._asker.ask(
                lambda engine, folder=folder: engine.load_adapter(Path(folder)), partial(self._reopened, folder)
            )

    def _reopened(self, folder: str, _: object) -> None:
        self._unopened = tuple(other for other in self._unopened if other != folder)
        self.refresh_variants()

    def close(self) -> list[StudioError]:
        """Writes what is waiting to be written, and returns what could not be. Whoever made the service closes it."""
        self._plan_timer.stop()
        return self._keeper.close()

    # Asking

    def compare(self, prompt: str, then: Callable[[Comparison], None], *, wanted: str = "", key: object = None) -> None:
        """Asks every variant for its top-5; `then` is called in the window's thread. With a `key`, a newer request
        with the same key replaces one that has not been served yet (for typing)."""
        self._asker.ask(lambda engine: engine.compare(prompt, wanted), then, key=key)

    # Settings

    def set_method(self, method: Method) -> None:
        if method != self.method:
            self.method = method
            self._settings_edited()

    def set_training(self, training: TrainingSettings) -> None:
        if training != self.training:
            self.training = training
            self._settings_edited()

    def select_datasets(self, names: tuple[str, ...]) -> None:
        if names != self.selected:
            self.selected = names
            self.selection_changed.emit()
            self._recipe_edited()

    def recipe(self) -> Recipe:
        """What Train would run now. Raises DataError: no dataset is selected."""
        chosen = tuple(model.dataset() for model in self.datasets if model.name in self.selected)
        if not chosen:
            raise DataError("No dataset is selected.", advice="Tick a dataset in the data panel.")
        return Recipe(
            name=self.method.label,
            base=self.model.source if self.model else "minigpt",
            datasets=chosen,
            method=self.method,
            training=self.training,
            probes=self.pins,
        )

    # Pins

    def pin(self, probe: Probe) -> None:
        """Adds a watched prompt, or renews the wanted token of one that is pinned."""
        others = tuple(pin for pin in self.pins if pin.prompt != probe.prompt)
        self._set_pins((*others, probe) if len(others) == len(self.pins) else self._renewed(probe))

    def unpin(self, prompt: str) -> None:
        self._set_pins(tuple(pin for pin in self.pins if pin.prompt != prompt))

    def _renewed(self, probe: Probe) -> tuple[Probe, ...]:
        return tuple(probe if pin.prompt == probe.prompt else pin for pin in self.pins)

    def _set_pins(self, pins: tuple[Probe, ...]) -> None:
        self.pins = pins
        self.pins_changed.emit()
        self._keep_state()

    # Running

    def train(self) -> None:
        """Runs the recipe as it stands; edits from now on do not reach the run."""
        if self.run.active or self.model is None:
            return
        try:
            recipe = self.recipe()
        except StudioError as error:
            self.problem.emit(error)
            return
        self._tracker.starting()
        started = self._service.start(recipe, partial(self._workspace.new_run_folder, recipe.name))
        self._asker.watch(started, lambda _: None, otherwise=self._tracker.could_not_start)

    def pause(self) -> None:
        if self._tracker.pause():
            self._service.pause()

    def resume(self) -> None:
        if self._tracker.resume():
            self._service.resume()

    def cancel(self) -> None:
        if self.run.active:
            self._tracker.stopping()
            self._service.cancel()

    # Variants

    def save_adapter(self, variant: str, folder: Path) -> None:
        prompts = self._receipt_prompts()
        self._asker.ask(lambda engine: engine.save_adapter(variant, folder, prompts), self._wrote, must_finish=True)

    def load_adapter(self, folder: Path) -> None:
        self._asker.ask(lambda engine: engine.load_adapter(folder), self.refresh_variants)

    def detach(self, variant: str) -> None:
        """Takes a variant away from the board; its folder on disk stays."""
        self._asker.ask(lambda engine: engine.detach(variant), self.refresh_variants)

    def merge(self, variant: str) -> None:
        """Adds a variant with the method folded into plain weights, and shows the receipt."""
        prompts = self._receipt_prompts()
        self._asker.ask(lambda engine: engine.merge(variant, prompts), self._wrote)

    def export_merged(self, variant: str, folder: Path) -> None:
        prompts = self._receipt_prompts()
        self._asker.ask(lambda engine: engine.export_merged(variant, folder, prompts), self._wrote, must_finish=True)

    def rename(self, variant: str, name: str) -> None:
        self._asker.ask(
            lambda engine: engine.rename(variant, name), self.refresh_variants, otherwise=self.refresh_variants
        )

    def refresh_variants(self, *_: object) -> None:
        """Asks the engine which variants there are."""
        self._asker.ask(lambda engine: engine.summaries(), self._set_variants)

    def _receipt_prompts(self) -> tuple[str, ...]:
        """A receipt repeats the pinned prompts; without any, the engine finds some."""
        return tuple(pin.prompt for pin in self.pins)

    # Datasets

    @property
    def datasets(self) -> list[DatasetModel]:
        return self._shelf.models

    def add_dataset(self, name: str, rows: tuple[str, ...] = ()) -> DatasetModel:
        """A new dataset, its name made distinct."""
        return self._shelf.add(name, rows)

    def remove_dataset(self, name: str) -> None:
        """Takes a dataset off the list; its file stays in the workspace."""
        self.select_datasets(tuple(chosen for chosen in self.selected if chosen != name))
        self._shelf.remove(name)

    def rename_dataset(self, name: str, new_name: str) -> None:
        """Does nothing if the new name is empty or taken."""
        self._shelf.rename(name, new_name)

    def _dataset_renamed(self, name: str, new_name: str) -> None:
        self.select_datasets(tuple(new_name if chosen == name else chosen for chosen in self.selected))

    # What changes follow from a change

    def _settings_edited(self) -> None:
        self.settings_changed.emit()
        self._recipe_edited()

    def _recipe_edited(self) -> None:
        self._keep_state()
        self._plan_timer.start()

    def _keep_state(self) -> None:
        self._keeper.keep("state", lambda: partial(self._workspace.save_state, self._state()))

    def _ask_for_plan(self) -> None:
        if self.model is None:
            return
        try:
            recipe = self.recipe()
        except StudioError as error:
            self._set_plan(None, error)
        else:
            self._asker.ask(
                lambda engine: engine.plan(recipe), self._set_plan, key="plan", otherwise=self._no_plan, quiet=True
            )

    def _no_plan(self, error: StudioError) -> None:
        self._set_plan(None, error)

    def _set_plan(self, plan: Plan | None, problem: StudioError | None = None) -> None:
        self.plan, self.plan_problem = plan, problem
        self.plan_changed.emit(plan)

    # What the engine answers

    def _model_opened(self, model: ModelSummary) -> None:
        self.model = model
        self._shelf.set_known_words(model.words.__contains__)
        self.refresh_variants()
        self.model_ready.emit(model)
        self._plan_timer.start()

    def _set_variants(self, variants: tuple[VariantSummary, ...]) -> None:
        if variants != self.variants:
            self.variants = variants
            shown = {variant.folder for variant in variants}
            self._unopened = tuple(folder for folder in self._unopened if folder not in shown)
            self.variants_changed.emit()
            self._keep_state()

    def _run_saved(self, receipt: Receipt) -> None:
        """Remembered at once: the window may close before the engine has told of the new variant."""
        self._unopened = (*self._unopened, receipt.path)
        self._keep_state()

    def _wrote(self, receipt: Receipt) -> None:
        self.receipt.emit(receipt)
        self.refresh_variants()

    # What is kept

    def _stored_state(self) -> StudioState:
        try:
            return self._workspace.state()
        except StudioError as error:
            self._early_problems.append(error)
            self._workspace.set_state_aside()
            return StudioState()

    def _restore(self, state: StudioState) -> None:
        self.method = state.method
        self.training = state.training
        self.pins = state.pins
        self.selected = state.selected
        self._unopened = state.variants  # what cannot be opened today (a drive is missing) is tried again next time

    def _state(self) -> StudioState:
        folders = tuple(v.folder for v in self.variants if v.folder and not v.merged)
        return StudioState(
            datasets=self._shelf.entries(),
            selected=self.selected,
            method=self.method,
            training=self.training,
            pins=self.pins,
            variants=tuple(dict.fromkeys((*folders, *self._unopened))),
        )
