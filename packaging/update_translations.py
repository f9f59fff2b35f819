"""Brings resources/translations up to date with the sources and compiles them: make translations

The window's strings are found by Qt's lupdate. Core knows no Qt, so its messages, field titles and help texts are
collected here from the sources and handed to lupdate as a list.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)
SETTING_TEXTS = 3  # default, title, help
CORE_CALLS = {"StudioError", "DataError", "ModelError", "RecipeError", "AdapterError", "StorageError", "RunError"}


def core_strings() -> dict[str, list[str]]:
    """Translatable texts of core by context: "Core" for messages, "Settings" for fields, methods and presets."""
    found: dict[str, dict[str, None]] = {"Core": {}, "Settings": {}}
    for file in sorted((ROOT / "lora_studio" / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for context, text in _texts(node):
                found[context].setdefault(text)
    return {context: list(texts) for context, texts in found.items()}


def _texts(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in CORE_CALLS or name.endswith("Error"):
            yield from (("Core", text) for text in _literals(node.args[:1], node.keywords, ("advice",)))
        elif name == "setting":
            yield from (("Settings", text) for text in _literals(node.args[1:SETTING_TEXTS], node.keywords, ("unit",)))
        elif name == "Preset":
            yield from (("Settings", text) for text in _literals([], node.keywords, ("title", "help")))
    elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in {"title", "summary"} and node.value:
        yield from (("Settings", text) for text in _literals([node.value], [], ()))


def _literals(arguments: list[ast.expr], keywords: list[ast.keyword], names: tuple[str, ...]) -> Iterator[str]:
    values = [*arguments, *(keyword.value for keyword in keywords if keyword.arg in names)]
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory(dir=ROOT) as scratch:
        listed = Path(scratch) / "core_strings.py"
        lines = [
            f"QT_TRANSLATE_NOOP({context!r}, {_quoted(text)})"
            for context, texts in core_strings().items()
            for text in texts
        ]
        listed.write_text("\n".join(lines), "utf-8")
        sources = sorted(str(file) for file in (ROOT / "lora_studio" / "ui").rglob("*.py"))
        for language in LANGUAGES:
            target = FOLDER / f"lora_studio_{language}.ts"
            update = [tools / "pyside6-lupdate", "-locations", "none", "-no-obsolete", "-target-language", language]
            subprocess.run([*update, *sources, str(listed), "-ts", str(target)], check=True)
            subprocess.run([tools / "pyside6-lrelease", str(target)], check=True)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    main()
