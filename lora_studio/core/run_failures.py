"""What stops a run from outside: memory that is full, a device that has gone; in words that say what to do."""

from __future__ import annotations

import traceback

import torch

from lora_studio.core.errors import RecipeError, RunError
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.shortage import is_out_of_memory
from lora_studio.core.recipe import Recipe

LOST_DEVICE = ("cuda error", "hip error", "device-side assert", "device is lost", "mps backend error")
_SMALLER = "The model is unharmed. Choose a smaller batch or a shorter sequence."


class DeviceLostError(RunError):
    """Nothing can be computed on the device any more, and nothing be fetched from it."""


def run_error(error: BaseException, step: int, model: LanguageModel, recipe: Recipe) -> RunError:
    """What torch says, as a run's error. What the failed step held in memory is let go.

    Its cause is a bare copy of `error`: the original would keep the step's tensors alive for as long as it is shown.
    """
    traceback.clear_frames(error.__traceback__)
    reason = " ".join(str(error).split())[:300]
    if _is_lost_device(error):
        found: RunError = DeviceLostError(
            "Training stopped at step {step}: {device} does not answer any more ({reason}).",
            advice="What was kept on disk is safe. Start the program again and let the run go on from there. If it "
            "happens again, look at the device's driver and temperature.",
            step=step, device=str(model.device), reason=reason,
        )  # fmt: skip
    elif is_out_of_memory(error):
        found = _out_of_memory(step, model, recipe)
    else:
        found = RunError("Training stopped at step {step}: {reason}.", advice=_SMALLER, step=step, reason=reason)
    found.__cause__ = RuntimeError(reason)
    return found


def is_shortage_or_loss(error: BaseException) -> bool:
    """Whether memory is full, or the device has gone: nothing that is wrong with the program."""
    return is_out_of_memory(error) or _is_lost_device(error)


def check_dtype(model: LanguageModel) -> None:
    """Raises RecipeError: gradients would vanish in the type that the model is open in."""
    if model.dtype == torch.float16:
        raise RecipeError(
            "{model} is open in float16, in which small gradients become zero and large ones infinite.",
            advice="Open it in bfloat16 or float32 to train it.",
            model=model.name,
        )


def _is_lost_device(error: BaseException) -> bool:
    kind = getattr(torch, "AcceleratorError", ())  # younger than the oldest torch that is supported
    if is_out_of_memory(error):
        return False
    return isinstance(error, kind) or any(words in str(error).lower() for words in LOST_DEVICE)


def _out_of_memory(step: int, model: LanguageModel, recipe: Recipe) -> RunError:
    what, values = _largest_saving(model, recipe)
    return RunError(
        "Training stopped at step {step}: {device} is out of memory.",
        advice=what or _SMALLER,
        step=step, device="the computer" if model.device.type == "cpu" else str(model.device), **values,
    )  # fmt: skip


def _largest_saving(model: LanguageModel, recipe: Recipe) -> tuple[str, dict[str, object]]:
    """The one change that would free most, as the memory plan computes it; empty if it has none to offer."""
    try:
        from lora_studio.core.analysis.savings import largest_saving

        return largest_saving(model, recipe)
    except Exception:  # noqa: BLE001 - the shortage is the error to tell, and counting may meet it again
        return "", {}
