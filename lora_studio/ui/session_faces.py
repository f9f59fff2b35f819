"""The parts of the session's face that only hand on: what panels ask of the recipe, the board and the run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from lora_studio.core.data.builtin import Probe
from lora_studio.core.data.dataset import Role
from lora_studio.core.errors import StudioError
from lora_studio.core.events import Comparison, Event
from lora_studio.core.methods import Method
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.summaries import Plan, VariantSummary
from lora_studio.core.workspace import Board
from lora_studio.ui.asking import Asker
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.dataset_shelf import DatasetShelf
from lora_studio.ui.faders import Faders
from lora_studio.ui.kept_rows import KeptFigures
from lora_studio.ui.recipe_draft import DraftState, RecipeDraft
from lora_studio.ui.run_control import RunControl
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.runs_on_board import RunsOnBoard
from lora_studio.ui.state_keeper import StateKeeper
from lora_studio.ui.variant_board import VariantBoard


class AskFace:
    """What the variants say."""

    asker: Asker

    def compare(
        self,
        prompt: str,
        then: Callable[[Comparison], None],
        *,
        wanted: str = "",
        key: object = None,
        temperature: float = 1.0,
        but: Collection[str] = (),
        otherwise: Callable[[StudioError], object] | None = None,
        quiet: bool = False,
        as_chat: bool = False,
    ) -> None:
        """Asks every variant (`but` those named) for its top-5; `then` is called in the window's thread.

        With a `key`, a newer request with the same key replaces one that has not been served yet (for typing). An error
        is shown in the window unless `quiet`, and goes to `otherwise`. `as_chat` asks what the model answers to the
        prompt, rather than how it goes on.
        """
        self.asker.ask(
            lambda engine: engine.compare(prompt, wanted, temperature=temperature, but=but, as_chat=as_chat),
            then, key=key, otherwise=otherwise, quiet=quiet,
        )  # fmt: skip

    def compare_many(
        self,
        questions: Sequence[tuple[str, str]],
        then: Callable[[tuple[Comparison | StudioError, ...]], None],
        *,
        key: object = None,
        temperature: float = 1.0,
        but: Collection[str] = (),
    ) -> None:
        """As `compare` for many pairs of prompt and wanted token at once."""
        self.asker.ask(lambda engine: engine.compare_many(questions, temperature=temperature, but=but), then, key=key)


class RecipeFace:
    """The datasets and the settings of the next run."""

    _draft: RecipeDraft
    _shelf: DatasetShelf
    _state: StateKeeper

    @property
    def method(self) -> Method:
        return self._draft.method

    @property
    def training(self) -> TrainingSettings:
        return self._draft.training

    @property
    def protection(self) -> Protection:
        return self._draft.protection

    @property
    def selected(self) -> tuple[str, ...]:
        """The names of the datasets that the next run trains on, in its order."""
        return self._draft.selected

    @property
    def pins(self) -> tuple[Probe, ...]:
        return self._draft.pins

    @property
    def plan(self) -> Plan | None:
        """What the next run would amount to; None: not known yet, or it cannot run (`plan_problem`)."""
        return self._draft.plan

    @property
    def plan_problem(self) -> StudioError | None:
        return self._draft.plan_problem

    def set_method(self, method: Method) -> None:
        self._draft.set_method(method)

    def set_training(self, training: TrainingSettings) -> None:
        self._draft.set_training(training)

    def set_protection(self, protection: Protection) -> None:
        self._draft.set_protection(protection)

    def select_datasets(self, names: tuple[str, ...]) -> None:
        """In this order; names of datasets that are gone are left out."""
        self._draft.select(names)

    def recipe(self) -> Recipe:
        """What Train would run now. Raises DataError: no dataset is selected."""
        return self._draft.recipe()

    def recipe_state(self) -> DraftState:
        """All that `use_recipe` changes."""
        return self._draft.state()

    def restore_recipe(self, state: DraftState) -> None:
        """Takes back `use_recipe`; `state` was taken before."""
        self._draft.restore(state)

    def use_recipe(self, recipe: Recipe) -> None:
        """Takes over a stored recipe, to be edited. Its datasets are found by name and rows, or added."""
        self._draft.use(recipe)

    def pin(self, probe: Probe) -> None:
        """Adds a watched prompt, or renews the wanted token of one that is pinned."""
        self._draft.pin(probe)

    def unpin(self, prompt: str) -> None:
        self._draft.unpin(prompt)

    def order_pins(self, prompts: tuple[str, ...]) -> None:
        """Puts the watched prompts into this order; those that it does not name come last."""
        self._draft.order_pins(prompts)

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

    @property
    def kept_figures(self) -> KeptFigures | None:
        """How many rows are kept in the next run; None while they are being counted for the first time."""
        return self._draft.kept.figures

    def set_kept(self, name: str, kept: bool) -> None:
        """Counts a dataset to what the base knows and should go on knowing, or no longer."""
        self._draft.kept.set_kept(name, kept)
        self._state.keep()


class BoardFace:
    """What stands beside the base."""

    _board: VariantBoard
    _runs_on_board: RunsOnBoard

    @property
    def variants(self) -> tuple[VariantSummary, ...]:
        return self._board.variants

    @property
    def visible_variants(self) -> tuple[VariantSummary, ...]:
        """Those that the answers show: the base, and what was not hidden."""
        return self._board.visible

    def set_visible(self, variant: str, visible: bool) -> None:
        self._board.set_visible(variant, visible)

    @property
    def faders(self) -> dict[int, Faders]:
        """How mixes are set, by their `mix_id`."""
        return self._board.faders

    def keep_faders(self, mix: int, faders: Faders) -> None:
        self._board.keep_faders(mix, faders)

    def color_place(self, variant: str) -> int:
        """The place of a variant's colour, for `theme.variant_color`; of one that is not there, what it would get."""
        return self._board.color_place(variant)

    def is_failed(self, variant: str) -> bool:
        """Whether the run that made a variant was stopped by an error."""
        return self._board.is_failed(variant)

    def update_variants(self, variants: tuple[VariantSummary, ...]) -> None:
        """What the engine has just said that there is."""
        self._board.update(variants)

    def refresh_variants(self, *_: object) -> None:
        """Asks the engine which variants there are."""
        self._board.refresh()

    def forget_adapters(self, board: Board) -> None:
        """Takes adapters off the list that are not on the disk any more."""
        self._board.forget(board)

    def save_adapter(self, variant: str, folder: Path) -> None:
        self._board.save(variant, folder)

    def load_adapter(self, folder: Path) -> None:
        self._runs_on_board.load(folder)

    def detach(self, variant: str) -> None:
        """Takes a variant away from the board; its folder on disk stays. Can be undone."""
        self._board.detach(variant)

    def merge(self, variant: str) -> None:
        """Adds a variant with the method folded into plain weights, and shows the receipt."""
        self._board.merge(variant)

    def export_merged(self, variant: str, folder: Path) -> None:
        self._board.export(variant, folder)

    def export_gguf(self, variant: str, folder: Path) -> None:
        """Writes a variant's adapter for llama.cpp and Ollama to a new folder."""
        self._board.export_gguf(variant, folder)

    def rename(self, variant: str, name: str) -> None:
        """And the run that made it. Can be undone."""
        self._runs_on_board.rename_variant(variant, name)

    def rename_run(self, path: Path, name: str) -> None:
        """And its variant, where it stands on the board. Can be undone."""
        self._runs_on_board.rename_run(path, name)

    def remove_runs(self, paths: Collection[Path]) -> None:
        """To the bin, and their variants off the board. Can be undone."""
        self._runs_on_board.remove(paths)

    def set_strength(self, variant: str, strength: float) -> None:
        """Turns a variant up or down. Of requests that are still waiting only the newest is served."""
        self._board.set_strength(variant, strength)


class RunFace:
    """The run in progress, or the last one."""

    _runs: RunControl

    @property
    def run(self) -> RunState:
        return self._runs.state

    @property
    def begun_by_person(self) -> bool:
        """Whether the run in progress, or the last one, was begun by Train or Resume, rather than by the queue."""
        return self._runs.by_person

    @property
    def run_events(self) -> Sequence[Event]:
        """The events so far of the run in progress, or of the last one; of a long one not every measurement."""
        return self._runs.tracker.events

    @property
    def trained_variant(self) -> str:
        """The variant that is being trained; empty if there is none."""
        return self._runs.tracker.variant

    @property
    def run_recipe(self) -> Recipe | None:
        """Of the run in progress, or of the last one."""
        return self._runs.tracker.recipe

    def pause(self) -> None:
        self._runs.pause()

    def cancel(self) -> None:
        """Ends the run; what it learned is kept. Those that wait go on, unless the queue is held."""
        self._runs.cancel()
