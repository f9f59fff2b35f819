"""The guide and the README: their commands work, their pictures exist, and their tables say what the program says."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lora_studio import cli, paths
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.main_window import MainWindow
from tests.ui.fakes import BASE, FakeSession

ROOT = Path(__file__).resolve().parent.parent
GUIDE, README = ROOT / "docs" / "guide.md", ROOT / "README.md"
DOCUMENTS = [GUIDE, README, ROOT / "CONTRIBUTING.md", ROOT / "docs" / "decisions.md"]
MOST_BYTES = 150 * 1024  # of a picture
SLOW = ("experiment",)  # tested on their own; here only whether they are understood


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guide_tables", ROOT / "packaging" / "guide_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    session, bridge = FakeSession(variants=(BASE,)), Bridge()
    session.workspace_folder = tmp_path
    window = MainWindow(session.as_session(), bridge)
    yield window
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    bridge.close()


def commands_of(document: Path) -> list[str]:
    """The lines of the code blocks that call the program, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("lora-studio")]


def parsed(command: str) -> None:
    """Raises click's errors: the program would not understand the command."""
    _, *words = shlex.split(command)
    group, context = cli.main, click.Context(cli.main)
    _, found, rest = group.resolve_command(context, words) if words else ("", cli.window, ["."])
    assert found is not None
    found.make_context(found.name, list(rest), parent=context)


# Commands


@pytest.mark.slow
@pytest.mark.parametrize("document", [GUIDE, README], ids=lambda path: path.name)
def test_the_commands_work_in_their_order(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    commands = commands_of(document)
    assert commands
    for command in commands:
        line, _, target = command.partition(" > ")
        _, *words = shlex.split(line)
        if not words or words[0] in SLOW or words[0].startswith("."):  # a folder opens the window
            parsed(command if words and words[0] in SLOW else "lora-studio window .")
            continue
        done = CliRunner().invoke(cli.main, words)
        assert done.exit_code == 0, (command, done.output, done.exception)
        if target:
            (tmp_path / target).write_text(done.stdout, "utf-8")


def test_a_command_with_an_option_that_does_not_exist_is_noticed() -> None:
    parsed("lora-studio experiment fact-correction --out results")
    with pytest.raises(click.NoSuchOption):
        parsed("lora-studio experiment fact-correction --away results")
    with pytest.raises(click.BadParameter):
        parsed("lora-studio experiment cooking")


# Pictures and links


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    headings = {heading_link(line) for line in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)}
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("http"):
            assert (document.parent / target.partition("#")[0]).exists(), target


def heading_link(title: str) -> str:
    """As the usual renderers of Markdown name it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_every_picture_is_shown_and_small() -> None:
    text = GUIDE.read_text("utf-8") + README.read_text("utf-8")
    pictures = [ROOT / "docs" / "screenshot.png", *(ROOT / "docs" / "images").iterdir()]
    assert len(pictures) > 10
    for picture in pictures:
        assert picture.name in text
        assert not QImage(str(picture)).isNull(), picture
        assert picture.stat().st_size <= MOST_BYTES, picture


# Tables


@pytest.mark.skipif(sys.platform != "linux", reason="the guide names the keys of Linux")
def test_the_tables_of_the_guide_are_the_programs(tables: ModuleType, window: MainWindow) -> None:
    guide = GUIDE.read_text("utf-8")
    renewed = tables.renewed(guide, window.menus.entries())
    assert guide == renewed, "run: make screenshots"


def test_every_setting_is_in_the_guide(tables: ModuleType) -> None:
    from lora_studio.core.methods import METHODS

    table = tables.settings_table()
    for method in METHODS:
        assert f"**{method.title} (`{method.name}`).**" in table
        assert all(f"| {field.title}" in table for field in method.model_fields.values())


@pytest.mark.parametrize("file", sorted((ROOT / "docs").glob("*.md")), ids=lambda file: file.name)
def test_tables_have_a_line_a_row(file: Path) -> None:
    """A formatter that takes a table for a paragraph leaves pipes in the middle of it."""
    blocks = [block.strip().splitlines() for block in file.read_text("utf-8").split("\n\n")]
    for lines in (lines for lines in blocks if lines and lines[0].startswith("|")):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
        assert len(columns) == 1, lines[0]
        assert all(line.startswith("|") and line.endswith("|") for line in lines), lines[0]
