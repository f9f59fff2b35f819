"""What the base knows and should go on knowing: which datasets say so, and which of their rows new ones contradict.

To compare 100,000 rows takes a moment, so it happens a little after what asked for it, and in slices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.data.contradictions import Beginnings, words_of
from lora_studio.core.data.dataset import Dataset, Role
from lora_studio.ui.dataset_model import DatasetModel

DELAY_MS = 60
SLICE_SECONDS = 0.008
ROWS_BETWEEN_LOOKS = 64  # at the clock

# A dataset's name, its rows, which of them are held out, and whether the base has an answer to a row.
Known = tuple[str, tuple[str, ...], frozenset[str], Callable[[str], bool]]


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """How many rows of which datasets are kept, contradicted by new rows, and held out. Equal rows count once.

    Held-out rows that are contradicted are not measured either, and are counted nowhere.
    """

    datasets: tuple[str, ...]
    kept: int
    contradicted: int
    held_out: int


@dataclass(frozen=True, slots=True)
class _Verdict:
    figures: KeptFigures
    contradicted: Mapping[str, str]  # a known row: the new row that contradicts it


class KeptRows(QObject):
    """Watches over the datasets' models and tells them which of their rows are contradicted."""

    changed = Signal()  # which datasets are kept, or the figures

    def __init__(self, models: Callable[[], Sequence[DatasetModel]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.figures: KeptFigures | None = None  # None: not counted yet
        self._models = models
        self._judging: Generator[None, None, _Verdict] | None = None
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._begin)
        self._next_slice = QTimer(self, singleShot=True, interval=0)
        self._next_slice.timeout.connect(self._go_on)

    def stop(self) -> None:
        self._delay.stop()
        self._next_slice.stop()

    # What the person chose

    def set_kept(self, name: str, kept: bool) -> None:
        for model in self._models():
            if model.name == name and model.kept != kept:
                model.set_kept(kept)
                self.look_again()
                self.changed.emit()

    def restore(self, kept: Sequence[str] | None, held_out: Mapping[str, Sequence[str]]) -> None:
        """As kept on disk; None leaves it to the datasets' roles."""
        for model in self._models():
            if kept is not None:
                model.set_kept(model.name in kept)
            if model.name in held_out:
                model.restore_held_out(held_out[model.name])

    def chosen(self) -> tuple[str, ...]:
        """The names of the datasets that the person counts to what the base knows, learned or not."""
        return tuple(model.name for model in self._models() if model.kept)

    def held_out(self) -> dict[str, tuple[str, ...]]:
        """The rows that are held out, by dataset."""
        found = {model.name: split_rows(model.rows(), model.held_out)[1] for model in self._models() if model.held_out}
        return {name: rows for name, rows in found.items() if rows}

    def parts(self) -> tuple[tuple[Dataset, ...], tuple[Dataset, ...]]:
        """What the next run keeps and what it only measures; what new rows contradict is in there still."""
        kept, held_out = [], []
        for model in self._models():
            if model.is_kept:
                here, out = split_rows(model.rows(), model.held_out)
                kept += [_dataset(model, here)] if here else []
                held_out += [_dataset(model, out)] if out else []
        return tuple(kept), tuple(held_out)

    # Counting

    def look_again(self) -> None:
        """Something changed that matters here: rows, ticks, or what is kept."""
        self._delay.start()

    def _begin(self) -> None:
        """What was being counted is out of date."""
        self._next_slice.stop()
        models = self._models()
        kept = [model for model in models if model.is_kept]
        known = [(model.name, model.rows(), model.held_out, model.has_answer) for model in kept]
        new = [model.rows() for model in models if model.is_learned and not model.are_prompts]
        self._judging = _judge(known, new)
        self._go_on()

    def _go_on(self) -> None:
        assert self._judging is not None
        deadline = time.monotonic() + SLICE_SECONDS
        try:
            while time.monotonic() < deadline:
                for _ in range(ROWS_BETWEEN_LOOKS):
                    next(self._judging)
        except StopIteration as end:
            self._show(end.value)
        else:
            self._next_slice.start()

    def _show(self, verdict: _Verdict) -> None:
        for model in self._models():
            model.show_contradicted(verdict.contradicted if model.is_kept else {})
        if verdict.figures != self.figures:
            self.figures = verdict.figures
            self.changed.emit()


def tell_uses(models: Iterable[DatasetModel], selected: Collection[str], *, reads: bool) -> None:
    """Tells each dataset's model what the next run does with its rows.

    Args:
        models: of all datasets.
        selected: the names of those that are ticked.
        reads: whether the method only reads prompts instead of learning rows.
    """
    for model in models:
        ticked = model.name in selected
        model.set_use(learned=ticked, prompts=reads if ticked else model.role is Role.CONTRAST)


def _judge(known: Sequence[Known], new: Sequence[Sequence[str]]) -> Generator[None, None, _Verdict]:
    """As `Recipe.kept_rows` and `Recipe.held_out_rows` will choose: among all that the base knows."""
    kept: dict[str, bool] = {}  # whether the base has an answer that could be kept
    held_out: dict[str, bool] = {}
    for _, rows, out, has_answer in known:
        for row in rows:
            if row:
                (held_out if row in out else kept)[row] = has_answer(row)
            yield
    by = yield from _contradicted(kept | held_out, new)
    figures = KeptFigures(
        datasets=tuple(name for name, *_ in known),
        kept=sum(has_answer and row not in by for row, has_answer in kept.items()),
        contradicted=sum(row in by for row in kept),
        held_out=sum(has_answer and row not in by for row, has_answer in held_out.items()),
    )
    return _Verdict(figures, by)


def _contradicted(known: Mapping[str, bool], new: Sequence[Sequence[str]]) -> Generator[None, None, dict[str, str]]:
    """Rows that the base has an answer to, each with the new row that contradicts it."""
    if not known:
        return {}
    beginnings, found = Beginnings(), {}
    for rows in new:
        for row in rows:
            beginnings.add_new(words_of(row), row)
            yield
    for row in known:
        beginnings.add_known(words_of(row))
        yield
    for row, has_answer in known.items():
        by = beginnings.contradicting(words_of(row)) if has_answer else None
        if by is not None:
            found[row] = by
        yield
    return found


def split_rows(rows: tuple[str, ...], held_out: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that are kept and those that are held out."""
    if not held_out:
        return rows, ()
    return tuple(row for row in rows if row not in held_out), tuple(row for row in rows if row in held_out)


def _dataset(model: DatasetModel, rows: tuple[str, ...]) -> Dataset:
    return Dataset.model_construct(name=model.name, role=model.role, rows=rows)
