"""The command that runs an experiment: the built-in ones, or all methods on one's own data and model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from lora_studio.cli_opening import opened, opening_options
from lora_studio.cli_options import file_options, read_rows_of, recipe_of, training_options
from lora_studio.core.data.builtin import BUILTIN_DATASETS, Probe
from lora_studio.core.errors import RecipeError, StorageError
from lora_studio.core.experiments import EXPERIMENTS, Experiment, experiment_named
from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.usual import usual_method

if TYPE_CHECKING:
    from lora_studio.core.experiments.experiment import Running
    from lora_studio.core.experiments.results import Result
    from lora_studio.core.recipe import Recipe
    from lora_studio.core.summaries import ModelSummary

OWN = "methods"  # the experiment that can be had on one's own data


@click.command()
@click.argument("name", type=click.Choice([experiment.name for experiment in EXPERIMENTS]))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="A new folder for runs, tables and plots' values.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--model", help="minigpt, or a model folder: compares methods on it, with the data of --data.")
@click.option("--methods", help="Which, separated by commas; by default all.")
@click.option("--data", multiple=True, help="What is learned: a built-in dataset or a file. May be repeated.")
@click.option("--kept", multiple=True, help="Rows that the base knows: forgetting is measured on them.")
@click.option("--held-out", multiple=True, help="Rows that are measured too, but not protected.")
@click.option("--probe", multiple=True, help="prompt=wanted, or a prompt whose answer should stay. May be repeated.")
@file_options
@opening_options
@training_options
def experiment(
    name: str,
    seed: int,
    out: Path | None,
    as_json: bool,
    model: str | None,
    methods: str | None,
    probe: tuple[str, ...],
    device: str,
    dtype: str,
    **chosen: Any,
) -> None:
    """Run a reference experiment, or, with methods and --model, compare methods on your own data."""
    if model is None:
        _refuse_without_model({"methods": methods, "probe": probe, **chosen})
        run_experiment(experiment_named(name), seed, out, as_json)
        return
    if name != OWN:
        raise RecipeError("Only “{name}” takes a model and data of your own.", name=OWN)
    if not chosen["data"]:
        raise RecipeError("There is nothing to learn.", advice="Name a file with --data.")
    _check_new(out)
    kinds, asked = _methods(methods), (*_probes(probe), *_probes_in(chosen["data"], chosen))
    from lora_studio.core.engine import Engine
    from lora_studio.core.experiments.own_data import run_own_data

    engine = Engine()
    summary = opened(engine, model, device, dtype)
    recipe = _recipe(summary, seed, asked, chosen)
    rate = chosen["learning_rate"]
    _finish(run_own_data(engine, summary, recipe, kinds, out, rate), out, as_json)


def run_experiment(experiment: Experiment, seed: int, out: Path | None, as_json: bool) -> None:
    """Runs it to the end, telling what it is at, and shows what it found."""
    _check_new(out)
    _finish(experiment.run(seed, out), out, as_json)


def _check_new(out: Path | None) -> None:
    if out and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StorageError("{path} is not empty.", advice="Choose a new folder.", path=out)


def _finish(running: Running, out: Path | None, as_json: bool) -> None:
    from lora_studio.core.experiments.result_text import files_of, text_of
    from lora_studio.core.files import write_atomically

    result = _followed(running, quiet=as_json)
    if out:
        for file, data in files_of(result).items():
            write_atomically(out / file, data)
    if as_json:
        click.echo(json.dumps(result.plain(), ensure_ascii=False, indent=2))
    else:
        click.echo(text_of(result))


def _followed(running: Running, *, quiet: bool) -> Result:
    part = ""
    while True:
        try:
            progress = next(running)
        except StopIteration as end:
            result: Result = end.value
            return result
        if progress.part != part and not quiet:
            part = progress.part
            click.echo(f"{progress.fraction:4.0%}  {part}", err=True)


# What was asked for


def _refuse_without_model(given: Mapping[str, Any]) -> None:
    names = [name for name, value in given.items() if value not in (None, ())]
    if names:
        raise RecipeError(
            "{names} can be chosen for a model of your own only.",
            advice="Name it with --model; minigpt is the bundled one.",
            names=", ".join(f"--{name.replace('_', '-')}" for name in names),
        )


def _methods(names: str | None) -> tuple[type[Method], ...]:
    """In the order in which methods are always listed."""
    if names is None:
        return METHODS
    wanted = {name.strip() for name in names.split(",")} - {""}
    known = [kind.name for kind in METHODS]
    unknown = sorted(wanted - set(known))
    if unknown or not wanted:
        raise RecipeError(
            "There is no method named {names}.",
            advice="There are {known}.",
            names=", ".join(unknown) or "“”", known=", ".join(known),
        )  # fmt: skip
    return tuple(kind for kind in METHODS if kind.name in wanted)


def _probes(texts: tuple[str, ...]) -> list[Probe]:
    """What stands behind the last equals sign is wanted; a prompt without one should be answered as before."""
    return [_probe(*text.rpartition("=")[::2]) if "=" in text else _probe(text, "") for text in texts]


def _probe(prompt: str, wanted: str) -> Probe:
    try:
        return Probe(prompt=prompt.strip(), wanted=wanted.strip(), kind="corrected" if wanted.strip() else "kept")
    except ValidationError as error:
        raise RecipeError(
            "“{text}” is no probe.", advice="Write prompt=wanted.", text=f"{prompt}={wanted}"[:100]
        ) from error


def _probes_in(data: tuple[str, ...], chosen: Mapping[str, Any]) -> list[Probe]:
    """Files of facts bring their own: the prompts, other phrasings, and neighbours that should stay."""
    builtin = {dataset.name for dataset in BUILTIN_DATASETS}
    files = [Path(name) for name in data if name not in builtin and Path(name).is_file()]
    return [probe for file in files for probe in read_rows_of(file, chosen).probes]


def _recipe(model: ModelSummary, seed: int, probes: tuple[Probe, ...], chosen: Mapping[str, Any]) -> Recipe:
    """Methods other than LoRA come to it later, each as it is usually set."""
    made = recipe_of(None, {**chosen, "seed": seed}, model)
    return made.model_copy(update={"method": usual_method(Lora, model), "probes": tuple(dict.fromkeys(probes))})
