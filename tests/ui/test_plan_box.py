"""What the plan says of memory: calm for small runs, a picture for large ones, and changes that help."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lora_studio.core.summaries import MemoryPlan, Plan, Saving
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.widgets.plan_box import PlanBox
from tests.ui.fakes import FakeSession

pytestmark = pytest.mark.usefixtures("english")

GB = 10**9
SMALL = MemoryPlan("CPU", 500_000, 20_000, 60_000, 100_000, 30_000, 20_000, available=16 * GB)
LARGE = MemoryPlan("CUDA:0", 16 * GB, 31_000_000, 61_000_000, 12 * GB, GB // 2, 31_000_000, available=80 * GB)
SAVINGS = (
    Saving("checkpointing", "", {}, 11 * GB, {"checkpointing": True}),
    Saving("batch", "", {"batch": 2, "accumulation": 2}, 6 * GB, {"batch_size": 2, "accumulation": 2}),
    Saving("length", "", {"length": 512}, 5 * GB, {"sequence_length": 512}),
)
SHORT = replace(LARGE, available=24 * GB, savings=SAVINGS)


def plan_with(memory: MemoryPlan | None) -> Plan:
    return Plan(7_667_712, 7_667_712, 8_190_735_360, 30_670_848, 160, (), memory=memory)


@pytest.fixture
def box(qtbot: QtBot) -> PlanBox:
    box = PlanBox()
    qtbot.addWidget(box)
    box.show()
    return box


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> MethodPanel:
    bridge = Bridge()
    panel = MethodPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.resize(320, 900)
    panel.show()
    return panel


def test_a_small_run_says_its_size_in_a_line(box: PlanBox) -> None:
    box.show_plan(plan_with(SMALL))
    assert "Memory at its peak 710 KB" in box.text()
    assert not box.memory_view.isVisible()


def test_without_a_memory_plan_there_is_no_line(box: PlanBox) -> None:
    box.show_plan(plan_with(None))
    assert "Memory" not in box.text()


def test_a_large_run_shows_its_parts_against_what_is_there(box: PlanBox) -> None:
    box.show_plan(plan_with(LARGE))
    assert "Memory at its peak 28.6 GB of 80.0 GB" in box.text()
    assert "Weights 16.0 GB, Activations 12.0 GB, Scores 500 MB" in box.text()
    assert box.memory_view.bar.isVisible()
    assert "Weights 16.0 GB" in box.memory_view.bar.accessibleName()
    assert not box.memory_view.buttons
    box.show_plan(plan_with(replace(LARGE, calibrated=True)))
    assert "As a run like this was measured here." in box.text()


def test_a_run_that_does_not_fit_offers_what_helps_most(box: PlanBox, qtbot: QtBot) -> None:
    box.show_plan(plan_with(SHORT))
    assert "It would not fit: 4.6 GB are missing." in box.text()
    assert [button.text() for button in box.memory_view.buttons] == [
        "Recompute activations: −11.0 GB",
        "Batches of 2, 2 for each update: −6.0 GB",
    ]
    with qtbot.waitSignal(box.saving_chosen) as caught:
        qtbot.mouseClick(box.memory_view.buttons[0], Qt.MouseButton.LeftButton)
    assert caught.args == [SAVINGS[0]]
    box.show_plan(plan_with(LARGE))
    assert not box.memory_view.buttons
    assert "fit" not in box.text()


def test_opening_in_four_bits_is_said_where_no_setting_does_it(box: PlanBox) -> None:
    box.show_plan(plan_with(replace(SHORT, savings=(Saving("nf4", "", {}, 10 * GB),))))
    assert "Open the model in 4 bits (NF4) to save 10.0 GB." in box.text()
    assert not box.memory_view.buttons


def test_what_helps_changes_the_settings_and_can_be_undone(panel: MethodPanel, session: FakeSession) -> None:
    before = session.training
    session.plan_changed.emit(plan_with(SHORT))
    panel.plan_box.memory_view.buttons[1].click()
    assert (session.training.batch_size, session.training.accumulation) == (2, 2)
    panel.undo_stack.undo()
    assert session.training == before


def test_what_helps_can_be_another_method(panel: MethodPanel, session: FakeSession) -> None:
    saving = Saving("qlora", "", {}, 9 * GB, method="qlora")
    session.plan_changed.emit(plan_with(replace(SHORT, savings=(saving,))))
    (button,) = panel.plan_box.memory_view.buttons
    assert button.text() == "QLoRA instead, in 4 bits: −9.0 GB"
    button.click()
    assert session.method.name == "qlora"


def test_the_bar_can_be_painted_where_nothing_is_known(box: PlanBox) -> None:
    box.show_plan(plan_with(replace(LARGE, available=None)))
    assert "Memory at its peak 28.6 GB" in box.text()
    assert not box.grab().isNull()
    box.show_nothing("Not known yet.")
    assert not box.memory_view.isVisible()
