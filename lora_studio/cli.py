"""The command line. Without a command, or with a folder, it opens the window."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lora_studio import __version__
from lora_studio.core.errors import StorageError, StudioError, unexpected

if TYPE_CHECKING:
    from lora_studio.core.events import Event, Receipt
    from lora_studio.core.recipe import Recipe

BAD_INPUT = 2  # exit status


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
@click.argument("name", type=click.Choice(["fact-correction"]))
def recipe(name: str) -> None:  # noqa: ARG001 - one so far
    """Print a recipe to start from."""
    from lora_studio.core.recipe import Recipe

    click.echo(Recipe().to_yaml(), nl=False)


@main.command()
@click.argument("recipe_file", metavar="RECIPE.yaml", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder; by default a new one in the workspace.")
@json_option
def train(recipe_file: Path, out: Path | None, as_json: bool) -> None:
    """Run a recipe and keep its adapter."""
    from lora_studio.core.engine import Engine
    from lora_studio.core.events import Failed, Finished, Saved
    from lora_studio.core.run_folder import RunFolder, plain
    from lora_studio.core.workspace import Workspace
    from lora_studio.paths import default_workspace

    chosen = read_recipe(recipe_file)
    engine = Engine()
    engine.open(chosen.base)
    run = engine.run(chosen, RunFolder(out) if out else Workspace(default_workspace()).new_run_folder(chosen.name))
    receipt: dict[str, Any] | None = None
    for event in run.events():
        tell_progress(chosen.name, event, quiet=as_json)
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Saved):
            receipt = plain(event)["receipt"]
            show_receipt(event.receipt, quiet=as_json)
        if isinstance(event, Finished) and as_json:
            emit({**plain(event), "receipt": receipt})


@main.command()
@click.argument("model")
@click.argument("prompt")
@click.option("--adapter", type=click.Path(path_type=Path), help="An adapter folder to put on the model.")
@click.option("--top", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many predictions.")
@json_option
def probe(model: str, prompt: str, adapter: Path | None, top: int, as_json: bool) -> None:
    """Show the most probable next tokens. MODEL is minigpt or a folder."""
    from dataclasses import asdict

    from lora_studio.core.engine import Engine

    engine = Engine()
    engine.open(model)
    if adapter:
        engine.load_adapter(adapter)
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
@json_option
def merge(model: str, adapter: Path, out: Path, as_json: bool) -> None:
    """Fold ADAPTER into MODEL and write a plain model folder to OUT."""
    from dataclasses import asdict

    from lora_studio.core.engine import Engine

    engine = Engine()
    engine.open(model)
    name = engine.load_adapter(adapter).name
    receipt = engine.export_merged(name, out)
    show_receipt(receipt, quiet=as_json)
    if as_json:
        emit({"receipt": asdict(receipt)})


@main.command()
@click.argument("name", type=click.Choice(["fact-correction"]))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="A new folder for the runs.")
@json_option
def experiment(name: str, seed: int, out: Path | None, as_json: bool) -> None:  # noqa: ARG001 - one so far
    """Run a reference experiment."""
    run_experiment(seed, out, as_json)


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


def open_window(workspace: Path | None) -> None:
    """Opens the window; without a display, does the main job in the terminal instead."""
    from lora_studio.doctor import display_missing

    missing = display_missing()
    if missing:
        click.echo(f"{missing} Here is the main job in the terminal instead.\n")
        run_experiment(0, None, as_json=False)
        return
    from lora_studio.ui.app import run

    raise SystemExit(run(workspace))


def run_experiment(seed: int, out: Path | None, as_json: bool) -> None:
    from lora_studio.core.engine import Engine
    from lora_studio.core.experiments.fact_correction import run_fact_correction
    from lora_studio.core.experiments.tables import fact_correction_table

    def tell(name: str, event: Event) -> None:
        tell_progress(name, event, quiet=as_json)

    result = run_fact_correction(Engine(), seed, out, tell)
    if as_json:
        emit(result.plain())
    else:
        click.echo(fact_correction_table(result))


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
    from lora_studio.core.events import Finished, Started, Step

    if quiet:
        return
    if isinstance(event, Started):
        words = f", new words: {', '.join(event.new_words)}" if event.new_words else ""
        click.echo(f"{name}: {event.steps} steps, {event.trainable:,} trainable parameters{words}")
    elif isinstance(event, Step) and sys.stdout.isatty() and event.step % 10 == 0:
        click.echo(f"\r  step {event.step}  loss {event.loss:.3f}", nl=False)
    elif isinstance(event, Finished):
        lead = "\r" if sys.stdout.isatty() else ""
        where = f", kept in {event.folder}" if event.folder else ""
        click.echo(f"{lead}  done in {event.seconds:.1f} s, loss {event.final_loss or 0:.3f}{where}")


def show_receipt(receipt: Receipt, *, quiet: bool) -> None:
    if quiet:
        return
    flips = f"answers that flipped: {', '.join(receipt.flipped)}" if receipt.flipped else "no answer flipped"
    click.echo(
        f"  receipt: read back from {receipt.path}; largest change in probability {receipt.largest_change:.1e} "
        f"over {receipt.prompts} prompts; {flips}"
    )


def emit(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
