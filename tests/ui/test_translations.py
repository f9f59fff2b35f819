"""The German interface is complete: every text has a translation that fits its source, and no source is missing."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTranslator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "translations"
FILES = sorted(FOLDER.glob("*.ts"))
FIELD = re.compile(r"{[^{}]*}|%n|%\d")


@dataclass(frozen=True)
class Message:
    context: str
    source: str
    translations: tuple[str, ...]
    finished: bool


def messages(file: Path) -> Iterator[Message]:
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = translation.findall("numerusform") or [translation]
            yield Message(
                context.findtext("name", ""),
                message.findtext("source", ""),
                tuple(form.text or "" for form in forms),
                translation.get("type") is None,
            )


def updater() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_translations", ROOT / "packaging" / "update_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_message_is_translated(file: Path) -> None:
    missing = [(m.context, m.source) for m in messages(file) if not (m.finished and all(m.translations))]
    assert not missing


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_translations_keep_the_fields_of_their_source(file: Path) -> None:
    changed = [
        (message.source, translation)
        for message in messages(file)
        for translation in message.translations
        if sorted(FIELD.findall(translation)) != sorted(FIELD.findall(message.source))
    ]
    assert not changed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_translations_keep_mnemonics_and_ellipses(file: Path) -> None:
    changed = [
        (message.source, translation)
        for message in messages(file)
        for translation in message.translations
        if (translation.count("&"), translation.endswith("…"))
        != (message.source.count("&"), message.source.endswith("…"))
    ]
    assert not changed


def test_the_files_know_every_source(tmp_path: Path) -> None:
    for file in FILES:
        shutil.copy(file, tmp_path)
    updater().update(tmp_path)
    for file in FILES:
        kept = {(message.context, message.source) for message in messages(file)}
        wanted = {(message.context, message.source) for message in messages(tmp_path / file.name)}
        assert kept == wanted, "run make translations, then translate what is new"


@pytest.mark.parametrize(
    ("context", "source", "german"),
    [("MainWindow", "Variants", "Varianten"), ("Core", "No model is open.", "Kein Modell ist geöffnet.")],
)
def test_the_compiled_file_speaks_german(context: str, source: str, german: str) -> None:
    translator = QTranslator()
    assert translator.load(str(FOLDER / "lora_studio_de.qm"))
    assert translator.translate(context, source) == german


def test_the_compiled_files_hold_what_the_sources_say() -> None:
    for file in FILES:
        translator = QTranslator()
        assert translator.load(str(file.with_suffix(".qm")))
        for message in messages(file):
            if len(message.translations) == 1 and not message.source.startswith("new"):  # “new” has a comment
                assert translator.translate(message.context, message.source) == message.translations[0]


def test_compiling_leaves_the_file_alone_that_a_running_program_reads(tmp_path: Path) -> None:
    source = Path(shutil.copy(FOLDER / "lora_studio_en.ts", tmp_path))
    compiled = source.with_suffix(".qm")
    compiled.write_bytes(b"as it was")
    with compiled.open("rb") as mapped:
        updater().compile_translation(source)
        assert mapped.read() == b"as it was"
    assert QTranslator().load(str(compiled))
    assert {file.name for file in tmp_path.iterdir()} == {source.name, compiled.name}


def test_numbers_have_separators_where_the_system_names_no_language() -> None:
    """As in a container, or on a machine without locales. In a process of its own: Qt asks the system only once."""
    script = (
        "from PySide6.QtCore import QCoreApplication, QLocale\n"
        "from lora_studio.ui.translations import Languages\n"
        "application = QCoreApplication([])\n"
        "Languages(application).use('system')\n"
        "print(QLocale().toString(109126))\n"
    )
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "LANGUAGE": ""}
    result = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "109,126"
