"""A LoRA training step on MiniGPT: ours against PEFT's, on the same model and batches, interleaved in one process.

Both train A and B on all four projections with Adam on one thread; PEFT the way its documentation does it (plain
Adam). Prints the ratio of the median times; the goal is at most 0.70.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable

import torch
from peft import LoraConfig, get_peft_model

from lora_studio.core.data.builtin import FACT_CORRECTION
from lora_studio.core.data.windows import windows
from lora_studio.core.methods import Lora
from lora_studio.core.methods.lora import ATTENTION_TARGETS
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.models.opening import open_model
from lora_studio.core.training.batches import Batch, Batches
from lora_studio.core.training.flat_adam import FlatAdam
from lora_studio.core.training.loop import next_token_loss

GOAL = 0.70
ROUNDS = 400
WARM_UP = 50

Step = Callable[[Batch], float]


def main() -> None:
    torch.set_num_threads(1)
    model = open_model("minigpt")
    Growth(model, new_words(model, FACT_CORRECTION.rows), seed=0)
    batches = Batches(windows([model.encode(row).ids for row in FACT_CORRECTION.rows], 4), 4, 0, model.device)
    ours, theirs = our_step(copy.deepcopy(model)), peft_step(copy.deepcopy(model))
    times: dict[str, list[float]] = {"ours": [], "peft": []}
    batch = next(batches.epoch())
    for round_number in range(WARM_UP + ROUNDS):
        for name, step in (("ours", ours), ("peft", theirs)):
            begin = time.perf_counter()
            step(batch)
            if round_number >= WARM_UP:
                times[name].append(time.perf_counter() - begin)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["ours"] / medians["peft"]
    print(f"LoRA step on MiniGPT: ours {medians['ours'] * 1e3:.2f} ms, peft {medians['peft'] * 1e3:.2f} ms")
    print(f"ratio {ratio:.2f} (goal ≤ {GOAL:.2f}) {'✓' if ratio <= GOAL else '✗'}")


def our_step(model: LanguageModel) -> Step:
    attachment = Lora(rank=4, alpha=4, targets=ATTENTION_TARGETS, train_embeddings=False).attach(model, 0)
    optimizer = FlatAdam(attachment.parameter_groups(2e-3))

    def step(batch: Batch) -> float:
        loss = next_token_loss(attachment.logits(batch.ids, batch.mask), batch.targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def peft_step(model: LanguageModel) -> Step:
    network = get_peft_model(model.network, LoraConfig(r=4, lora_alpha=4, target_modules=list(ATTENTION_TARGETS)))
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=2e-3)

    def step(batch: Batch) -> float:
        loss = next_token_loss(network(batch.ids), batch.targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if __name__ == "__main__":
    main()
