"""Asks the engine what the next run would amount to, a little after the last change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lora_studio.core.errors import StudioError
from lora_studio.core.recipe import Recipe
from lora_studio.core.summaries import Plan
from lora_studio.ui.asking import Asker

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

DELAY_MS = 80


class Planner(QObject):
    """Without a plan, `problem` says why there is none; both are None while it is not known."""

    changed = Signal(object)  # Plan | None

    def __init__(self, recipe: Callable[[], Recipe], asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan: Plan | None = None
        self.problem: StudioError | None = None
        self._recipe = recipe
        self._asker = asker
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._ask)

    def look_again(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _ask(self) -> None:
        try:
            recipe = self._recipe()
        except StudioError as error:
            self._set(None, error)
        else:
            self._asker.ask(
                partial(_plan, recipe), self._set, key="plan", otherwise=partial(self._set, None), quiet=True
            )

    def _set(self, plan: Plan | None, problem: StudioError | None = None) -> None:
        self.plan, self.problem = plan, problem
        self.changed.emit(plan)


def _plan(recipe: Recipe, engine: Engine) -> Plan:
    """Raises StudioError: data or settings cannot be used. On the engine's thread, as it looks at every row."""
    recipe.method.check_data(recipe.datasets)
    return engine.plan(recipe)
