"""The model browser: what it lists, how a model is opened from it, and how one is downloaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio.core.errors import ModelError
from lora_studio.core.hub.fitting import Fit
from lora_studio.core.hub.folder_facts import FolderFacts
from lora_studio.core.hub.local_models import LocalModel, local_models
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.downloads import Download, Downloads
from lora_studio.ui.model_browser import ModelBrowser
from lora_studio.ui.model_browser_listing import ModelListing
from lora_studio.ui.opening import Opening
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.status_line import StatusLine
from tests.core.small_hub import SmallHub, running_hub
from tests.ui.fakes import MODEL, FakeSession
from tests.ui.test_accessibility import focusable, spoken_name
from tests.ui.test_main_window import drop
from tests.ui.windows import retire, shown_window

pytestmark = pytest.mark.usefixtures("english")

GB = 1_000_000_000
QWEN, LARGE, PICKLED = "/models/Qwen3-0.6B", "/models/Qwen3-8B", "/cache/old"
NO_WEIGHTS = ModelError("{path} holds pickles.", advice="Get the safetensors version.", path=PICKLED)
MODELS = (
    LocalModel("seen", FolderFacts(Path(QWEN), "Qwen3-0.6B", "qwen3", "Qwen3ForCausalLM", 596_049_920, GB, "bfloat16")),
    LocalModel(
        "workspace", FolderFacts(Path(LARGE), "Qwen3-8B", "qwen3", "Qwen3ForCausalLM", 8 * GB, 16 * GB, "bfloat16")
    ),
    LocalModel("cache", FolderFacts(Path(PICKLED), "org/old", "gpt2", obstacle=NO_WEIGHTS)),
)
HUB_NAME = "org/tiny"
FILES = {
    "config.json": b'{"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}',
    "tokenizer.json": b"{}",
    "model.safetensors": b"x" * 400_000,
    "README.md": b"# tiny",
}


def looked(seen: Iterable[str], workspace: Path) -> Iterator[LocalModel]:
    return iter(MODELS)


def measured(parameters: int, stored: str, options: OpenOptions) -> Fit:
    if options.device == "cuda:0":
        raise ModelError("There is no device {device} on this computer.", device="cuda:0")
    size = {"nf4": 0.6, "bfloat16": 2.0}.get(options.dtype, 4.0)
    return Fit("cpu", "float32" if options.dtype == "automatic" else options.dtype, int(parameters * size), 12 * GB)


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def session(bridge: Bridge, tmp_path: Path) -> Iterator[FakeSession]:
    session = FakeSession()
    session.workspace_folder = tmp_path
    session.downloads = Downloads(tmp_path / "models", bridge, session)
    yield session
    session.downloads.close()


@pytest.fixture
def browser(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> Iterator[ModelBrowser]:
    listing = ModelListing(bridge, session, looked, measured, lambda: ("automatic", "cpu", "cuda:0"))
    browser = ModelBrowser(session.as_session(), bridge, None, listing)
    browser.show()
    qtbot.waitUntil(lambda: QWEN in browser.list.keys() and browser.list.texts(LARGE)[-1] != "")  # noqa: SIM118
    qtbot.waitUntil(lambda: browser.local.device.count() == 3)
    yield browser
    browser.close()
    browser.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# What is there


def test_models_stand_in_groups_with_what_is_known_of_them(browser: ModelBrowser) -> None:
    assert browser.list.titles() == ["Open now", "Seen before", "In this workspace", "Hub cache"]
    assert browser.list.keys() == ["minigpt", QWEN, LARGE, PICKLED]
    assert browser.list.texts(QWEN) == ["Qwen3-0.6B", "qwen3", "1.0 GB", "bfloat16", "fits"]
    assert browser.list.texts(LARGE)[-1] == "too large"
    assert browser.list.texts(PICKLED)[-1] == "not usable"
    assert browser.list.texts("minigpt")[-1] == "on CPU"


def test_the_page_tells_what_a_choice_means_here(qtbot: QtBot, browser: ModelBrowser) -> None:
    browser.list.choose(LARGE)
    assert browser.local.facts.facts()["Parameters"] == "8,000,000,000"
    qtbot.waitUntil(lambda: "CPU, float32: 32.0 GB of weights; 12.0 GB are free" in browser.local.meaning.text())
    assert "too little" in browser.local.meaning.text()
    browser.local.dtype.setCurrentIndex(browser.local.dtype.findData("nf4"))
    browser.local.dtype.activated.emit(0)
    qtbot.waitUntil(lambda: "4.8 GB" in browser.local.meaning.text())
    browser.local.device.setCurrentIndex(2)
    browser.local.device.activated.emit(2)
    qtbot.waitUntil(lambda: "no device cuda:0" in browser.local.meaning.text())


def test_what_cannot_be_opened_says_why_and_what_to_do(browser: ModelBrowser) -> None:
    browser.list.choose(PICKLED)
    assert browser.local.problem.text() == f"{PICKLED} holds pickles.\nGet the safetensors version."
    assert not browser.local.open.isEnabled()
    assert not browser.local.device.isVisibleTo(browser)


def test_a_model_is_opened_as_was_chosen(browser: ModelBrowser, session: FakeSession) -> None:
    browser.list.choose(QWEN)
    browser.local.dtype.setCurrentIndex(browser.local.dtype.findData("bfloat16"))
    browser.local.open.click()
    assert session.calls == [("open_base", QWEN, OpenOptions("automatic", "bfloat16"))]


def test_by_keyboard_it_is_opened_too(browser: ModelBrowser, session: FakeSession) -> None:
    browser.list.setFocus()
    QTest.keyClick(browser.list, Qt.Key.Key_Down)
    assert browser.list.current_key() == QWEN
    QTest.keyClick(browser.list, Qt.Key.Key_Return)
    assert session.calls == [("open_base", QWEN, OpenOptions())]


def test_how_it_was_opened_last_is_chosen_again(browser: ModelBrowser, session: FakeSession) -> None:
    session.options[QWEN] = OpenOptions("cpu", "float16")
    browser.list.choose(QWEN)
    assert browser.local.options() == OpenOptions("cpu", "float16")


def test_what_is_open_can_be_closed_or_opened_in_another_way(browser: ModelBrowser, session: FakeSession) -> None:
    session.model = replace(MODEL, name="Qwen3-0.6B", source=QWEN, bytes=GB, dtype="bfloat16")
    session.model_ready.emit(session.model)
    browser.list.choose(QWEN)
    assert browser.list.texts(QWEN)[2] == "1.0 GB"
    assert browser.list.titles().count("Open now") == 1
    assert not browser.local.open.isEnabled()
    assert browser.local.problem.text() == "It is open."
    browser.local.dtype.setCurrentIndex(1)
    browser.local.dtype.activated.emit(1)
    assert browser.local.open.isEnabled()
    assert browser.local.open.text() == "&Open again"
    browser.local.close_model.click()
    assert session.calls == [("open_base", "minigpt", OpenOptions())]


def test_during_a_run_nothing_is_opened_and_that_is_said(browser: ModelBrowser, session: FakeSession) -> None:
    session.set_run(RunState("running", 1, 10))
    browser.list.choose(QWEN)
    assert not browser.local.open.isEnabled()
    assert browser.local.problem.text() == "A run is in progress."
    session.set_run(RunState())
    assert browser.local.open.isEnabled()


def test_everything_has_a_name(browser: ModelBrowser) -> None:
    assert [type(widget).__name__ for widget in focusable(browser) if not spoken_name(widget)] == []


def test_a_folder_that_is_opened_elsewhere_takes_its_place(
    qtbot: QtBot, browser: ModelBrowser, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = FolderFacts(Path("/models/new"), "New", "qwen3", "Qwen3ForCausalLM", 1000, 2000, "bfloat16")
    monkeypatch.setattr(sys.modules[__name__], "MODELS", (*MODELS, LocalModel("seen", facts)))
    browser.listing._look = looked
    session.model = replace(MODEL, name="New", source="/models/new")
    session.model_ready.emit(session.model)
    qtbot.waitUntil(lambda: browser.list.current_key() == "/models/new")
    assert browser.local.under.text().replace("\u200b", "") == "/models/new"


def test_where_nothing_is_found_it_says_what_to_do(qtbot: QtBot, browser: ModelBrowser) -> None:
    browser.listing._look = lambda seen, workspace: iter(())
    browser.again.click()
    assert browser.looking.text() == "Looking…"
    qtbot.waitUntil(lambda: browser.looking.text().startswith("No other model is here yet."))
    assert browser.list.keys() == ["minigpt"]


def test_a_window_that_is_gone_hears_nothing(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> None:
    wait = threading.Event()

    def slow(seen: Iterable[str], workspace: Path) -> Iterator[LocalModel]:
        wait.wait(5)
        return iter(MODELS)

    browser = ModelBrowser(session.as_session(), bridge)
    browser.listing._look = slow
    browser.show()
    browser.close()
    browser.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with qtbot.assertNotEmitted(bridge.failed, wait=100):
        wait.set()


# Downloading


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    with running_hub(monkeypatch) as hub:
        hub.manners.files[HUB_NAME] = dict(FILES)
        yield hub


@pytest.fixture
def with_hub(hub: SmallHub, browser: ModelBrowser) -> ModelBrowser:
    browser.look_up.rest()
    return browser


def look_up(qtbot: QtBot, browser: ModelBrowser, typed: str = HUB_NAME) -> None:
    browser.look_up.field.setText(typed)
    QTest.keyClick(browser.look_up.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: browser.look_up.note.text() != "Asking…")


def test_nothing_is_sent_before_it_is_asked_for(qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser) -> None:
    with_hub.look_up.field.setText(HUB_NAME)
    assert (
        f"Nothing is sent before that; then {hub.address.removeprefix('http://')} is asked"
        in with_hub.look_up.note.text()
    )
    assert hub.asked == []
    look_up(qtbot, with_hub)
    assert len(hub.asked) == 1


def test_a_look_up_shows_what_would_come(qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser) -> None:
    hub.manners.gated = "auto"
    look_up(qtbot, with_hub, f"{hub.address}/{HUB_NAME}/tree/main")
    assert with_hub.list.titles()[1] == "Downloads"
    facts = with_hub.found.facts.facts()
    assert facts["To download"] == "400 KB in 4 files"
    assert facts["Licence"] == "apache-2.0"
    assert "accepted its licence" in with_hub.found.problem.text()
    assert with_hub.found.download.isEnabled()


def test_what_is_not_there_is_said_beside_the_field(qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser) -> None:
    look_up(qtbot, with_hub, "org/other")
    assert "has no model org/other" in with_hub.look_up.note.text()
    look_up(qtbot, with_hub, "../x")
    assert "is no name of a model" in with_hub.look_up.note.text()
    assert with_hub.look_up.button.isEnabled()


def test_a_download_ends_among_the_models(
    qtbot: QtBot,
    hub: SmallHub,
    with_hub: ModelBrowser,
    session: FakeSession,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    with_hub.listing._look = local_models
    look_up(qtbot, with_hub)
    with qtbot.waitSignal(session.downloads.finished):
        with_hub.found.download.click()
    folder = tmp_path / "models" / "org--tiny"
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert session.downloads.all() == ()
    qtbot.waitUntil(lambda: with_hub.list.current_key() == str(folder))
    look_up(qtbot, with_hub)
    assert with_hub.found.problem.text() == "It is in the workspace already."


def begin_slowly(qtbot: QtBot, hub: SmallHub, browser: ModelBrowser, session: FakeSession) -> None:
    hub.manners.pause = 0.02
    look_up(qtbot, browser)
    browser.found.download.click()
    qtbot.waitUntil(lambda: (of(session).done or 0) > 50_000)


def of(session: FakeSession) -> Download:
    found = session.downloads.of(HUB_NAME)
    assert found is not None
    return found


def test_a_download_can_be_paused_and_gone_on_with(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    page = with_hub.download
    assert with_hub.pages.currentWidget() is page
    assert "of 400 KB" in page.amount.text()
    page.pause.click()
    assert page.under.text() == "Paused"
    assert of(session).phase == "paused"
    qtbot.waitUntil(lambda: not session.downloads._workers)
    hub.manners.pause = 0.0
    with qtbot.waitSignal(session.downloads.finished):
        page.resume.click()
    assert any(asked.startswith("bytes=") for _, asked, _ in hub.asked)


def test_one_that_is_resumed_at_once_goes_on(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    hub.manners.pause = 0.0
    with qtbot.waitSignal(session.downloads.finished):
        with_hub.download.pause.click()
        with_hub.download.resume.click()


def test_it_goes_on_while_the_browser_is_closed(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    with qtbot.waitSignal(session.downloads.finished):
        with_hub.close()
        hub.manners.pause = 0.0


@pytest.mark.parametrize(("keep", "left"), [(True, True), (False, False)])
def test_removing_asks_what_becomes_of_the_part(
    qtbot: QtBot,
    hub: SmallHub,
    with_hub: ModelBrowser,
    session: FakeSession,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    keep: bool,
    left: bool,
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    monkeypatch.setattr(ModelBrowser, "ask_to_keep", lambda *_: keep)
    with_hub.download.remove.click()
    qtbot.waitUntil(lambda: not session.downloads._workers)
    part = tmp_path / "models" / ".download-org--tiny"
    qtbot.waitUntil(lambda: part.exists() is left)
    assert (session.downloads.of(HUB_NAME) is not None) is left


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession
) -> None:
    look_up(qtbot, with_hub)
    hub.manners.status, hub.manners.code = 403, "GatedRepo"
    with qtbot.waitSignal(session.downloads.problem):
        with_hub.found.download.click()
    assert "is gated" in with_hub.download.problem.text()
    assert f"{hub.address}/{HUB_NAME}" in with_hub.download.problem.text()
    hub.manners.status = 0
    with qtbot.waitSignal(session.downloads.finished):
        with_hub.download.resume.click()


def test_the_next_start_finds_what_was_begun(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession, bridge: Bridge, tmp_path: Path
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    session.downloads.close()
    hub.asked.clear()
    later = Downloads(tmp_path / "models", bridge, session)
    with qtbot.waitSignal(later.left_over) as told:
        later.look()
    (left,) = told.args[0]
    assert left.model.name == HUB_NAME
    assert left.done > 50_000
    assert hub.asked == []  # nothing goes on by itself
    hub.manners.pause = 0.0
    with qtbot.waitSignal(later.finished):
        later.resume(HUB_NAME)
    later.close()


def test_another_hub_is_not_asked_for_what_was_begun_elsewhere(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_slowly(qtbot, hub, with_hub, session)
    with_hub.download.pause.click()
    qtbot.waitUntil(lambda: not session.downloads._workers)
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    hub.asked.clear()
    with qtbot.waitSignal(session.downloads.problem):
        with_hub.download.resume.click()
    assert "was begun at" in with_hub.download.problem.text()
    assert hub.asked == []


# In the window


def test_the_keys_open_the_browser(
    qtbot: QtBot, session: FakeSession, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelListing, "refresh", lambda *_: None)
    window = shown_window(qtbot, session, bridge)
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keySequence(window, QKeySequence("Ctrl+B"))
    browser = window.base_actions.browser
    assert browser is not None
    assert browser.isVisible()
    assert browser.windowTitle() == "Models"
    browser.close()
    retire(window, session)


def test_the_status_line_shows_the_opening_and_stops_it(qtbot: QtBot, session: FakeSession, bridge: Bridge) -> None:
    window = shown_window(qtbot, session, bridge)
    status = window.findChild(StatusLine)
    assert status is not None
    line = status.opening_line
    assert not line.isVisible()
    session.set_opening(Opening("Qwen3-8B", "Reading weights", 4 * GB, 16 * GB))
    assert line.isVisible()
    assert line.text.text() == "Opening Qwen3-8B: Reading weights, 4.0 GB of 16.0 GB"
    line.cancel.click()
    assert session.calls == [("stop_opening",)]
    session.set_opening(Opening("Qwen3-8B", "Reading weights", 4 * GB, 16 * GB, stopping=True))
    assert line.text.text() == "Cancelling…"
    assert not line.cancel.isEnabled()
    session.set_opening(None)
    assert not line.isVisible()
    assert status.state_label.isVisible()
    session.model = replace(MODEL, bytes=GB)
    session.model_ready.emit(session.model)
    assert status.state_label.text() == "Ready · MiniGPT · CPU · 1.0 GB of weights"
    retire(window, session)


def test_a_model_folder_that_is_dropped_is_opened(
    qtbot: QtBot, session: FakeSession, bridge: Bridge, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    window = shown_window(qtbot, session, bridge)
    drop(window, tmp_path / "mine")
    assert session.calls == [("open_base", str(tmp_path / "mine"))]
    retire(window, session)


def test_the_window_says_when_a_model_has_come(
    qtbot: QtBot, hub: SmallHub, with_hub: ModelBrowser, session: FakeSession, bridge: Bridge, tmp_path: Path
) -> None:
    window = shown_window(qtbot, session, bridge)
    look_up(qtbot, with_hub)
    with qtbot.waitSignal(session.downloads.finished):
        with_hub.found.download.click()
    notice = window.notices.current()
    assert notice is not None
    assert notice.message == "org/tiny is in the workspace."
    window.notices.offer_button.click()
    assert session.calls == [("open_base", str(tmp_path / "models" / "org--tiny"))]
    retire(window, session)
