"""Brings resources/translations up to date with the sources and compiles them: make translations

The window's strings are found by Qt's lupdate. Core knows no Qt, so its messages, field titles and help texts are
collected here from the sources and handed to lupdate as a list, and so is what a module's own _tr() wraps. English
needs a file for its plurals alone.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "resources" / "translations"
TOOLS = Path(sys.executable).parent
LANGUAGES = ("de", "en")
SETTING_TEXTS = 3  # default, title, help
# Names and values of a result's parameters that are no field of a setting.
PARAMETERS = ("protection weight", "learning rates", "methods", "data", "true", "false", "none")
KEYS = ("LOCALITY",)  # a dict whose keys are titles of columns
REFUSALS = ("no_adapter", "no_merge")  # why a method cannot do something
VARIABLES = {"NO_MERGE": "Core", "NO_BIAS": "Core", "advice": "Core", "title": "Experiments"}  # that hold a text
RESULT_TEXTS: dict[str, tuple[slice, tuple[str, ...]]] = {  # where texts stand in the parts of an experiment's result
    "Experiment": (slice(1, 3), ()),
    "Progress": (slice(0, 1), ()),
    "Result": (slice(0, 0), ("title", "notes")),
    "Column": (slice(0, 3, 2), ("unit",)),  # title and unit
    "Table": (slice(1, 2), ()),
    "Plot": (slice(1, 4), ("size_label",)),
    "answers_table": (slice(1, 2), ()),
    "variants_table": (slice(1, 2), ()),
}


def listed_strings() -> dict[str, list[str]]:
    """Texts that lupdate does not find, by context: "Core" for messages, "Settings" for fields, methods and presets."""
    folders = (ROOT / "lora_studio" / "core", ROOT / "lora_studio" / "ui")  # the command line speaks English
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    constants = {name: value for tree in trees for name, value in _constants(tree)}
    found: dict[str, dict[str, None]] = {"Core": {}, "Settings": {}, "Experiments": dict.fromkeys(PARAMETERS)}
    for tree in trees:
        own = _own_context(tree)
        for node in ast.walk(tree):
            for context, text in _texts(node, own, constants):
                found.setdefault(context, {}).setdefault(text)
    return {context: list(texts) for context, texts in found.items()}


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    """Advice that several messages share is a constant."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))


def _own_context(tree: ast.Module) -> str:
    """The context of a module that has its own _tr(); empty for others."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            return next(_literals(ast.walk(node)))
    return ""


def _texts(node: ast.AST, own: str, constants: dict[str, ast.Constant]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Call):
        yield from _texts_of_call(node, own, constants)
    elif isinstance(node, ast.Assign):
        names = [getattr(target, "id", "") for target in node.targets]
        yield from ((VARIABLES[name], text) for name in names if name in VARIABLES for text in _literals([node.value]))
    elif isinstance(node, ast.FunctionDef) and node.name in RESULT_TEXTS:
        yield from (("Experiments", text) for text in _literals(node.args.defaults))
    elif isinstance(node, ast.AnnAssign) and node.value:
        name = getattr(node.target, "id", "")
        value = constants.get(getattr(node.value, "id", ""), node.value)
        if name in {"title", "summary"}:
            yield from (("Settings", text) for text in _literals([value]))
        elif name in REFUSALS:
            yield from (("Core", text) for text in _literals([value]))
        elif name in KEYS and isinstance(value, ast.Dict):
            yield from (("Experiments", text) for text in _literals(key for key in value.keys if key))
        elif isinstance(value, ast.Call) and _name(value) == "setting" and name:
            yield "Experiments", name.replace("_", " ")  # how a result names its parameters


def _texts_of_call(node: ast.Call, own: str, constants: dict[str, ast.Constant]) -> Iterator[tuple[str, str]]:
    name = _name(node)
    if name == "error" or name.endswith("Error"):
        advice = [constants.get(getattr(value, "id", ""), value) for value in _named(node, ("advice",))]
        yield from (("Core", text) for text in _literals([*node.args[:1], *advice]))
    elif name == "Format":
        yield from (("Core", text) for text in _literals(node.args[:1]))
    elif name == "setting":
        values = [*node.args[1:SETTING_TEXTS], *_named(node, ("unit",))]
        labels = [label for value in _named(node, ("labels",)) if isinstance(value, ast.Dict) for label in value.values]
        yield from (("Settings", text) for text in _literals([*values, *labels]))
    elif name == "Preset":
        yield from (("Settings", text) for text in _literals(_named(node, ("title", "help"))))
    elif name == "_tr" and own:
        yield from ((own, text) for text in _literals(node.args))
    elif name in RESULT_TEXTS:
        places, keywords = RESULT_TEXTS[name]
        values = [*node.args[places], *_named(node, keywords)]
        values += [part for value in values if isinstance(value, ast.Tuple) for part in value.elts]
        yield from (("Experiments", text) for text in _literals(values))
    yield from (("Core", text) for text in _literals(_named(node, REFUSALS)))


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _named(call: ast.Call, names: tuple[str, ...]) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg in names]


def _literals(values: Iterable[ast.AST]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    update(FOLDER)
    for target in sorted(FOLDER.glob("*.ts")):
        compile_translation(target)


def compile_translation(source: Path) -> None:
    """Puts the .qm beside the .ts all at once: a running program has the old one mapped into its memory."""
    with tempfile.TemporaryDirectory(dir=source.parent) as scratch:
        made = Path(scratch) / source.with_suffix(".qm").name
        subprocess.run([TOOLS / "pyside6-lrelease", str(source), "-qm", str(made)], check=True)
        made.replace(source.with_suffix(".qm"))


def update(folder: Path) -> None:
    """Brings the .ts files in `folder` up to date."""
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "listed_strings.py"
        lines = [
            f"QT_TRANSLATE_NOOP({context!r}, {_quoted(text)})"
            for context, texts in listed_strings().items()
            for text in texts
        ]
        listed.write_text("\n".join(lines), "utf-8")
        sources = sorted(str(file) for file in (ROOT / "lora_studio" / "ui").rglob("*.py"))
        for language in LANGUAGES:
            options = ["-locations", "none", "-no-obsolete", "-target-language", language]
            if language == "en":
                options.append("-pluralonly")
            target = str(folder / f"lora_studio_{language}.ts")
            subprocess.run([TOOLS / "pyside6-lupdate", *options, *sources, str(listed), "-ts", target], check=True)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    main()
