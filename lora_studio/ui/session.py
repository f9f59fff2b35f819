"""What the window works on: the datasets, the settings, the pinned prompts, the variants and the run in progress.

Panels are given a session and a bridge and know nothing of each other. The session turns what a person does into jobs
for the engine, and what the engine answers into signals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Role
from lora_studio.core.errors import DataError, StudioError
from lora_studio.core.events import Comparison, Event, Receipt
from lora_studio.core.jobs import Service
from lora_studio.core.methods import Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings, nothing_to_protect, variant_name
from lora_studio.core.summaries import ModelSummary, Plan, VariantSummary
from lora_studio.core.workspace import StudioState, Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.bases import Bases, Board
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.dataset_shelf import DatasetShelf
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.kept_rows import KeptFigures, KeptRows, tell_uses
from lora_studio.ui.planner import Planner
from lora_studio.ui.run_tracker import RunState, RunTracker

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

__all__ = ["RunState", "Session"]


class Session(QObject):
    """The window's state. All methods are called in the window's thread and return at once."""

    model_ready = Signal(object)  # ModelSummary: the base can be probed and trained from now on
    model_left = Signal()  # the base is about to be another; `model` is None until `model_ready`
    base_changed = Signal(object)  # BaseChange: another base was chosen and is there
    datasets_changed = Signal()  # a dataset was added, removed or renamed (edits: DatasetModel.edited)
    selection_changed = Signal()  # which datasets the next run trains on
    kept_changed = Signal()  # which datasets say what the base knows, or how many of their rows are kept
    settings_changed = Signal()  # method, training settings or protection
    plan_changed = Signal(object)  # Plan | None (None: not known yet, or the settings don't fit: plan_problem)
    pins_changed = Signal()
    variants_changed = Signal()
    strength_refused = Signal(str, float)  # variant, the strength that was asked for
    run_changed = Signal(object)  # RunState
    problem = Signal(object)  # StudioError: shown in the window until read
    receipt = Signal(object)  # Receipt

    method: Method
    training: TrainingSettings
    protection: Protection
    pins: tuple[Probe, ...]
    _unopened: tuple[str, ...]
    selected: tuple[str, ...]  # names of the datasets that the next run trains on, in its order

    def __init__(self, workspace: Workspace, service: Service, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._service = service
        self._bridge = bridge
        self._keeper = Keeper(bridge, self)
        self._keeper.problem.connect(self.problem)
        self.model: ModelSummary | None = None
        self.variants: tuple[VariantSummary, ...] = ()
        self._early_problems: list[StudioError] = []
        self._asker = Asker(service, bridge, self)
        self._asker.problem.connect(self.problem)
        state = self._stored_state()
        self._bases = self._make_bases(state)
        self._restore(state)
        self._shelf = DatasetShelf(workspace, self._keeper, state.datasets, self)
        self._early_problems += self._shelf.problems
        self._kept = KeptRows(lambda: self._shelf.models, self)
        self._kept.restore(state.kept, state.held_out)
        self._kept.changed.connect(self.kept_changed)
        self._tell_uses()
        self._kept.look_again()
        self._shelf.listed.connect(self._tell_uses)
        self._shelf.listed.connect(self._kept.look_again)
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
        self._planner = Planner(self._recipe_to_plan, self._asker, self)
        self._planner.changed.connect(self.plan_changed)
        self._shelf.edited.connect(self._recipe_changed)
        self._kept.changed.connect(self._recipe_changed)
        self._shelf.edited.connect(self._kept.look_again)
        self._shelf.held_out_changed.connect(self._kept.look_again)
        self._shelf.held_out_changed.connect(self._keep_state)

    @property
    def run(self) -> RunState:
        return self._tracker.state

    @property
    def run_events(self) -> tuple[Event, ...]:
        """All events so far of the run in progress, or of the last one."""
        return tuple(self._tracker.events)

    @property
    def run_recipe(self) -> Recipe | None:
        """Of the run in progress, or of the last one."""
        return self._tracker.recipe

    @property
    def plan(self) -> Plan | None:
        """What the next run would amount to; None: not known yet, or it cannot run (`plan_problem`)."""
        return self._planner.plan

    @property
    def plan_problem(self) -> StudioError | None:
        return self._planner.problem

    @property
    def workspace_folder(self) -> Path:
        return self._workspace.folder

    def open(self) -> None:
        """Opens the base and the adapters that were on the board. To be called when the window is painted."""
        for error in self._early_problems:
            self.problem.emit(error)
        self._early_problems.clear()
        self._bases.open()

    def close(self) -> list[StudioError]:
        """Writes what is waiting to be written, and returns what could not be. Whoever made the service closes it."""
        self._planner.stop()
        self._kept.stop()
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

    def set_protection(self, protection: Protection) -> None:
        if protection != self.protection:
            self.protection = protection
            self._settings_edited()

    def select_datasets(self, names: tuple[str, ...]) -> None:
        """In this order; names of datasets that are gone are left out."""
        known = {model.name for model in self.datasets}
        names = tuple(name for name in dict.fromkeys(names) if name in known)
        if names != self.selected:
            self.selected = names
            self._tell_uses()
            self._kept.look_again()
            self.selection_changed.emit()
            self._recipe_edited()

    def recipe(self) -> Recipe:
        """What Train would run now. Raises DataError: no dataset is selected."""
        models = {model.name: model for model in self.datasets}
        chosen = tuple(models[name].dataset() for name in self.selected if name in models)
        if not chosen:
            raise DataError("No dataset is selected.", advice="Tick a dataset in the data panel.")
        kept, held_out = self._kept.parts()
        return Recipe(
            name=variant_name(self.method, self.protection),
            base=self.model.source if self.model else "minigpt",
            datasets=chosen,
            method=self.method,
            training=self.training,
            protection=self.protection if self.method.learns_by_gradients else Protection(),
            kept=kept,
            held_out=held_out,
            probes=self.pins,
        )

    def _recipe_to_plan(self) -> Recipe:
        """Raises DataError: it cannot run. What a run would find out only after it began is said here."""
        recipe, figures = self.recipe(), self._kept.figures
        protection = recipe.protection
        if protection.enabled and not protection.neighbours and figures is not None and not figures.kept:
            raise nothing_to_protect()
        return recipe

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
        self._tracker.starting(recipe)
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

    def set_strength(self, variant: str, strength: float) -> None:
        """Turns a variant up or down. Of requests that are still waiting only the newest is served."""

        def turn(engine: Engine) -> tuple[VariantSummary, ...]:
            engine.set_strength(variant, strength)
            return engine.summaries()

        def refused(_: StudioError) -> None:
            self.refresh_variants()
            self.strength_refused.emit(variant, strength)

        self._asker.ask(turn, self._set_variants, key=("strength", variant), otherwise=refused)

    def refresh_variants(self, *_: object) -> None:
        """Asks the engine which variants there are."""
        self._asker.ask(lambda engine: engine.summaries(), self._set_variants)

    def _receipt_prompts(self) -> tuple[str, ...]:
        """A receipt repeats the pinned prompts; without any, the engine finds some."""
        return tuple(pin.prompt for pin in self.pins)

    # Bases

    @property
    def recent_bases(self) -> tuple[str, ...]:
        """Model folders that were opened, the latest first."""
        return self._bases.recent

    def open_base(self, source: str) -> None:
        """Opens "minigpt" or a model folder; what stands on the board goes, and what stood beside the other comes."""
        if self._may_change_base():
            self._bases.change(source)

    def use_as_base(self, variant: str) -> None:
        """Writes a variant's merged model into the workspace and opens that."""
        if self._may_change_base():
            folder = self._workspace.new_model_folder(variant)
            self._bases.change_to_variant(variant, folder, self._receipt_prompts())

    def _may_change_base(self) -> bool:
        if self.run.active:
            self.problem.emit(
                StudioError("A run is in progress.", advice="Wait for it to end, or cancel it; then open another base.")
            )
        return self.model is not None and not self.run.active

    def _make_bases(self, state: StudioState) -> Bases:
        bases = Bases(self._asker, state, self._board, self)
        bases.left.connect(self._model_closed)
        bases.came.connect(self._base_came)
        bases.stayed.connect(self._model_opened)
        bases.changed.connect(self.base_changed)
        bases.receipt.connect(self.receipt)
        bases.problem.connect(self.problem)
        return bases

    def _board(self) -> Board:
        """The adapter folders beside the base, and those that could not be opened today."""
        folders = (v.folder for v in self.variants if v.folder and not v.merged)
        return tuple(dict.fromkeys((*folders, *self._unopened)))

    def _model_closed(self) -> None:
        self.model = None
        self.model_left.emit()

    def _base_came(self, model: ModelSummary, board: Board) -> None:
        self.variants, self._unopened = (), board
        self._model_opened(model)
        for folder in board:
            self._asker.ask(
                lambda engine, folder=folder: engine.load_adapter(Path(folder)), partial(self._reopened, folder)
            )
        self._keep_state()

    def _reopened(self, folder: str, _: object) -> None:
        self._unopened = tuple(other for other in self._unopened if other != folder)
        self.refresh_variants()

    # Datasets

    @property
    def datasets(self) -> list[DatasetModel]:
        return self._shelf.models

    def add_dataset(
        self, name: str, rows: tuple[str, ...] = (), role: Role = Role.FINETUNING, *, at: int | None = None
    ) -> DatasetModel:
        """A new dataset, its name made distinct. `at` is its place in the list; None: the last."""
        return self._shelf.add(name, rows, role, at=at)

    def remove_dataset(self, name: str) -> None:
        """Takes a dataset off the list; its file stays in the workspace."""
        self.select_datasets(tuple(chosen for chosen in self.selected if chosen != name))
        self._shelf.remove(name)

    def rename_dataset(self, name: str, new_name: str) -> None:
        """Does nothing if the new name is empty or taken."""
        self._shelf.rename(name, new_name)

    def _dataset_renamed(self, name: str, new_name: str) -> None:
        self.select_datasets(tuple(new_name if chosen == name else chosen for chosen in self.selected))

    # What the base knows

    @property
    def kept_figures(self) -> KeptFigures | None:
        """How many rows are kept in the next run; None while they are being counted for the first time."""
        return self._kept.figures

    def set_kept(self, name: str, kept: bool) -> None:
        """Counts a dataset to what the base knows and should go on knowing, or no longer."""
        self._kept.set_kept(name, kept)
        self._keep_state()

    # What changes follow from a change

    def _tell_uses(self) -> None:
        tell_uses(self.datasets, self.selected, reads=not self.method.learns_by_gradients)

    def _settings_edited(self) -> None:
        self._tell_uses()
        self.settings_changed.emit()
        self._recipe_edited()

    def _recipe_edited(self) -> None:
        self._keep_state()
        self._recipe_changed()

    def _recipe_changed(self) -> None:
        if self.model is not None:
            self._planner.look_again()

    def _keep_state(self) -> None:
        self._keeper.keep("state", lambda: partial(self._workspace.save_state, self._state()))

    # What the engine answers

    def _model_opened(self, model: ModelSummary) -> None:
        self.model = model
        self._shelf.set_known_words(model.words.__contains__)
        self._kept.look_again()
        self.refresh_variants()
        self.model_ready.emit(model)
        self._planner.look_again()

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
        self.protection = state.protection
        self.pins = state.pins
        self.selected = state.selected
        self._unopened = state.variants  # what cannot be opened today (a drive is missing) is tried again next time

    def _state(self) -> StudioState:
        return StudioState(
            datasets=self._shelf.entries(),
            selected=self.selected,
            method=self.method,
            training=self.training,
            protection=self.protection,
            kept=self._kept.chosen(),
            held_out=self._kept.held_out(),
            pins=self.pins,
            variants=self._board(),
            base=self._bases.source,
            recent_bases=self._bases.recent,
            boards=self._bases.boards,
        )
