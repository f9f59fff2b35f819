"""One recipe run with each of several methods: which recipes these are, and why a method is left out. Free of torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lora_studio.core.errors import RecipeError, StudioError
from lora_studio.core.methods import Method
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.recipe import Protection, Recipe, variant_name
from lora_studio.core.summaries import ModelSummary, Plan
from lora_studio.core.usual import usual_learning_rate, usual_method

if TYPE_CHECKING:
    from lora_studio.core.engine import Engine

LARGEST_FROM_SCRATCH = 50_000_000  # parameters; more cannot be learned anew from the rows that a person has


def recipe_with(kind: type[Method], recipe: Recipe, model: ModelSummary, rate: float | None = None) -> Recipe:
    """The same data, seed, probes and training with another method, as it is usually set for this model.

    The recipe's own method keeps its settings and its learning rate.

    Args:
        rate: a learning rate for every method, in place of the usual ones.
    """
    own = type(recipe.method) is kind
    method = recipe.method if own else usual_method(kind, model)
    protection = recipe.protection if kind.learns_by_gradients else Protection()
    usual = recipe.training.learning_rate if own else usual_learning_rate(kind, model)
    return recipe.model_copy(
        update={
            "name": variant_name(method, protection),
            "method": method,
            "protection": protection,
            "training": recipe.training.model_copy(update={"learning_rate": usual if rate is None else rate}),
        }
    )


def obstacle(recipe: Recipe, model: ModelSummary) -> StudioError | None:
    """Why a method makes no sense here, as far as it is known without looking at the model itself."""
    method = recipe.method
    if package := method.missing_package():
        return RecipeError("It needs the package {package}, which is not installed.", package=package)
    if isinstance(method, Scratch) and model.parameters > LARGEST_FROM_SCRATCH:
        return RecipeError("A model of this size cannot be learned anew from a few rows.")
    try:
        method.check_data(recipe.datasets)
    except StudioError as error:
        return error
    return None


def judged(recipe: Recipe, model: ModelSummary, engine: Engine, *, memory: bool = True) -> Plan | StudioError:
    """What the run would amount to, or why it is left out. On the engine's thread, as it looks at every row.

    Args:
        memory: whether what does not fit is left out; while a run is in progress, what is free tells little.
    """
    found = obstacle(recipe, model)
    if found:
        return found
    try:
        if recipe.method.learns_by_gradients:
            _check_dtype(engine)
        plan = engine.plan(recipe)
    except StudioError as error:
        return error
    return (shortage(plan) if memory else None) or plan


def shortage(plan: Plan) -> StudioError | None:
    """That the run needs more memory than there is."""
    memory = plan.memory
    if memory is None or memory.available is None or memory.fits:
        return None
    return RecipeError(
        "It needs {needed:.1f} GB of memory, and there are {there:.1f} GB.",
        needed=memory.peak / 1e9, there=memory.available / 1e9,
    )  # fmt: skip


def _check_dtype(engine: Engine) -> None:
    from lora_studio.core.run_failures import check_dtype

    check_dtype(engine.variants.model)
