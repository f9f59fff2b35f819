"""A LoRA step of a transformers model of 27 million parameters on a CPU, ours against PEFT's; each in its own process.

Both start from the same numbers and see the same batches; a time counts only if the losses of all steps agree. Times
are medians of the process's CPU time on one thread, which leaves out what else the machine does. Memory is how far the
resident size rises above what it was once the model was loaded and everything was imported.

    python -m benchmarks.cpu_model
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lora_studio.core.methods import Lora
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.words import word_tokenizer
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.flat_adam import FlatAdam
from lora_studio.core.training.gradients import make_gradients
from lora_studio.core.training_settings import TrainingSettings

STEPS, WARM_UP, TURNS = 24, 4, 3
BATCH, VOCABULARY = 4, 16_000
RATE = 1e-3
AGREEMENT = 1e-4  # nats
METHOD = Lora(rank=8, alpha=16, train_embeddings=False, train_head=False)
GOAL = (0.90, 0.80)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--who", choices=("ours", "peft"))
    parser.add_argument("--time", type=int, default=128, help="tokens a row")
    options = parser.parse_args()
    if options.who:
        print(json.dumps(run(ours if options.who == "ours" else peft, options.time)))
        return
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "peft": []}
    for _ in range(TURNS):
        for name, runs in found.items():
            command = [sys.executable, "-m", "benchmarks.cpu_model", "--who", name, "--time", str(options.time)]
            runs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    both = {
        name: [statistics.median(run[key] for run in runs) for key in ("ms", "rise")] for name, runs in found.items()
    }
    ratios = [mine / other for mine, other in zip(both["ours"], both["peft"], strict=True)]
    pairs = zip(found["ours"][0]["losses"], found["peft"][0]["losses"], strict=True)
    apart = max(abs(one - other) for one, other in pairs)
    for name, (milliseconds, rise) in both.items():
        print(
            f"{name:6}{milliseconds:8.1f} ms {rise / 2**20:8.1f} MiB above {found[name][0]['loaded'] / 2**20:.0f} MiB"
        )
    met = apart <= AGREEMENT and all(ratio <= goal for ratio, goal in zip(ratios, GOAL, strict=True))
    print(f"ratio {ratios[0]:.2f} / {ratios[1]:.2f}, goal {GOAL}, losses within {apart:.0e}: {'✓' if met else '✗'}")


def run(make: Callable[[HuggingFaceModel, int], Callable[[Batch], float]], time_: int) -> dict[str, Any]:
    torch.set_num_threads(1)
    step = make(model(), time_)
    loaded = resident()
    losses, times = [], []
    for batch, _ in zip(batches(time_), range(STEPS), strict=False):
        begin = time.process_time()
        losses.append(step(batch))
        times.append((time.process_time() - begin) * 1e3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"ms": statistics.median(times[WARM_UP:]), "rise": peak - loaded, "loaded": loaded, "losses": losses}


def ours(model: HuggingFaceModel, length: int) -> Callable[[Batch], float]:
    attachment = METHOD.attach(model, seed=0)
    optimizer = FlatAdam(attachment.parameter_groups(RATE))
    settings = TrainingSettings(batch_size=BATCH, sequence_length=length)
    gradients = make_gradients(attachment, settings, STEPS)

    def step(batch: Batch) -> float:
        optimizer.zero_grad()
        loss = gradients.add(batch, batch.tokens)
        optimizer.step()
        return loss.item()

    return step


def peft(model: HuggingFaceModel, length: int) -> Callable[[Batch], float]:
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    del length
    attachment = METHOD.attach(model, seed=0)
    start = {f"base_model.model.{name}": tensor.detach().clone() for name, tensor in attachment.tensors().items()}
    attachment.detach()
    config = LoraConfig(r=8, lora_alpha=16, target_modules=list(METHOD.targets), task_type="CAUSAL_LM")
    network: Any = get_peft_model(model.network, config)
    set_peft_model_state_dict(network, start)
    network.train()
    optimizer = torch.optim.AdamW([t for t in network.parameters() if t.requires_grad], lr=RATE, weight_decay=0.0)

    def step(batch: Batch) -> float:
        optimizer.zero_grad()
        scores: Tensor = network(input_ids=batch.ids, use_cache=False).logits
        loss = functional.cross_entropy(scores.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def batches(length: int) -> Iterator[Batch]:
    generator = torch.Generator().manual_seed(1)
    made = []
    for _ in range(4):
        ids = torch.randint(0, VOCABULARY, (BATCH, length + 1), generator=generator)
        inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
        made.append(Batch(inputs, targets, torch.ones_like(inputs, dtype=torch.bool), targets.numel()))
    while True:
        yield from made


def model() -> HuggingFaceModel:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=VOCABULARY, hidden_size=384, intermediate_size=1024, num_hidden_layers=8, num_attention_heads=6,
        num_key_value_heads=2, head_dim=64, max_position_embeddings=512, tie_word_embeddings=False,
        bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    torch.manual_seed(0)
    return HuggingFaceModel("Random Qwen3", Qwen3ForCausalLM(config), word_tokenizer(f"w{i}" for i in range(8)))


def resident() -> int:
    """Bytes of this process in memory now."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no file of a disk
        return int(file.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
