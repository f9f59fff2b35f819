"""Options of the command line that follow from settings classes, and recipes made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from lora_studio.core.data.builtin import BUILTIN_DATASETS, INDOORS, OUTDOORS
from lora_studio.core.data.dataset import Dataset
from lora_studio.core.data.file_formats.layouts import ColumnMapping, recognise
from lora_studio.core.data.file_formats.reading import ImportedRows, read_dataset
from lora_studio.core.errors import DataError, RecipeError, StorageError
from lora_studio.core.methods import METHODS, Method, method_named
from lora_studio.core.recipe import Protection, Recipe, TrainingSettings, explain, variant_name
from lora_studio.core.settings import Settings
from lora_studio.core.summaries import ModelSummary
from lora_studio.core.usual import MINI, kind_of, usual_learning_rate, usual_method, usual_training

F = TypeVar("F", bound=Callable[..., Any])

COLUMNS = {
    "text": "the one that is learned.",
    "prompt": "the one that is read before the completion.",
    "completion": "the one that is to follow the prompt.",
    "system": "the one with a system message.",
}
NAME_COLUMNS = "Name them with --text-column, or with --prompt-column and --completion-column."

PROTECTION_NAMES = {
    "enabled": "protect",
    "weight": "protect_weight",
    "generated": "protect_generated",
    "neighbours": "protect_neighbours",
    "phrasings_follow": "phrasings_follow",
}


def recipe_options(command: F) -> F:
    """Adds everything that a recipe can say. The command gets one mapping, `chosen`, for `recipe_of`."""
    command = file_options(command)
    for option in reversed(_all_options()):
        command = option(command)
    return command


def plan_options(command: F) -> F:
    """Adds what decides how much memory a run takes: the method's, the training's and the protection's settings."""
    for option in reversed([_method_option(), *_setting_options()]):
        command = option(command)
    return command


def training_options(command: F) -> F:
    """Adds how a run trains and what it protects, but for the seed."""
    fields = {name: field for name, field in TrainingSettings.model_fields.items() if name != "seed"}
    fields |= {PROTECTION_NAMES[name]: field for name, field in Protection.model_fields.items()}
    for name, field in reversed(fields.items()):
        command = _option(name, field, field.description or "")(command)
    return command


def file_options(command: F) -> F:
    """Adds how files of rows are read."""
    for name, text in reversed(COLUMNS.items()):
        command = click.option(f"--{name}-column", help=f"Of a file with columns of its own: {text}")(command)
    leave_out = "Leave out records that give no row, and say so."
    return click.option("--skip-bad", is_flag=True, default=None, help=leave_out)(command)


def read_rows_of(path: Path, given: Mapping[str, Any]) -> ImportedRows:
    """A file's rows; `given` are the values of `file_options`. Raises DataError."""
    named = {name: given.get(f"{name}_column") or "" for name in COLUMNS}
    layout = recognise(path)
    mapping: ColumnMapping | None = None
    if any(named.values()):
        try:
            mapping = ColumnMapping(**named)
        except ValueError as error:
            raise DataError("The columns are not named well: {reason}.", advice=NAME_COLUMNS, reason=error) from error
    elif layout.columns and not layout.is_known:
        raise DataError(
            "It is not known what the columns of {path} mean: {columns}.",
            advice=NAME_COLUMNS, path=path, columns=", ".join(layout.columns),
        )  # fmt: skip
    found = read_dataset(path, mapping or layout, skip_bad=bool(given.get("skip_bad")))
    if found.problems:
        lines = ", ".join(str(problem.line) for problem in found.problems[:5])
        more = " …" if len(found.problems) > 5 else ""
        count = len(found.problems)
        click.echo(f"lora-studio: {path}: {count} record(s) left out, line {lines}{more}", err=True)
    return found


def recipe_of(start: Recipe | None, chosen: Mapping[str, Any], model: ModelSummary | None = None) -> Recipe:
    """The recipe `start`, or the usual one, with what was chosen on the command line.

    Args:
        start: what the options change.
        chosen: by option; None where it was not given.
        model: for which the recipe is; without `start`, it decides what is usual.

    Raises:
        RecipeError: an option does not belong to the method, or a value cannot be used.
        DataError: a data file cannot be read.
    """
    given = {name: value for name, value in chosen.items() if value not in (None, ())}
    recipe = start or _usual(given, model)
    method = _method(recipe.method, given)
    training = _changed(recipe.training, given, {name: name for name in TrainingSettings.model_fields})
    if start is None and "method" in given and "learning_rate" not in given:
        training = training.model_copy(update={"learning_rate": usual_learning_rate(type(method), model)})
    protection = _changed(recipe.protection, given, PROTECTION_NAMES)
    datasets = tuple(_dataset(name, given) for name in given.get("data", ())) or recipe.datasets
    if start is None and "data" not in given and not method.learns_by_gradients:
        datasets = (OUTDOORS, INDOORS)
    renamed = start is None or (method, protection) != (start.method, start.protection)
    return _changed(
        recipe,
        {
            "name": given.get("name") or (variant_name(method, protection) if renamed else recipe.name),
            "base": given.get("base", recipe.base),
            "datasets": datasets,
            "method": method,
            "training": training,
            "protection": protection,
            "kept": tuple(_dataset(name, given) for name in given.get("kept", ())) or recipe.kept,
            "held_out": tuple(_dataset(name, given) for name in given.get("held_out", ())) or recipe.held_out,
        },
        {name: name for name in Recipe.model_fields},
    )


def _usual(given: Mapping[str, Any], model: ModelSummary | None) -> Recipe:
    """Where nothing is changed, what one begins with. Rows that the base knows are those of MiniGPT's data."""
    if model is None or kind_of(model) == MINI:
        return Recipe(method=method_named(given["method"])()) if "method" in given else Recipe()
    kind = method_named(given.get("method", "lora"))
    return Recipe(
        base=model.source, method=usual_method(kind, model), training=usual_training(model, kind), kept=(), probes=()
    )


def _method(start: Method, given: Mapping[str, Any]) -> Method:
    kind = method_named(given["method"]) if "method" in given else type(start)
    mine = {name: given[name] for name in kind.model_fields if name in given}
    foreign = [name for name in _method_fields() if name in given and name not in kind.model_fields]
    if foreign:
        raise RecipeError(
            "{method} has no setting {names}.",
            advice="Leave it out, or choose another method.",
            method=kind.title, names=", ".join(f"--{name.replace('_', '-')}" for name in foreign),
        )  # fmt: skip
    shared = {name: getattr(start, name) for name in kind.model_fields if name in type(start).model_fields}
    return _changed(kind(), {**shared, **mine}, {name: name for name in kind.model_fields})


S = TypeVar("S", bound=Settings)


def _changed(settings: S, given: Mapping[str, Any], names: Mapping[str, str]) -> S:
    """`settings` with the given values; `names` has the option's name by the field's."""
    same = {field: getattr(settings, field) for field in type(settings).model_fields}
    try:
        return type(settings)(
            **{**same, **{field: given[option] for field, option in names.items() if option in given}}
        )
    except ValidationError as error:
        raise RecipeError("The recipe cannot be used: {reasons}", reasons=explain(error)) from error


def _dataset(name: str, given: Mapping[str, Any]) -> Dataset:
    """A built-in set by its name, or the rows of a file in whichever layout it has."""
    for dataset in BUILTIN_DATASETS:
        if dataset.name == name:
            return dataset
    path = Path(name)
    if not path.suffix and not path.exists():
        raise StorageError(
            "There is no built-in dataset or file named {name}.",
            advice="The built-in ones are {names}.",
            name=name, names=", ".join(dataset.name for dataset in BUILTIN_DATASETS),
        )  # fmt: skip
    found = read_rows_of(path, given)
    return Dataset(name=path.stem, rows=found.rows, role=found.role)


# From fields to options


def _all_options() -> list[Callable[[F], F]]:
    options: list[Callable[[F], F]] = [
        _method_option(),
        click.option(
            "--data",
            multiple=True,
            help="A built-in dataset, or a file of rows, chats or facts. May be repeated.",
        ),
        click.option("--kept", multiple=True, help="A dataset or file of rows that the base knows: to be protected."),
        click.option("--held-out", multiple=True, help="A dataset or file of rows that are measured, not protected."),
        click.option("--base", help="minigpt, or a model folder."),
        click.option("--name", help="What the variant is called."),
    ]
    return options + _setting_options()


def _method_option() -> Callable[[F], F]:
    return click.option(
        "--method", type=click.Choice([method.name for method in METHODS]), help="How the model is adapted."
    )


def _setting_options() -> list[Callable[[F], F]]:
    plain = {**TrainingSettings.model_fields}
    plain |= {PROTECTION_NAMES[name]: field for name, field in Protection.model_fields.items()}
    options = [_option(name, field, field.description or "") for name, field in plain.items()]
    return options + [_option(name, field, text) for name, (field, text) in _method_fields().items()]


def _method_fields() -> dict[str, tuple[FieldInfo, str]]:
    """Every setting of any method, and which methods have it, with what it does there."""
    found: dict[str, tuple[FieldInfo, dict[str, list[str]]]] = {}
    for method in METHODS:
        for name, field in method.model_fields.items():
            _, helps = found.setdefault(name, (field, {}))
            helps.setdefault(field.description or "", []).append(method.name)
    return {
        name: (field, " ".join(f"{text} [{', '.join(who)}]" for text, who in helps.items()))
        for name, (field, helps) in found.items()
    }


def _option(name: str, field: FieldInfo, text: str) -> Callable[[F], F]:
    flag = name.replace("_", "-")
    if field.annotation is bool:
        return click.option(f"--{flag}/--no-{flag}", name, default=None, help=text)
    if field.annotation == tuple[str, ...]:
        return click.option(f"--{flag}", name, callback=_split, help=f"{text} Separated by commas.")
    return click.option(f"--{flag}", name, type=_type(field.annotation), help=text)


def _type(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return _Choice(get_args(annotation))
    return annotation if annotation in (int, float) else str


class _Choice(click.Choice[str]):
    """One of a few values, which need not be texts."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._values = {str(value): value for value in values}
        super().__init__(list(self._values))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self._values[super().convert(str(value), param, ctx)]


def _split(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    del context, parameter
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value is not None else None
