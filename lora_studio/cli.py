"""The command line. Without a command, or with a folder, it opens the window."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lora_studio import __version__
from lora_studio.cli_experiment import experiment, run_experiment
from lora_studio.cli_opening import opened, opening_options
from lora_studio.cli_options import recipe_of, recipe_options
from lora_studio.cli_plan import plan
from lora_studio.core.errors import StorageError, StudioError, unexpected
from lora_studio.core.experiments import experiment_named
from lora_studio.core.presets import PRESETS

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine
    from lora_studio.core.events import Event, Finished, Receipt, Separated
    from lora_studio.core.recipe import Recipe
    from lora_studio.core.running import Run

BAD_INPUT = 2  # exit status
EXPORTS = ("peft", "gguf", "gguf-vector")  # FORMATS in core/adapters/exporting.py, which loads torch
RECIPES = ("fact-correction", *(preset.name for preset in PRESETS))


class Commands(click.Group):
    """A group that takes a folder in place of a command, and turns our errors into one line on stderr and status 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["window", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StudioError as error:
            click.echo(f"lora-studio: {error}", err=True)
            raise SystemExit(BAD_INPUT) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            click.echo(f"lora-studio: {unexpected(error)}", err=True)
            raise SystemExit(BAD_INPUT) from error


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


@click.group(cls=Commands, invoke_without_command=True, epilog="A folder in place of a command opens that workspace.")
@click.version_option(__version__, prog_name="lora-studio")
@click.pass_context
def main(context: click.Context) -> None:
    """LoRA Studio: adapt a language model and see what the adaptation did. Opens the window if no command is given."""
    if context.invoked_subcommand is None:
        open_window(None)


@main.command(hidden=True)
@click.argument("workspace", type=click.Path(path_type=Path))
def window(workspace: Path) -> None:
    """Opens a workspace."""
    if workspace.exists() and not workspace.is_dir():
        raise StorageError("{path} is not a folder.", advice="Give a workspace folder.", path=workspace)
    if not workspace.exists() and workspace.name == str(workspace):
        raise StorageError(
            "There is no command or folder named {name}.", advice="See lora-studio --help.", name=workspace
        )
    open_window(workspace)


@main.command()
@click.argument("preset", type=click.Choice(RECIPES), default=RECIPES[0])
@recipe_options
def recipe(preset: str, **chosen: Any) -> None:
    """Print a recipe to start from; options change it."""
    click.echo(recipe_of(_preset_recipe(preset) if preset != RECIPES[0] else None, chosen).to_yaml(), nl=False)


@main.command()
@click.argument("recipe_file", metavar="[RECIPE.yaml]", type=click.Path(path_type=Path), required=False)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder; by default a new one in the workspace.")
@opening_options
@json_option
@recipe_options
def train(recipe_file: Path | None, out: Path | None, device: str, dtype: str, as_json: bool, **chosen: Any) -> None:
    """Run a recipe and keep its result. Options change the recipe, or take its place."""
    from lora_studio.core.engine import Engine
    from lora_studio.core.run_folder import RunFolder
    from lora_studio.core.workspace import Workspace
    from lora_studio.paths import default_workspace

    start = read_recipe(recipe_file) if recipe_file else None
    made = recipe_of(start, chosen)  # what cannot be used is said before a model is opened
    engine = Engine()
    summary = opened(engine, made.base, device, dtype)
    if start is None:
        made = recipe_of(None, chosen, summary)
    run = engine.run(made, RunFolder(out) if out else Workspace(default_workspace()).new_run_folder(made.name))
    follow(engine, run, made, as_json)


@main.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@json_option
def resume(run_folder: Path, as_json: bool) -> None:
    """Go on exactly with an interrupted or cancelled run. RUN is its folder."""
    from lora_studio.core.engine import Engine

    engine = Engine()
    run = engine.resume(run_folder)
    follow(engine, run, read_recipe(run_folder / "recipe.yaml"), as_json)


def follow(engine: Engine, run: Run, made: Recipe, as_json: bool) -> None:
    """Lets the run end, telling how far it is and what it found. Raises StudioError: it failed."""
    from lora_studio.core.events import Failed, Finished, Saved
    from lora_studio.core.run_folder import plain

    receipt: dict[str, Any] | None = None
    for event in run.events():
        tell_progress(made.name, event, quiet=as_json)
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Saved):
            receipt = plain(event)["receipt"]
            show_receipt(event.receipt, quiet=as_json)
        if isinstance(event, Finished) and as_json:
            emit({**plain(event), "receipt": receipt})
        elif isinstance(event, Finished):
            click.echo(answers_of(engine, made))


@main.command()
@click.argument("model")
@click.argument("prompt")
@click.option("--adapter", type=click.Path(path_type=Path), help="An adapter folder to put on the model.")
@click.option("--strength", type=float, help="Of a steering direction: −3 to 3.")
@click.option("--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many predictions.")
@opening_options
@json_option
def probe(
    model: str,
    prompt: str,
    adapter: Path | None,
    strength: float | None,
    top: int,
    device: str,
    dtype: str,
    as_json: bool,
) -> None:
    """Show the most probable next tokens. MODEL is minigpt or a folder."""
    from dataclasses import asdict

    from lora_studio.core.engine import Engine

    engine = Engine()
    opened(engine, model, device, dtype)
    variant = engine.load_adapter(adapter).name if adapter else "Base"
    if strength is not None:
        engine.set_strength(variant, strength)
    if adapter:
        engine.measure(variant, [prompt])  # says why it cannot read the prompt, which a comparison leaves out
    answer = engine.compare(prompt, top=top).answers[-1]
    for word in answer.unknown:
        click.echo(f"lora-studio: “{word}” is not in the vocabulary; the model reads its unknown token.", err=True)
    if as_json:
        emit({"prompt": prompt, "predictions": [asdict(prediction) for prediction in answer.predictions]})
        return
    for prediction in answer.predictions:
        bar = "█" * round(prediction.probability * 40)
        click.echo(f"{prediction.token:<16} {prediction.probability:8.2%}  {bar}")


@main.command()
@click.argument("model")
@click.argument("adapter", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@opening_options
@json_option
def merge(model: str, adapter: Path, out: Path, device: str, dtype: str, as_json: bool) -> None:
    """Fold ADAPTER into MODEL and write a plain model folder to OUT."""
    from dataclasses import asdict

    from lora_studio.core.engine import Engine

    engine = Engine()
    opened(engine, model, device, dtype)
    name = engine.load_adapter(adapter).name
    receipt = engine.export_merged(name, out)
    show_receipt(receipt, quiet=as_json)
    if as_json:
        emit({"receipt": asdict(receipt)})


@main.command()
@click.argument("model")
@click.argument("adapter", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(EXPORTS), default=EXPORTS[0], show_default=True)
@click.option("--strength", type=float, help="Of a steering direction: −3 to 3.")
@json_option
def export(model: str, adapter: Path, out: Path, form: str, strength: float | None, as_json: bool) -> None:
    """Write ADAPTER, made for MODEL, to the folder OUT for another program: PEFT, or llama.cpp and Ollama (gguf)."""
    from dataclasses import asdict

    from lora_studio.core.engine import Engine

    engine = Engine()
    engine.open(model)
    name = engine.load_adapter(adapter).name
    if strength is not None:
        engine.set_strength(name, strength)
    receipt = engine.export_adapter(name, form, out)
    show_receipt(receipt, quiet=as_json)
    if as_json:
        emit({"receipt": asdict(receipt)})


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what is installed, what is missing, and how to get it."""
    from lora_studio.doctor import examine, render

    findings = examine()
    if as_json:
        emit(findings.plain())
    else:
        click.echo(render(findings))


main.add_command(experiment)
main.add_command(plan)


def open_window(workspace: Path | None) -> None:
    """Opens the window; without a display, does the main job in the terminal instead."""
    from lora_studio.doctor import display_missing

    missing = display_missing()
    if missing:
        click.echo(f"{missing} Here is the main job in the terminal instead.\n")
        run_experiment(experiment_named("fact-correction"), 0, None, as_json=False)
        return
    from lora_studio.ui.app import run

    raise SystemExit(run(workspace))


def _preset_recipe(name: str) -> Recipe:
    from lora_studio.core.data.builtin import BUILTIN_DATASETS
    from lora_studio.core.recipe import Recipe, variant_name

    preset = next(preset for preset in PRESETS if preset.name == name)
    datasets = tuple(dataset for dataset in BUILTIN_DATASETS if dataset.name in preset.datasets)
    return Recipe(
        name=variant_name(preset.method, preset.protection),
        datasets=datasets,
        method=preset.method,
        training=preset.training,
        protection=preset.protection,
    )


def read_recipe(path: Path) -> Recipe:
    """Raises RecipeError or StorageError: the file is not a recipe."""
    from lora_studio.core.recipe import Recipe

    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise StorageError("{path} is not UTF-8 text.", path=path) from error
    except OSError as error:
        raise StorageError("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error) from error
    return Recipe.from_yaml(text)


def tell_progress(name: str, event: Event, *, quiet: bool) -> None:
    """A line that renews itself on a terminal; nothing elsewhere but the beginning and the end."""
    from lora_studio.core.events import Finished, Separated, Started, Step

    if quiet:
        return
    if isinstance(event, Started):
        words = f", new words: {', '.join(event.new_words)}" if event.new_words else ""
        whence = f", going on after step {event.first_step}" if event.first_step else ""
        click.echo(f"{name}: {event.steps} steps, {event.trainable:,} trainable parameters{words}{whence}")
    elif isinstance(event, Step) and sys.stdout.isatty() and event.step % 10 == 0:
        click.echo(f"\r  step {event.step}  loss {event.loss:.3f}", nl=False)
    elif isinstance(event, Separated):
        click.echo(separation_table(event))
    elif isinstance(event, Finished):
        lead = "\r" if sys.stdout.isatty() else ""
        where = f", kept in {event.folder}" if event.folder else ""
        loss = "" if event.final_loss is None else f", loss {event.final_loss:.3f}"
        click.echo(f"{lead}  done in {event.seconds:.1f} s{loss}{forgetting_of(event)}{where}")


def answers_of(engine: Engine, recipe: Recipe) -> str:
    """What the base and the new variant say to the pinned prompts; what moved unasked is marked."""
    lines = []
    for probe in recipe.probes:
        base, *_, now = engine.compare(probe.prompt, probe.wanted).answers
        moved = " ⚠" if probe.kind == "kept" and now.top.token != base.top.token else ""
        said = [f"{answer.top.token} {answer.top.probability:.0%}" for answer in (base, now)]
        lines.append(f"  {probe.prompt:<28} {said[0]:<16} → {said[1]}{moved}")
    return "\n".join(lines)


def forgetting_of(event: Finished) -> str:
    if event.forgetting_kl is None or event.top1_kept is None:
        return ""
    return f", forgetting {event.forgetting_kl:.3f} nats, first answers kept {event.top1_kept:.0%}"


def separation_table(event: Separated) -> str:
    """How well each block tells two groups of prompts apart."""
    lines = ["  block  means: accuracy, distance   component: accuracy, distance"]
    for block in event.blocks:
        used = "  ← used" if block.block == event.used else ""
        lines.append(
            f"  {block.block:>5}  {block.means_accuracy:>15.0%} {block.means_effect:>9.1f}"
            f"   {block.component_accuracy:>19.0%} {block.component_effect:>9.1f}{used}"
        )
    return "\n".join(lines)


def show_receipt(receipt: Receipt, *, quiet: bool) -> None:
    if quiet:
        return
    flips = f"answers that differ: {', '.join(receipt.flipped)}" if receipt.flipped else "the same answers"
    click.echo(
        f"  receipt: read back from {receipt.path}; largest change in probability {receipt.largest_change:.1e} "
        f"over {receipt.prompts} prompts; {flips}"
    )
    if receipt.rounding is not None:
        click.echo(f"  4-bit rounding of the base moved a probability by at most {receipt.rounding:.1e}")


def emit(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
