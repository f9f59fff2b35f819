"""Asks the engine what the model would make of the rows that are shown: how long they are, what is never learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTimer
from shiboken6 import isValid

from lora_studio.ui.dataset_model import DatasetModel

if TYPE_CHECKING:
    from lora_studio.core.data.problems import ModelRowProblem
    from lora_studio.core.engine import Engine
    from lora_studio.ui.session import Session

Judged = tuple[tuple[str, ...], tuple[tuple[int, "ModelRowProblem | None"], ...]]

DELAY_MS = 300  # after the last change
MOST_JUDGED = 20_000  # rows
ROWS_AT_ONCE = 256  # other questions are answered in between


class RowJudge(QObject):
    """Tells a dataset's model about its rows, a little after the last change of rows or settings.

    Only where the model cuts words into pieces: of words that are tokens the table knows all by itself.
    """

    def __init__(self, session: Session, shown: Callable[[], DatasetModel | None], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._shown = shown
        self._asked: object = None  # what is being worked on
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._begin)
        session.plan_changed.connect(self.look_again)
        session.model_ready.connect(self.look_again)

    def look_again(self) -> None:
        self._timer.start()

    def _begin(self) -> None:
        dataset, model = self._shown(), self._session.model
        if dataset is None or model is None:
            return
        self._asked = None
        if not model.spells_everything:
            dataset.show_judgement({}, {})
            return
        self._ask(dataset, dataset.rows()[:MOST_JUDGED])

    def _ask(self, dataset: DatasetModel, rows: tuple[str, ...]) -> None:
        asked = self._asked = object()
        training = self._session.training
        found: dict[str, str] = {}
        tokens: dict[str, int] = {}
        work: list[Iterator[Judged]] = []

        def job(engine: Engine) -> Judged | None:
            """One slice of the rows."""
            from lora_studio.core.training.row_problems import judged_rows

            engine.variants.activate(engine.variants.base)  # whose words a variant may have added to
            if not work:
                slices = (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))
                base = engine.variants.model
                work.append((some, tuple(judged_rows(base, some, training, base.context_length))) for some in slices)
            return next(work[0], None)

        def came(judged: Judged | None) -> None:
            if not isValid(self) or asked is not self._asked:
                return
            if judged is None:
                self._asked = None
                if isValid(dataset):
                    dataset.show_judgement(found, tokens)
                return
            for row, (count, problem) in zip(*judged, strict=True):
                tokens[row] = count
                if problem:
                    found[row] = told(problem)
            again()

        def again() -> None:
            self._session.asker.ask(job, came, key="row problems", otherwise=lambda _: None, quiet=True)

        again()


def told(problem: ModelRowProblem) -> str:
    """A problem in a few words."""
    texts = {
        "empty": _tr("empty"),
        "too long": _tr("too long: {lost} of {tokens} tokens are cut off"),
        "no completion": _tr("no completion: nothing to learn"),
        "nothing learned": _tr("cut off before its completion: nothing is learned"),
        "template": _tr("does not fit the model's chat template: {text}"),
        "learned whole": _tr("learned whole: its answers cannot be told from the rest"),
        "unknown words": _tr("unknown words: {text}"),
    }
    number = QLocale().toString
    return texts[problem.kind].format(lost=number(problem.lost), tokens=number(problem.tokens), text=problem.text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RowJudge", text)
