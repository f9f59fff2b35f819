"""What the window works on: the datasets, the settings, the pinned prompts, the variants and the run in progress.

Panels are given a session and a bridge and know nothing of each other. The session is the one face of what stands
behind it: RecipeDraft (what is edited), RunControl (what runs, and the queue), VariantBoard (what stands beside the
base), Bases, RunHistory and StateKeeper. It joins them, and hands on what they say.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from lora_studio.core.errors import StorageError, StudioError
from lora_studio.core.events import Receipt
from lora_studio.core.jobs import Service
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.summaries import ModelSummary, Plan
from lora_studio.core.workspace import Board, StudioState, Workspace
from lora_studio.ui.asking import Asker
from lora_studio.ui.bases import Bases
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.continue_choices import ContinueChoices, FormChoices
from lora_studio.ui.continuer import Continuer
from lora_studio.ui.dataset_shelf import DatasetShelf
from lora_studio.ui.downloads import Downloads
from lora_studio.ui.keeper import Keeper
from lora_studio.ui.opening import Opening
from lora_studio.ui.probe_choices import ProbeChoices
from lora_studio.ui.questioner import Questioner
from lora_studio.ui.recipe_draft import RecipeDraft
from lora_studio.ui.run_control import RunControl
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.run_queue import RunQueue
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.runs_on_board import RunsOnBoard
from lora_studio.ui.session_faces import AskFace, BoardFace, RecipeFace, RunFace
from lora_studio.ui.state_keeper import StateKeeper
from lora_studio.ui.variant_board import VariantBoard
from lora_studio.ui.widgets.compare_runs import CompareChoices

__all__ = ["RunState", "Session"]


class Session(AskFace, RecipeFace, BoardFace, RunFace, QObject):
    """The window's state. All methods are called in the window's thread and return at once."""

    model_ready = Signal(object)  # ModelSummary: the base can be probed and trained from now on
    model_left = Signal()  # the base is about to be another; `model` is None until `model_ready`
    opening_changed = Signal(object)  # Opening | None: how far the opening of a model is
    base_changed = Signal(object)  # BaseChange: another base was chosen and is there
    datasets_changed = Signal()  # a dataset was added, removed or renamed (edits: DatasetModel.edited)
    selection_changed = Signal()  # which datasets the next run trains on
    kept_changed = Signal()  # which datasets say what the base knows, or how many of their rows are kept
    settings_changed = Signal()  # method, training settings or protection
    plan_changed = Signal(object)  # Plan | None (None: not known yet, or the settings don't fit: plan_problem)
    pins_changed = Signal()
    variants_changed = Signal()  # which there are, what is known of one, or which are shown
    undoable = Signal(str, object)  # what was just done, and the QUndoStack that takes it back
    strength_refused = Signal(str, float)  # variant, the strength that was asked for
    adapters_missing = Signal(object)  # Board: what stood on the board and is not on the disk any more
    interrupted = Signal(object)  # tuple[StoredRun, ...]: runs that can go on
    not_resumed = Signal(object)  # Path: of a run that was to go on, and did not
    elsewhere = Signal(object, str)  # Path, base: the run could go on if that base were open
    run_changed = Signal(object)  # RunState
    problem = Signal(object)  # StudioError: shown in the window until read
    problem_gone = Signal(object)  # StudioError: its cause is gone, it need not be read any more
    receipt = Signal(object)  # Receipt

    def __init__(self, workspace: Workspace, service: Service, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.model: ModelSummary | None = None
        self.undo_stack = QUndoStack(self)  # of what is done to variants, pins, runs and the queue
        self._keeper = Keeper(bridge, self, read_only=workspace.read_only)
        self._state = StateKeeper(workspace, self._keeper, self)
        state = self._state.state
        self.asker = Asker(service, bridge, self)
        self._shelf = DatasetShelf(workspace, self._keeper, state.datasets, self)
        self._draft = RecipeDraft(state, self._shelf, self.asker, self.undo_stack, self._open_base, self)
        self._board = VariantBoard(state.variants, self.asker, self.undo_stack, self._receipt_prompts, self)
        self._bases = Bases(self.asker, state, self._board.kept, self)
        self.downloads = Downloads(workspace.folder / "models", bridge, self, read_only=workspace.read_only)
        self.history = RunHistory(workspace.folder, bridge, self.undo_stack, self, read_only=workspace.read_only)
        self._runs_on_board = RunsOnBoard(self.history, self._board, self.undo_stack, self)
        self.queue = RunQueue(workspace, self._keeper, self.undo_stack, self)
        self.queue.restore(state.queue)
        self._questioner = Questioner(workspace, self.asker, self.history, self._board, self)
        self.questions = self._questioner.open
        self._obstacle: StudioError | None = None  # why the last run that was wanted could not begin
        self._resume_after: tuple[str, Path] | None = None  # when this base is there, this run goes on
        self.compare_choices = CompareChoices()  # outlive a window, as a new language makes another
        self.probe_choices = ProbeChoices(state, self)
        self.continue_choices = ContinueChoices(state, self)
        self.form_choices = FormChoices(state, self)
        self.continuer = Continuer(service, bridge, self)
        self._runs = RunControl(
            workspace, service, bridge, self.asker, self.queue, self._may_run, self._open_base, self
        )
        self._early_problems = [*self._state.problems, *self._shelf.problems, *self.queue.problems]
        self._hand_on(bridge)
        self._join()
        self._state.watch(self._now)

    def _hand_on(self, bridge: Bridge) -> None:
        """What those behind the session say, as signals of its own."""
        for speaker in (
            self._keeper, self.asker, self.continuer, self._bases, self._runs, self.history, self._questioner,
            self.downloads,
        ):  # fmt: skip
            speaker.problem.connect(self.problem)
        bridge.failed.connect(self.problem)
        self._shelf.listed.connect(self.datasets_changed)
        self._draft.selection_changed.connect(self.selection_changed)
        self._draft.kept.changed.connect(self.kept_changed)
        self._draft.settings_changed.connect(self.settings_changed)
        self._draft.plan_changed.connect(self.plan_changed)
        self._draft.plan_changed.connect(self._plan_changed)
        self._draft.pins_changed.connect(self.pins_changed)
        self._board.changed.connect(self.variants_changed)
        self._board.strength_refused.connect(self.strength_refused)
        self._runs_on_board.undoable.connect(self.undoable)
        self._questioner.interrupted.connect(self.interrupted)
        self._questioner.adapters_missing.connect(self.adapters_missing)
        self._questioner.elsewhere.connect(self.elsewhere)
        self._bases.changed.connect(self.base_changed)
        self._bases.opening_changed.connect(self.opening_changed)
        self._runs.not_resumed.connect(self.not_resumed)
        tracker = self._runs.tracker
        tracker.changed.connect(self.run_changed)
        tracker.failed.connect(self.problem)
        for receipts in (self._board.receipt, self._bases.receipt, tracker.saved):
            receipts.connect(self.receipt)

    def _join(self) -> None:
        """What follows in one place from what happens in another."""
        for changed in (
            self._shelf.listed, self._shelf.held_out_changed, self._draft.edited, self._board.changed,
            self._board.faders_moved, self.queue.changed, self.probe_choices.edited,
            self.continue_choices.edited, self.form_choices.edited,
        ):  # fmt: skip
            changed.connect(self._state.keep)
        self._bases.left.connect(self._model_closed)
        self._bases.left.connect(self.continuer.stop)
        self._bases.came.connect(self._base_came)
        self._bases.stayed.connect(self._model_opened)
        tracker = self._runs.tracker
        tracker.saved.connect(self._run_saved)
        tracker.events_taken.connect(self._board.take_events)
        tracker.began_or_ended.connect(self._board.refresh)
        tracker.began_or_ended.connect(self.history.reload)
        tracker.changed.connect(self._tell_live)
        self._runs.folder_made.connect(self._begin_live)
        self._runs.elsewhere.connect(self._questioner.ask_for_base)

    # Beginning and ending

    @property
    def workspace_folder(self) -> Path:
        return self._workspace.folder

    @property
    def read_only(self) -> bool:
        """Whether another window has the workspace, so that nothing here is kept."""
        return self._workspace.read_only

    def open(self) -> None:
        """Opens the base and the adapters that were on the board. To be called when the window is painted."""
        for error in self._early_problems:
            self.problem.emit(error)
        self._early_problems.clear()
        self._bases.open()
        self.downloads.look()
        self._questioner.look_for_interrupted()

    def close(self) -> list[StudioError]:
        """Writes what is waiting to be written, and returns what could not be. Whoever made the service closes it."""
        self._runs.stop()
        self.downloads.close()
        self.continuer.stop()
        self._draft.stop()
        self.history.close()
        return self._keeper.close()

    # Running

    def train(self) -> None:
        """Runs the recipe as it stands, or queues it while another one runs; later edits do not reach it."""
        self._begin(queued=self.run.active)

    def add_to_queue(self) -> None:
        """Queues the recipe as it stands."""
        self._begin(queued=True)

    def _begin(self, *, queued: bool) -> None:
        if self.model is None or self._refuse_to_write():
            return
        try:
            recipe = self.recipe()
        except StudioError as error:
            self._obstacle = error
            self.problem.emit(error)
            return
        self._obstacle_gone()
        if queued:
            self.queue.add(recipe)
        else:
            self._runs.start(recipe)

    def _plan_changed(self, plan: Plan | None) -> None:
        if plan is not None:
            self._obstacle_gone()

    def _obstacle_gone(self) -> None:
        """What kept a run from beginning does so no longer."""
        obstacle, self._obstacle = self._obstacle, None
        if obstacle:
            self.problem_gone.emit(obstacle)

    def resume(self, path: Path | None = None) -> bool:
        """Goes on with the run that is paused, or with the interrupted one in the folder `path`.

        False: it cannot now, which is said. What goes wrong later is told by `not_resumed` or `elsewhere`.
        """
        if path is None:
            self._runs.unpause()
            return True
        begins = not self._refuse_to_write() and self._runs.resume(path)
        if begins:
            self.questions.answer_run(path)
        return begins

    def resume_on(self, base: str, path: Path) -> bool:
        """As `resume`, once the base that the run needs has taken the place of the one that is open."""
        if self.model is None or self.model.source == base:  # without a base it is refused, which is said
            return self.resume(path)
        if self._refuse_to_write() or not self._may_change_base():
            return False
        self._resume_after = (base, path)
        self._bases.change(base)
        return True

    def _may_run(self) -> bool:
        return self.model is not None and not self.read_only

    def _refuse_to_write(self) -> bool:
        if self.read_only:
            self.problem.emit(
                StorageError(
                    "Nothing can be trained here: another window has this workspace.",
                    advice="Train there, or close it and press “Try again” below.",
                )
            )
        return self.read_only

    # Bases

    @property
    def recent_bases(self) -> tuple[str, ...]:
        """Model folders that were opened, the latest first."""
        return self._bases.recent

    def open_base(self, source: str, options: OpenOptions | None = None) -> None:
        """Opens "minigpt" or a model folder; what stands on the board goes, and what stood beside the other comes.

        Without `options`, as it was opened last.
        """
        if self._may_change_base():
            self._bases.change(source, options)

    def open_options(self, source: str) -> OpenOptions:
        """How a model was opened last, or would be."""
        return self._bases.options_of(source)

    @property
    def opening(self) -> Opening | None:
        """How far the opening of a model is; None while none is being opened."""
        return self._bases.opening

    def stop_opening(self) -> None:
        """What is being opened is given up; what was open stays."""
        self._bases.stop_opening()

    def use_as_base(self, variant: str) -> None:
        """Writes a variant's merged model into the workspace and opens that."""
        if self._may_change_base() and not self._refuse_to_write():
            folder = self._workspace.new_model_folder(variant)
            self._bases.change_to_variant(variant, folder, self._receipt_prompts())

    def _receipt_prompts(self) -> tuple[str, ...]:
        """A receipt repeats the pinned prompts; without any, the engine finds some."""
        return tuple(pin.prompt for pin in self.pins)

    def _may_change_base(self) -> bool:
        if self.run.active:
            self.problem.emit(
                StudioError("A run is in progress.", advice="Wait for it to end, or cancel it; then open another base.")
            )
        return self.model is not None and not self.run.active

    def _open_base(self) -> str:
        return self.model.source if self.model else ""

    def _model_closed(self) -> None:
        self.model = None
        self.model_left.emit()

    def _base_came(self, model: ModelSummary, board: Board) -> None:
        self._board.put_back(board)
        self._model_opened(model)
        self._state.keep()

    def _model_opened(self, model: ModelSummary) -> None:
        self.model = model
        self._shelf.set_known_words(model.knows)
        self._draft.suit(model)
        self.probe_choices.suit(self._draft.kind)
        self._draft.kept.look_again()
        self._board.refresh()
        self.model_ready.emit(model)
        self._draft.look_again()
        wanted, self._resume_after = self._resume_after, None
        if wanted and wanted[0] == model.source:
            self.resume(wanted[1])
        elif wanted:  # it could not be opened, which was said
            self._questioner.ask_for_base(wanted[1], wanted[0])
        self._runs.look_for_next()

    # What a run leaves

    def _run_saved(self, receipt: Receipt) -> None:
        """Remembered at once: the window may close before the engine has told of the new variant."""
        self._board.expect(receipt.path, self.trained_variant)
        self._state.keep()

    def _begin_live(self, path: Path) -> None:
        """Told a moment later than its events: a short run may have ended."""
        if self.run.active:
            self.history.set_live(path)

    def _tell_live(self, run: RunState) -> None:
        if not run.active:
            self.history.set_live(None)

    # What is kept

    def _now(self) -> StudioState:
        draft, bases = self._draft, self._bases
        return StudioState(
            datasets=self._shelf.entries(),
            selected=draft.selected,
            method=draft.method,
            training=draft.training,
            protection=draft.protection,
            kept=draft.kept.chosen(),
            held_out=draft.kept.held_out(),
            pins=draft.pins,
            variants=self._board.kept(),
            base=bases.source,
            recent_bases=bases.recent,
            boards=bases.boards,
            open_options=bases.kept_options(),
            queue=self.queue.kept(),
            prompt=self.probe_choices.prompt,
            wanted=self.probe_choices.wanted,
            settings_for=draft.kind,
            other_settings=draft.other_settings,
            other_prompts=self.probe_choices.others,
            probe_as_chat=self.probe_choices.as_chat,
            continued=self.continue_choices.prompt,
            continuing=self.continue_choices.settings,
            as_chat=self.continue_choices.as_chat,
            more_settings=self.form_choices.more,
        )
