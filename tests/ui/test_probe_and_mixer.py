"""The probe and the mixer in one window: what is typed in the one is asked in the other, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lora_studio.core.data.builtin import BUILTIN_DATASETS
from lora_studio.core.engine import Engine
from lora_studio.core.instruments.mixing import answer_mix
from lora_studio.core.methods import Lora
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.dataset_model import DatasetModel
from lora_studio.ui.main_window import MainWindow
from tests.core.shaken_variants import shaken
from tests.core.tiny_mini_gpt import make_mini_gpt
from tests.ui.fakes import FakeSession
from tests.ui.windows import retire, shown_window

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def session(qapp: QApplication) -> FakeSession:
    """With a base and two adapters on a real engine."""
    engine = Engine()
    engine.take(make_mini_gpt(), "tiny")
    for seed, name in enumerate(("one", "two"), 1):
        shaken(engine.variants, name, Lora(rank=2, targets=("v_proj",)), size=0.4, seed=seed)
    session = FakeSession(variants=engine.summaries())
    session.asker.engine = engine
    session.datasets = [DatasetModel(dataset) for dataset in BUILTIN_DATASETS]
    session.workspace_folder = Path("/studio")
    return session


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


def fields(window: MainWindow) -> tuple[QLineEdit, QLineEdit]:
    prompt, wanted = window.probe_panel.findChildren(QLineEdit)[:2]
    return prompt, wanted


def expected(session: FakeSession, prompt: str) -> list[str]:
    best = answer_mix(session.asker.engine.variants, "Mix", prompt).answers[1].predictions
    return [prediction.token for prediction in best]


def test_the_mixer_answers_what_is_typed_in_the_probe(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> None:
    window = shown_window(qtbot, session, bridge)
    mixer = window.mixer_panel
    mixer.mixer.make(("one", "two"))
    prompt, _ = fields(window)
    prompt.selectAll()
    for typed in ("der hund", " und die frau"):
        qtbot.keyClicks(prompt, typed)
        assert [token for token, _ in mixer.answer.rows()] == expected(session, prompt.text())
    assert expected(session, "der hund") != expected(session, "der hund und die frau")
    retire(window)


def test_what_was_typed_is_in_the_probe_and_the_mixer_of_the_next_window(
    qtbot: QtBot, session: FakeSession, bridge: Bridge
) -> None:
    window = shown_window(qtbot, session, bridge)
    window.mixer_panel.mixer.make(("one", "two"))
    prompt, wanted = fields(window)
    prompt.selectAll()
    qtbot.keyClicks(prompt, "der hund und die frau")
    qtbot.keyClicks(wanted, "lacht")
    retire(window)
    window = shown_window(qtbot, session, bridge)  # a new language makes a new one
    prompt, wanted = fields(window)
    assert (prompt.text(), wanted.text()) == ("der hund und die frau", "lacht")
    assert window.mixer_panel.mixer.prompt == "der hund und die frau"
    shown = [token for token, _ in window.mixer_panel.answer.rows()]
    assert shown == expected(session, "der hund und die frau")
    retire(window)
