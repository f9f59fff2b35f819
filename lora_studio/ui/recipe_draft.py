"""The recipe that is being edited: datasets, method, training, protection and pinned prompts. No run reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.errors import DataError, StudioError
from lora_studio.core.methods import Lora, Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings, nothing_to_protect, variant_name
from lora_studio.core.summaries import ModelSummary, Plan
from lora_studio.core.usual import fitting, kind_of, usual_method, usual_training
from lora_studio.core.workspace import BaseSettings, StudioState
from lora_studio.ui.asking import Asker
from lora_studio.ui.dataset_shelf import DatasetShelf
from lora_studio.ui.kept_rows import KeptRows, split_rows, tell_uses
from lora_studio.ui.planner import Planner


@dataclass(frozen=True, slots=True)
class DraftState:
    """What is edited. `kept` names the datasets that the base knows, `datasets` all that there are."""

    method: Method
    training: TrainingSettings
    protection: Protection
    selected: tuple[str, ...]
    pins: tuple[Probe, ...]
    kept: tuple[str, ...]
    held_out: Mapping[str, tuple[str, ...]]
    datasets: tuple[str, ...]


class RecipeDraft(QObject):
    """Watches over the datasets too: what an edit means for what is kept, and for the plan."""

    selection_changed = Signal()
    settings_changed = Signal()
    plan_changed = Signal(object)  # Plan | None
    pins_changed = Signal()
    edited = Signal()  # something that is to be kept on disk

    def __init__(
        self, state: StudioState, shelf: DatasetShelf, asker: Asker, undo_stack: QUndoStack, base: Callable[[], str],
        parent: QObject,
    ) -> None:  # fmt: skip
        """`base` names the model that is open; empty: none is, and nothing can be planned."""
        super().__init__(parent)
        self.method: Method = state.method
        self.training: TrainingSettings = state.training
        self.protection: Protection = state.protection
        self.pins: tuple[Probe, ...] = state.pins
        self.selected: tuple[str, ...] = state.selected
        self.kind = state.settings_for  # of base that method, training, protection and pins are for
        self.other_settings = dict(state.other_settings)  # of the other kinds
        self._shelf = shelf
        self._base = base
        self._undo_stack = undo_stack
        self.kept = KeptRows(lambda: shelf.models, self)
        self.kept.restore(state.kept, state.held_out)
        self._planner = Planner(self._recipe_to_plan, asker, self)
        self._planner.changed.connect(self.plan_changed)
        self._tell_uses()
        self.kept.look_again()
        self._watch(shelf)

    def _watch(self, shelf: DatasetShelf) -> None:
        shelf.listed.connect(self._tell_uses)
        shelf.renamed.connect(self._dataset_renamed)
        for changed in (shelf.listed, shelf.edited, shelf.held_out_changed):
            changed.connect(self.kept.look_again)
        for changed in (shelf.edited, self.kept.changed):
            changed.connect(self.look_again)

    # What it amounts to

    @property
    def plan(self) -> Plan | None:
        return self._planner.plan

    @property
    def plan_problem(self) -> StudioError | None:
        return self._planner.problem

    def recipe(self) -> Recipe:
        """What Train would run now. Raises DataError: no dataset is selected."""
        models = {model.name: model for model in self._shelf.models}
        chosen = tuple(models[name].dataset() for name in self.selected if name in models)
        if not chosen:
            raise DataError("No dataset is selected.", advice="Tick a dataset in the data panel.")
        kept, held_out = self.kept.parts()
        return Recipe(
            name=variant_name(self.method, self.protection),
            base=self._base() or "minigpt",
            datasets=chosen,
            method=self.method,
            training=self.training,
            protection=self.protection if self.method.learns_by_gradients else Protection(),
            kept=kept,
            held_out=held_out,
            probes=self.pins,
        )

    def look_again(self) -> None:
        """The plan may be another."""
        if self._base():
            self._planner.look_again()

    def stop(self) -> None:
        self._planner.stop()
        self.kept.stop()

    def _recipe_to_plan(self) -> Recipe:
        """Raises DataError: it cannot run. What a run would find out only after it began is said here."""
        recipe, figures = self.recipe(), self.kept.figures
        protection = recipe.protection
        if protection.enabled and not protection.neighbours and figures is not None and not figures.kept:
            raise nothing_to_protect()
        return recipe

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

    def suit(self, model: ModelSummary) -> None:
        """Takes out the settings for the kind of model that is open now, and makes them fit it."""
        kind = kind_of(model)
        settings = self._settings()
        if kind != self.kind:
            self.other_settings[self.kind] = settings
            usual = BaseSettings(method=usual_method(Lora, model), training=usual_training(model))
            settings, self.kind = self.other_settings.pop(kind, usual), kind
            for dataset in list(self._shelf.models):
                self.kept.set_kept(dataset.name, dataset.name in settings.kept)
            self.select(settings.selected)
        self._put_pins(settings.pins)
        method = fitting(settings.method, model)
        if (method, settings.training, settings.protection) != (self.method, self.training, self.protection):
            self.method, self.training, self.protection = method, settings.training, settings.protection
            self._settings_edited()

    def _settings(self) -> BaseSettings:
        """What there is for the kind of model that is open."""
        return BaseSettings(
            method=self.method, training=self.training, protection=self.protection, pins=self.pins,
            selected=self.selected, kept=self.kept.chosen(),
        )  # fmt: skip

    def select(self, names: tuple[str, ...]) -> None:
        """In this order; names of datasets that are gone are left out."""
        known = {model.name for model in self._shelf.models}
        names = tuple(name for name in dict.fromkeys(names) if name in known)
        if names != self.selected:
            self.selected = names
            self._tell_uses()
            self.kept.look_again()
            self.selection_changed.emit()
            self._recipe_edited()

    def use(self, recipe: Recipe) -> None:
        """Takes over a stored recipe. Its datasets are found by name and rows; those that are not there are added."""
        selected = tuple(self._found_or_added(dataset) for dataset in recipe.datasets)
        kept = self._known_datasets(recipe)
        for model in list(self._shelf.models):
            self.kept.set_kept(model.name, model.name in kept)
        self.select(selected)
        self.set_method(recipe.method)
        self.set_training(recipe.training)
        self.set_protection(recipe.protection)
        self._put_pins(recipe.probes)

    def state(self) -> DraftState:
        """All that `use` changes, for `restore`."""
        return DraftState(
            self.method, self.training, self.protection, self.selected, self.pins, self.kept.chosen(),
            self.kept.held_out(), tuple(model.name for model in self._shelf.models),
        )  # fmt: skip

    def restore(self, state: DraftState) -> None:
        """Datasets that have come since go again, unless somebody has edited them."""
        for model in list(self._shelf.models):
            if model.name not in state.datasets and not model.undo_stack.count():
                self._shelf.remove(model.name)
        for model in list(self._shelf.models):
            model.restore_held_out(frozenset(state.held_out.get(model.name, ())))
            self.kept.set_kept(model.name, model.name in state.kept)
        self.select(state.selected)
        self.set_method(state.method)
        self.set_training(state.training)
        self.set_protection(state.protection)
        self._put_pins(state.pins)

    def _put_pins(self, pins: tuple[Probe, ...]) -> None:
        if pins != self.pins:
            self._set_pins(pins)

    def _found_or_added(self, dataset: Dataset) -> str:
        """The name of a dataset of the shelf with these rows."""
        same = [model for model in self._shelf.models if model.rows() == dataset.rows]
        found = next((model for model in same if model.name == dataset.name), same[0] if same else None)
        return found.name if found else self._shelf.add(dataset.name, dataset.rows, dataset.role).name

    def _known_datasets(self, recipe: Recipe) -> tuple[str, ...]:
        """The names of the datasets of the shelf with the rows that were kept and held out, marked as they were."""
        kept = {dataset.name: dataset for dataset in recipe.kept}
        held_out = {dataset.name: dataset for dataset in recipe.held_out}
        return tuple(self._known(kept.get(name), held_out.get(name)) for name in dict.fromkeys((*kept, *held_out)))

    def _known(self, kept: Dataset | None, held_out: Dataset | None) -> str:
        """One of them; at least one of its parts is there. An empty part has been left out of the recipe."""
        parts = (kept.rows if kept else (), held_out.rows if held_out else ())
        named = kept or held_out
        assert named is not None
        out = frozenset(parts[1])
        same = [model for model in self._shelf.models if split_rows(model.rows(), out) == parts]
        found = next((model for model in same if model.name == named.name), same[0] if same else None)
        if found is None:
            found = self._shelf.add(named.name, (*parts[0], *parts[1]), named.role)
        if found.held_out != out:
            found.restore_held_out(out)
        return found.name

    # Pins

    def pin(self, probe: Probe) -> None:
        """Adds a watched prompt, or renews the wanted token of one that is pinned."""
        others = tuple(pin for pin in self.pins if pin.prompt != probe.prompt)
        self._push_pins((*others, probe) if len(others) == len(self.pins) else self._renewed(probe))

    def unpin(self, prompt: str) -> None:
        self._push_pins(tuple(pin for pin in self.pins if pin.prompt != prompt))

    def order_pins(self, prompts: tuple[str, ...]) -> None:
        places = {prompt: place for place, prompt in enumerate(prompts)}
        self._push_pins(tuple(sorted(self.pins, key=lambda pin: places.get(pin.prompt, len(places)))))

    def _renewed(self, probe: Probe) -> tuple[Probe, ...]:
        return tuple(probe if pin.prompt == probe.prompt else pin for pin in self.pins)

    def _push_pins(self, pins: tuple[Probe, ...]) -> None:
        if pins != self.pins:
            self._undo_stack.push(_PinsChange(self, pins))

    def _set_pins_of(self, kind: str, pins: tuple[Probe, ...]) -> None:
        """Of a kind of base that need not be open."""
        if kind == self.kind:
            self._set_pins(pins)
        elif kind in self.other_settings:
            self.other_settings[kind] = self.other_settings[kind].model_copy(update={"pins": pins})
            self.edited.emit()

    def _set_pins(self, pins: tuple[Probe, ...]) -> None:
        self.pins = pins
        self.pins_changed.emit()
        self.edited.emit()

    # What changes follow from a change

    def _dataset_renamed(self, name: str, new_name: str) -> None:
        self.select(tuple(new_name if chosen == name else chosen for chosen in self.selected))

    def _tell_uses(self) -> None:
        tell_uses(self._shelf.models, self.selected, reads=not self.method.learns_by_gradients)

    def _settings_edited(self) -> None:
        self._tell_uses()
        self.settings_changed.emit()
        self._recipe_edited()

    def _recipe_edited(self) -> None:
        self.edited.emit()
        self.look_again()


class _PinsChange(QUndoCommand):
    def __init__(self, draft: RecipeDraft, after: tuple[Probe, ...]) -> None:
        super().__init__(draft.tr("Change the pinned prompts"))
        self._draft, self._before, self._after = draft, draft.pins, after
        self._kind = draft.kind  # when it is undone, another kind of base may be open, with pins of its own

    def redo(self) -> None:
        self._draft._set_pins_of(self._kind, self._after)

    def undo(self) -> None:
        self._draft._set_pins_of(self._kind, self._before)
