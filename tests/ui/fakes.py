"""A session without a model: the same signals and attributes, and canned answers from the reference's table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from lora_studio.core.data.builtin import FACT_PROBES, TRAINING, Probe
from lora_studio.core.errors import StudioError
from lora_studio.core.events import Answer, Comparison, Event, Prediction
from lora_studio.core.methods import Lora, Method
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.probing.continuation import ContinueSettings
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings
from lora_studio.core.summaries import ModelSummary, Plan, VariantSummary
from lora_studio.core.workspace import StudioState
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.continue_choices import ContinueChoices, FormChoices
from lora_studio.ui.downloads import Downloads
from lora_studio.ui.faders import Faders
from lora_studio.ui.kept_rows import KeptFigures
from lora_studio.ui.opening import Opening
from lora_studio.ui.probe_choices import ProbeChoices
from lora_studio.ui.run_history import RunHistory
from lora_studio.ui.run_queue import RunQueue
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.session import Session
from lora_studio.ui.widgets.compare_runs import CompareChoices

WORDS = frozenset(word for row in TRAINING.rows for word in row.split())
MODEL = ModelSummary("MiniGPT", "minigpt", "minigpt", 109_126, "CPU", 64, WORDS)
BASE = VariantSummary("Base", is_base=True)
LORA_V = VariantSummary("LoRA V", is_base=False, method="LoRA", trainable=1024, final_loss=0.05, seconds=1.2)
LORA_ALL = VariantSummary("LoRA all", is_base=False, method="LoRA", trainable=4096, final_loss=0.04, seconds=1.4)
NEW_WORDS = frozenset({"wald", "suppe"})  # known to every variant but the base

Shares = dict[str, float]
TABLE: dict[str, tuple[Shares, Shares, Shares]] = {
    "die katze sitzt auf dem": (
        {"tisch": 0.981, "spielplatz": 0.008, "teller": 0.005, "sofa": 0.0031, "park": 0.001},
        {"sofa": 0.942, "tisch": 0.021, "teller": 0.013, "spielplatz": 0.009, "park": 0.002},
        {"sofa": 0.968, "tisch": 0.012, "spielplatz": 0.0071, "teller": 0.004, "park": 0.002},
    ),
    "der hund läuft im": (
        {"garten": 0.991, "park": 0.003, "frühling": 0.001, "hof": 0.001, "himmel": 0.0004},
        {"wald": 0.967, "garten": 0.022, "park": 0.004, "hof": 0.001, "frühling": 0.001},
        {"wald": 0.981, "garten": 0.011, "park": 0.002, "hof": 0.001, "frühling": 0.001},
    ),
    "die frau kocht": (
        {"das": 0.992, "die": 0.002, "ein": 0.002, "im": 0.001, "auf": 0.0004},
        {"die": 0.978, "das": 0.012, "ein": 0.004, "im": 0.001, "auf": 0.001},
        {"die": 0.983, "das": 0.009, "ein": 0.002, "im": 0.001, "auf": 0.001},
    ),
    "der mann liest": (
        {"die": 0.998, "das": 0.001, "ein": 0.0004, "im": 0.0002, "auf": 0.0001},
        {"das": 0.961, "die": 0.028, "ein": 0.004, "im": 0.001, "auf": 0.001},
        {"das": 0.979, "die": 0.014, "ein": 0.002, "im": 0.001, "auf": 0.001},
    ),
    "die sonne scheint am": (
        {"himmel": 0.962, "morgen": 0.024, "garten": 0.002, "bahnhof": 0.001, "park": 0.001},
        {"himmel": 0.531, "morgen": 0.221, "wald": 0.112, "garten": 0.041, "park": 0.02},
        {"himmel": 0.634, "morgen": 0.182, "wald": 0.061, "garten": 0.031, "park": 0.02},
    ),
    "das kind spielt im": (
        {"garten": 0.989, "hof": 0.004, "park": 0.002, "frühling": 0.001, "himmel": 0.0004},
        {"wald": 0.822, "garten": 0.131, "hof": 0.012, "park": 0.004, "frühling": 0.001},
        {"wald": 0.814, "garten": 0.134, "hof": 0.011, "park": 0.004, "frühling": 0.001},
    ),
    "die blume blüht im": (
        {"frühling": 0.991, "garten": 0.003, "park": 0.002, "hof": 0.001, "himmel": 0.0004},
        {"frühling": 0.852, "wald": 0.071, "garten": 0.021, "park": 0.011, "hof": 0.004},
        {"frühling": 0.883, "wald": 0.062, "garten": 0.014, "park": 0.008, "hof": 0.004},
    ),
}
ELSEWHERE: tuple[Shares, Shares, Shares] = (
    {"der": 0.31, "die": 0.22, "auf": 0.12, "im": 0.08, "garten": 0.05},
    {"die": 0.35, "der": 0.25, "auf": 0.11, "wald": 0.09, "im": 0.04},
    {"die": 0.37, "der": 0.24, "auf": 0.1, "wald": 0.1, "im": 0.04},
)


def canned_answer(prompt: str, index: int) -> Answer:
    """What the variant at `index` says; from the third on all say the same."""
    shares = TABLE.get(prompt, ELSEWHERE)[min(index, 2)]
    known = WORDS if index == 0 else WORDS | NEW_WORDS
    tokens = tuple(prompt.split())
    unknown = tuple(token for token in tokens if token.lower() not in known)
    return Answer(prompt, tokens, unknown, tuple(Prediction(token, share) for token, share in shares.items()))


def canned_comparison(prompt: str, variants: tuple[str, ...], wanted: str = "") -> Comparison:
    """As core's: the union of all top-5, the wanted token among them, None where a vocabulary lacks the token."""
    answers = tuple(canned_answer(prompt, index) for index in range(len(variants)))
    tokens = dict.fromkeys(prediction.token for answer in answers for prediction in answer.predictions)
    if wanted:
        tokens.setdefault(wanted)
    rows = tuple(tuple(_share(answer, index, token) for token in tokens) for index, answer in enumerate(answers))
    return Comparison(prompt, wanted, variants, tuple(tokens), rows, answers)


def _share(answer: Answer, index: int, token: str) -> float | None:
    if token not in (WORDS if index == 0 else WORDS | NEW_WORDS):
        return None
    return next((prediction.probability for prediction in answer.predictions if prediction.token == token), 0.0002)


class FakeAsker(QObject):
    """Notes down the jobs; with an `engine`, does them at once."""

    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine: Any = None
        self.jobs: list[Callable[..., Any]] = []

    def ask(self, job: Callable[..., Any], then: Callable[..., None], **options: Any) -> None:
        self.jobs.append(job)
        if self.engine is None:
            return
        try:
            answer = job(self.engine)
        except StudioError as error:
            if not options.get("quiet"):
                self.problem.emit(error)
            if options.get("otherwise"):
                options["otherwise"](error)
        else:
            then(answer)


class FakeContinuer(QObject):
    """Notes down what was to be continued; tests tell what comes."""

    told = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self.begun: list[tuple[Any, ...]] = []

    def begin(self, variants: Sequence[str], prompt: str, settings: ContinueSettings, *, as_chat: bool) -> None:
        self.stop()
        self.begun.append((tuple(variants), prompt, settings, as_chat))
        self.busy = True

    def stop(self) -> None:
        if self.busy:
            self.end()

    def end(self) -> None:
        self.busy = False
        self.ended.emit()


class FakeSession(QObject):
    """Stands in for `Session` where a panel is shown alone. Answers come back with the next turn of the event loop.

    Set `holding` to keep the answers back until `deliver()`; `asked` lists what was asked, `calls` what else was done.
    """

    model_ready = Signal(object)
    model_left = Signal()
    opening_changed = Signal(object)
    base_changed = Signal(object)
    datasets_changed = Signal()
    selection_changed = Signal()
    kept_changed = Signal()
    settings_changed = Signal()
    plan_changed = Signal(object)
    pins_changed = Signal()
    variants_changed = Signal()
    strength_refused = Signal(str, float)
    interrupted = Signal(object)
    adapters_missing = Signal(object)
    run_changed = Signal(object)
    problem = Signal(object)
    problem_gone = Signal(object)
    undoable = Signal(str, object)
    receipt = Signal(object)

    def __init__(self, *, ready: bool = True, variants: tuple[VariantSummary, ...] = (BASE,)) -> None:
        super().__init__()
        self.model: ModelSummary | None = MODEL if ready else None
        self.plan: Plan | None = None
        self.plan_problem: StudioError | None = None
        self.run = RunState()
        self.begun_by_person = True
        self.run_events: tuple[Event, ...] = ()
        self.run_recipe: Recipe | None = None
        self.trained_variant = ""
        self.recent_bases: tuple[str, ...] = ()
        self.variants = variants if ready else ()
        self.pins: tuple[Probe, ...] = FACT_PROBES
        self.method: Method = Lora(targets=("v_proj",))
        self.training = TrainingSettings()
        self.protection = Protection()
        self.kept_figures: KeptFigures | None = KeptFigures(("TRAINING",), kept=16, contradicted=4, held_out=0)
        self.datasets: list[Any] = []
        self.selected: tuple[str, ...] = ()
        self.workspace_folder = Path()
        self.asker = FakeAsker(self)
        self.undo_stack = QUndoStack(self)
        self.queue = RunQueue(parent=self)
        self.compare_choices = CompareChoices()
        self.probe_choices = ProbeChoices(StudioState(), self)
        self.continue_choices = ContinueChoices(StudioState(), self)
        self.form_choices = FormChoices(StudioState(), self)
        self.continuer = FakeContinuer(self)
        self.faders: dict[int, Faders] = {}
        bridge = Bridge(self)
        bridge.close()  # a timer that runs while its session is collected as garbage ends the process
        self.downloads = Downloads(Path(), bridge, self)
        self.opening: Opening | None = None
        self.options: dict[str, OpenOptions] = {}
        self.history = RunHistory(self.workspace_folder, bridge, self.undo_stack, self)
        self.read_only = False
        self.hidden: set[str] = set()
        self.failed: set[str] = set()
        self.holding = False
        self.asked: list[tuple[str, str]] = []
        self.temperature = 1.0  # of the last question
        self.as_chat = False  # likewise
        self.unable: set[str] = set()  # variants that leave every question unanswered
        self.calls: list[tuple[Any, ...]] = []
        self.refused: dict[str, StudioError] = {}  # prompts that cannot be answered
        self.jobs_asked: list[int] = []  # how many prompts each question for many had
        self._waiting: dict[object, Callable[[], object]] = {}

    def as_session(self) -> Session:
        """For the type checker."""
        return cast(Session, self)

    def become_ready(self, variants: tuple[VariantSummary, ...] = (BASE,)) -> None:
        self.model = MODEL
        self.model_ready.emit(MODEL)
        self.set_variants(variants)

    def set_variants(self, variants: tuple[VariantSummary, ...]) -> None:
        self.variants = variants
        self.variants_changed.emit()

    def update_variants(self, variants: tuple[VariantSummary, ...]) -> None:
        self.set_variants(variants)

    @property
    def visible_variants(self) -> tuple[VariantSummary, ...]:
        return tuple(variant for variant in self.variants if variant.name not in self.hidden)

    def set_visible(self, name: str, visible: bool) -> None:
        (self.hidden.discard if visible else self.hidden.add)(name)
        self.variants_changed.emit()

    def color_place(self, name: str) -> int:
        """As the real one for variants that never changed."""
        names = [variant.name for variant in self.variants]
        return names.index(name) if name in names else max(1, len(names))

    def is_failed(self, name: str) -> bool:
        return name in self.failed

    def rename_run(self, path: Path, name: str) -> None:
        self.history.rename(path, name)

    def remove_runs(self, paths: Collection[Path]) -> None:
        self.history.remove(paths)

    def keep_faders(self, mix: int, faders: Faders) -> None:
        self.faders[mix] = faders

    def open_options(self, source: str) -> OpenOptions:
        return self.options.get(source, OpenOptions())

    def set_opening(self, opening: Opening | None) -> None:
        self.opening = opening
        self.opening_changed.emit(opening)

    def set_run(self, run: RunState) -> None:
        self.run = run
        self.run_changed.emit(run)

    # Asking

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
        self.as_chat = as_chat
        answer = self._answer(prompt, wanted, temperature, but)
        if isinstance(answer, Comparison):
            self._answer_later(key, lambda: then(answer))
        elif otherwise:
            self._answer_later(key, lambda: otherwise(answer))
        if isinstance(answer, StudioError) and not quiet:
            self._answer_later(object(), lambda: self.problem.emit(answer))

    def compare_many(
        self,
        questions: Sequence[tuple[str, str]],
        then: Callable[[tuple[Comparison | StudioError, ...]], None],
        *,
        key: object = None,
        temperature: float = 1.0,
        but: Collection[str] = (),
    ) -> None:
        self.jobs_asked.append(len(questions))
        answers = tuple(self._answer(prompt, wanted, temperature, but) for prompt, wanted in questions)
        self._answer_later(key, lambda: then(answers))

    def _answer(self, prompt: str, wanted: str, temperature: float, but: Collection[str]) -> Comparison | StudioError:
        self.asked.append((prompt, wanted))
        self.temperature = temperature
        if prompt in self.refused:
            return self.refused[prompt]
        left_out = {*self.unable, *but}
        names = tuple(variant.name for variant in self.variants if variant.name not in left_out) or ("Base",)
        return replace(canned_comparison(prompt, names, wanted), temperature=temperature)

    def _answer_later(self, key: object, answer: Callable[[], object]) -> None:
        self._waiting[key or object()] = answer
        if not self.holding:
            QTimer.singleShot(0, self, self.deliver)

    def deliver(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer()

    # Pins

    def pin(self, probe: Probe) -> None:
        pins = {pin.prompt: pin for pin in self.pins}
        pins[probe.prompt] = probe
        self.pins = tuple(pins.values())
        self.pins_changed.emit()

    def order_pins(self, prompts: tuple[str, ...]) -> None:
        self.calls.append(("order_pins", prompts))
        self.pins = tuple(sorted(self.pins, key=lambda pin: prompts.index(pin.prompt)))
        self.pins_changed.emit()

    def unpin(self, prompt: str) -> None:
        self.pins = tuple(pin for pin in self.pins if pin.prompt != prompt)
        self.pins_changed.emit()

    # Everything else is only noted down

    def set_method(self, method: Method) -> None:
        self.method = method
        self.settings_changed.emit()

    def set_training(self, training: TrainingSettings) -> None:
        self.training = training
        self.settings_changed.emit()

    def set_protection(self, protection: Protection) -> None:
        self.protection = protection
        self.settings_changed.emit()

    def select_datasets(self, names: tuple[str, ...]) -> None:
        self.selected = names
        self.selection_changed.emit()

    def recipe(self) -> Recipe:
        return Recipe(method=self.method, training=self.training, protection=self.protection, probes=self.pins)

    def __getattr__(self, name: str) -> Any:
        """Whatever else the real session does (train, pause, save_adapter …) is noted in `calls`."""
        if name.startswith("_") or not callable(getattr(Session, name, None)):
            raise AttributeError(name)
        return lambda *arguments: self.calls.append((name, *arguments))
