"""Joins the slider of a run to the variant that came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from lora_studio.core.summaries import VariantSummary
from lora_studio.ui.session import Session
from lora_studio.ui.stored_run import ShownRun
from lora_studio.ui.time_machine import TimeMachine
from lora_studio.ui.widgets.time_slider import TimeSlider


class RunTravel(QObject):
    """Shows in the slider which states the shown run's variant has, and asks for the one that is wanted."""

    def __init__(self, session: Session, slider: TimeSlider, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._slider = slider
        self._run = ShownRun("", None)
        self._last = 0
        self._known: tuple[tuple[str, str], ...] = ()  # variants and their folders, when states were looked for
        self._machine = TimeMachine(session.asker, session.update_variants, self)
        self._machine.refused.connect(lambda _: slider.refused())
        slider.wanted.connect(self._go_to)
        session.variants_changed.connect(self._look)
        session.variants_changed.connect(self._show)
        session.model_left.connect(self._forget)
        self._look()

    def show_run(self, run: ShownRun, last: int) -> None:
        """The run whose curves are shown now, and its last step."""
        self._run, self._last = run, last
        self._show()

    def variant(self) -> VariantSummary | None:
        """The variant on the board that the shown run made: by its folder, or by its name where that is not known."""
        variants = [variant for variant in self._session.variants if not variant.is_base and not variant.merged]
        if self._run.path is not None:
            found = [variant for variant in variants if folder_of_run(variant) == self._run.path]
            named = [variant for variant in found if variant.name == self._run.variant]
            return next(iter([*named, *reversed(found)]), None)
        return next((variant for variant in variants if variant.name == self._run.variant and variant.steps), None)

    def _show(self) -> None:
        variant = self.variant()
        if variant and variant.steps:
            self._slider.show_run(variant.steps, self._last or max(variant.steps), variant.step)
        else:
            self._slider.show_run((), self._last, None)

    def _go_to(self, step: int | None) -> None:
        if variant := self.variant():
            self._machine.go_to(variant.name, step)

    def _look(self) -> None:
        """Whenever another variant is on the board: which of its states were kept?"""
        asked = [variant for variant in self._session.variants if variant.folder or variant.steps]
        known = tuple((variant.name, variant.folder) for variant in asked)
        if known != self._known:
            self._known = known
            self._machine.look()

    def _forget(self) -> None:
        self._known = ()


def folder_of_run(variant: VariantSummary) -> Path | None:
    """The run whose adapter the variant is: a run's folder stands for the adapter in it. None: it is no run's."""
    if not variant.folder or variant.merged:
        return None
    folder = Path(variant.folder)
    return next((place for place in (folder, folder.parent) if (place / "recipe.yaml").is_file()), None)
