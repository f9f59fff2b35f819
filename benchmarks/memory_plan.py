"""The memory plan against what runs take on a GPU: random-weight Qwen3 of 0.6B and 8B parameters, three steps each.

    python -m benchmarks.memory_plan [CASE …] [--shape 0.6b|8b] [--compilation on|off] [--json FILE]

A case whose plan does not fit the device is left out. The promise is a ratio between 0.9 and 1.1.
"""

from __future__ import annotations

import argparse
import gc
import json
import traceback
from pathlib import Path
from typing import Any, Literal

import torch

from lora_studio.core.analysis.available import available_bytes
from lora_studio.core.analysis.planning import looked_at
from lora_studio.core.data.windows import Window
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.words import word_tokenizer
from lora_studio.core.recipe import Recipe, TrainingSettings
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.fast_gradients import FastGradients, Ways
from lora_studio.core.training.flat_adam import FlatAdam
from lora_studio.core.training.last_good import LastGoodState

STEPS = 3
SHAPES = {
    "0.6b": {
        "hidden_size": 1024,
        "num_hidden_layers": 28,
        "num_attention_heads": 16,
        "intermediate_size": 3072,
        "tie": 1,
    },
    "8b": {
        "hidden_size": 4096,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "intermediate_size": 12288,
        "tie": 0,
    },
}
_SMALL: dict[str, Any] = {
    "rank": 8, "targets": ("q_proj", "k_proj", "v_proj", "o_proj"), "train_embeddings": False, "train_head": False,
}  # fmt: skip
METHODS: dict[str, Method] = {
    "lora": Lora(**_SMALL),
    "all": Lora(**{**_SMALL, "targets": ("all-linear",)}),
    "dora": Dora(**_SMALL),
    "qlora": Qlora(**_SMALL),
    "full": FullFineTuning(),
}
CASES = (  # method, batch, length, recomputing
    ("lora", 4, 1024, False), ("lora", 4, 1024, True), ("lora", 1, 512, False), ("all", 4, 1024, False),
    ("dora", 4, 1024, False), ("qlora", 4, 1024, False), ("qlora", 4, 1024, True), ("full", 4, 1024, False),
    ("full", 1, 512, False),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=list(METHODS))
    parser.add_argument("--shape", choices=list(SHAPES), action="append")
    parser.add_argument("--compilation", choices=["on", "off"], action="append")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(torch.cuda.get_device_name(), torch.__version__, flush=True)
    found = []
    for shape in options.shape or SHAPES:
        model = random_qwen(shape)
        for compilation in options.compilation or ["off", "on"]:
            for case in CASES:
                if case[0] in options.cases:
                    found += measured(model, shape, compilation, *case)
        del model
        collect()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), "utf-8")


def random_qwen(name: str) -> HuggingFaceModel:
    from transformers import AutoModelForCausalLM, Qwen3Config

    shape = dict(SHAPES[name])
    tied = bool(shape.pop("tie"))
    config = Qwen3Config(
        **shape, num_key_value_heads=8, head_dim=128, vocab_size=151936, tie_word_embeddings=tied,
        max_position_embeddings=40960,
    )  # fmt: skip
    torch.manual_seed(0)
    with torch.device("cuda"):
        network = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    return HuggingFaceModel(f"Qwen3-{name}", network, word_tokenizer(["a", "b"]))


def measured(
    model: HuggingFaceModel,
    shape: str,
    compilation: Literal["on", "off"],
    name: str,
    batch: int,
    length: int,
    checkpointing: bool,
) -> list[dict[str, Any]]:
    """One row of figures; none if it does not fit, or fails."""
    training = TrainingSettings(
        epochs=1, batch_size=batch, sequence_length=length, checkpointing=checkpointing, learning_rate=1e-5,
        compilation=compilation, probe_every=100_000, arrangement="packed",
    )  # fmt: skip
    recipe = Recipe(method=METHODS[name], training=training, probes=())
    way = "recomputed" if checkpointing else "kept"
    label = f"{shape:5} {name:6} {batch}×{length:<5} {way:11} compiled {compilation:4}"
    planned = looked_at(model, recipe).footprint.at("")
    if planned.peak > 1.1 * (available_bytes(model.device) or 0):
        print(f"{label} does not fit: {planned.peak / 2**30:.2f} GiB", flush=True)
        return []
    besides = torch.cuda.memory_allocated() - sum(tensor.nbytes for tensor in model.network.parameters())
    try:
        peak = _peak(model, recipe) - max(0, besides)
    except Exception:  # noqa: BLE001 - the other cases are still worth their time
        traceback.print_exc()
        return []
    finally:
        collect()
    print(
        f"{label} planned {planned.peak / 2**30:7.2f} measured {peak / 2**30:7.2f} GiB "
        f"ratio {planned.peak / peak:.3f} "
        f"(weights {planned.weights / 2**30:.2f}, gradients {planned.gradients / 2**30:.2f}, "
        f"optimizer {planned.optimizer / 2**30:.2f}, activations {planned.activations / 2**30:.2f}, "
        f"scores {planned.logits / 2**30:.2f})",
        flush=True,
    )
    return [{"case": label, "planned": planned.peak, "measured": peak}]


def _peak(model: HuggingFaceModel, recipe: Recipe) -> int:
    """Of the steps alone, as the loop makes them; with the fast gradients whatever the run's length."""
    training = recipe.training
    attachment = recipe.method.attach(model, seed=0)
    try:
        collect()
        torch.cuda.reset_peak_memory_stats()
        ways = Ways(checkpointing=training.checkpointing, compiled=training.compilation == "on")
        gradients = FastGradients(attachment, ways, (training.batch_size, training.sequence_length))
        optimizer = FlatAdam(attachment.parameter_groups(training.learning_rate))
        good = LastGoodState(optimizer.updated)
        for _ in gradients.prepare():
            pass
        for step, batch in enumerate(_batches(model, training).epoch()):
            good.keep(step)
            optimizer.zero_grad()
            attachment.set_training(True)
            gradients.add(batch, batch.tokens)
            attachment.set_training(False)
            optimizer.step()
        optimizer.release()
        return torch.cuda.max_memory_allocated()
    finally:
        attachment.detach()


def _batches(model: HuggingFaceModel, training: TrainingSettings) -> Batches:
    generator = torch.Generator().manual_seed(0)
    shape = (STEPS * training.batch_size, training.sequence_length + 1)
    rows = torch.randint(0, 150_000, shape, generator=generator).tolist()
    windows = [Window(tuple(row[:-1]), tuple(row[1:])) for row in rows]
    return Batches(windows, training.batch_size, 0, model.device)


def collect() -> None:
    gc.collect()
    torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
