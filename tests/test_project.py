"""The project as a whole: what ships, what the documents promise, and what importing a part brings along."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lora_studio import __version__

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = [ROOT / "lora_studio", ROOT / "resources"]

IMPORT_ALL_OF_CORE = """
import importlib, pkgutil, sys
for package in ("PySide6", "shiboken6", "pyqtgraph", "click"):
    sys.modules[package] = None
import lora_studio.core
for module in pkgutil.walk_packages(lora_studio.core.__path__, "lora_studio.core."):
    print(importlib.import_module(module.name).__name__)
"""

# Reached before the window's first paint, so free of torch (and of what drags it in).
LIGHT_MODULES = ["data", "events", "methods", "recipe", "settings", "summaries"]


def run_python(*arguments: str, folder: Path, path: Path | None = None) -> str:
    environment = os.environ if path is None else {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands_in(document: str, program: str) -> set[str]:
    """The first word after `program` on the lines of a document's code blocks and in its `code`."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return set(re.findall(rf"(?:^|`|\$ ){program} ([a-z][a-z-]*)", text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run_python("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_package_and_its_resources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {path for folder in SHIPPED for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    places = {path.relative_to(ROOT).as_posix() for path in files}
    assert shipped == {re.sub(r"^resources/", "lora_studio/_resources/", place) for place in places}


def test_unpacked_wheel_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    found = run_python("-c", "from lora_studio import paths; print(paths.resources())", folder=tmp_path, path=tmp_path)
    assert Path(found.strip()).resolve() == (tmp_path / "lora_studio" / "_resources").resolve()


def test_core_imports_where_qt_and_click_are_missing(tmp_path: Path) -> None:
    imported = run_python("-c", IMPORT_ALL_OF_CORE, folder=tmp_path).split()
    assert {"lora_studio.core.recipe", "lora_studio.core.models.mini_gpt"} <= set(imported)


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_light_module_brings_no_torch(module: str, tmp_path: Path) -> None:
    program = f"import sys, lora_studio.core.{module}; print({{'torch', 'transformers'}} & set(sys.modules))"
    assert run_python("-c", program, folder=tmp_path).strip() == "set()"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_in_documents_exist(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    named = commands_in(document, "make")
    assert named
    assert named <= targets


def test_commands_in_readme_exist(tmp_path: Path) -> None:
    named = commands_in("README.md", "lora-studio")
    assert named
    for command in sorted(named):
        assert command in run_python("-m", "lora_studio", command, "--help", folder=tmp_path)


def test_changelog_tells_about_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_pin_every_dependency_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), text
