"""A training step of a random-weight Qwen3-8B on a GPU: ours against PEFT and transformers, in one process.

Both start from the same numbers and see the same batches. A time counts only if the losses of the first 20 steps agree
within what 16 bits leave. Times are medians of steps by the clock, with the loss read at each one; memory is the most
that was allocated at once, recording and compiling included.

    python -m benchmarks.real_models [CASE …] [--blocks 36] [--json FILE]
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lora_studio.core.methods import Lora
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.language_model import replace_module
from lora_studio.core.models.nf4 import Nf4Linear
from lora_studio.core.models.words import word_tokenizer
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.fast_gradients import FastGradients, Ways
from lora_studio.core.training.flat_adam import FlatAdam

COMPARED = 20
TIMED = 8
RATE = 1e-4
BATCHES = 4  # which come in turns, so that the loss falls
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
ALL = (*ATTENTION, "gate_proj", "up_proj", "down_proj")
FEW: dict[str, Any] = {"rank": 8, "alpha": 16, "train_embeddings": False, "train_head": False}


@dataclass(frozen=True)
class Case:
    name: str
    method: Lora
    batch: int
    time: int
    checkpointing: bool
    goal: tuple[float, float]


CASES = (
    Case("lora", Lora(**FEW, targets=ATTENTION), 4, 1024, False, (0.63, 0.66)),
    Case("all", Lora(**FEW, targets=ALL), 4, 1024, False, (0.60, 0.61)),
    Case("checkpointing", Lora(**FEW, targets=ATTENTION), 4, 1024, True, (0.68, 0.68)),
    Case("dora", Dora(**FEW, targets=ATTENTION), 4, 1024, False, (0.60, 0.65)),
    Case("short", Lora(**FEW, targets=ATTENTION), 1, 512, False, (0.40, 0.92)),
    Case("qlora", Qlora(**FEW, targets=ATTENTION), 4, 1024, False, (0.63, 0.58)),
    Case("qlora-checkpointing", Qlora(**FEW, targets=ATTENTION), 4, 1024, True, (0.68, 0.47)),
)


@dataclass
class Figures:
    losses: list[float]
    milliseconds: float
    peak: int
    seconds_before: float
    reserved: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=[case.name for case in CASES])
    parser.add_argument("--blocks", type=int, default=36)
    parser.add_argument("--json")
    parser.add_argument("--ways", default="{}", help="as JSON: other ways than the usual ones")
    parser.add_argument("--without-peft", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    print(torch.cuda.get_device_name(), torch.__version__, flush=True)
    model = random_qwen(options.blocks)
    print(f"{model.parameter_count():,} parameters", flush=True)
    if options.blocks < 8:
        print(checksum(model))
    found: list[dict[str, Any]] = []
    for case in [case for case in CASES if case.name in options.cases]:
        start = adapter_start(model, case)
        figures: dict[str, Figures] = {}
        runs: dict[str, Callable[[], Figures]] = {
            "ours": partial(ours, model, case, start, json.loads(options.ways), options.profile),
            "peft": partial(peft, model, case, start),
        }
        for who, run in runs.items():
            if who == "peft" and options.without_peft:
                continue
            try:
                figures[who] = run()
            except Exception:  # noqa: BLE001 - the other cases are still worth their time
                traceback.print_exc()
            collect()
            if options.blocks < 8:
                print("   ", who, checksum(model), flush=True)
        found.append(report(case, figures))
        if options.json:
            Path(options.json).write_text(json.dumps(found), encoding="utf-8")


def report(case: Case, figures: dict[str, Figures]) -> dict[str, Any]:
    for who, one in figures.items():
        print(
            f"  {case.name:20}{who:5}{one.milliseconds:8.1f} ms {one.peak / 2**30:7.2f} GiB "
            f"(reserved {one.reserved / 2**30:.2f}, before {one.seconds_before:.1f} s) "
            f"loss {one.losses[0]:.4f} to {one.losses[-1]:.4f}"
        )
    told: dict[str, Any] = {"case": case.name, **{who: vars(one) for who, one in figures.items()}}
    if len(figures) == 2:
        mine, theirs = figures["ours"], figures["peft"]
        speed, memory = mine.milliseconds / theirs.milliseconds, mine.peak / theirs.peak
        apart = max(abs(one - other) for one, other in zip(mine.losses, theirs.losses, strict=True))
        met = [ratio <= goal for ratio, goal in zip((speed, memory), case.goal, strict=True)]
        print(f"  {case.name:20}ratio {speed:.3f} / {memory:.3f}  goal {case.goal}  {met}  losses within {apart:.4f}")
        told |= {"ratios": (speed, memory), "apart": apart}
    sys.stdout.flush()
    return told


# Ours


def ours(model: HuggingFaceModel, case: Case, start: dict[str, Tensor], ways: dict[str, Any], profile: bool) -> Figures:
    attachment = case.method.attach(model, seed=0)
    attachment.load_state(start)
    optimizer = FlatAdam(attachment.parameter_groups(RATE))
    usual = {"compiled": True, "graphed": True, "checkpointing": case.checkpointing, **ways}
    if case.checkpointing:
        usual.setdefault("rows_at_once", 256)
    gradients = FastGradients(attachment, Ways(**usual), (case.batch, case.time))
    del start
    collect()
    begin = time.perf_counter()
    for event in gradients.prepare():
        print(f"    {event} {time.perf_counter() - begin:.1f} s {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB")
    before = time.perf_counter() - begin
    of_batches = batches(case)

    def step() -> float:
        batch = next(of_batches)
        optimizer.zero_grad()
        loss = gradients.add(batch, batch.tokens)
        optimizer.step()
        return loss.item()

    figures = measured(step, before)
    if profile:
        show_profile(step)
    optimizer.release()
    attachment.detach()
    return figures


def adapter_start(model: HuggingFaceModel, case: Case) -> dict[str, Tensor]:
    """B is not zero, so that every part of the gradient counts from the first step on."""
    method = Lora(**FEW, targets=case.method.targets) if isinstance(case.method, Qlora) else case.method
    attachment = method.attach(model, seed=0)
    generator = torch.Generator("cuda").manual_seed(3)
    state = {}
    for name, tensor in attachment.tensors().items():
        value = tensor.detach().clone()  # to be kept off the GPU, where it would count
        if name.endswith("lora_B.weight"):
            value.normal_(0, 1e-3, generator=generator)
        state[name] = value.cpu()
    attachment.detach()
    return state


# PEFT


def peft(model: HuggingFaceModel, case: Case, start: dict[str, Tensor]) -> Figures:
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    network: Any = model.network
    unrounded = round_to_4_bits(model) if isinstance(case.method, Qlora) else {}
    config = LoraConfig(
        r=8, lora_alpha=16, target_modules=list(case.method.targets), use_dora=isinstance(case.method, Dora),
        task_type="CAUSAL_LM",
    )  # fmt: skip
    adapted: Any = get_peft_model(network, config)
    set_peft_model_state_dict(adapted, {f"base_model.model.{name}": tensor for name, tensor in start.items()})
    adapted.train()
    if case.checkpointing:
        adapted.gradient_checkpointing_enable()
        adapted.enable_input_require_grads()
    trained = [tensor for tensor in adapted.parameters() if tensor.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0, fused=True)
    of_batches = batches(case)
    collect()

    def step() -> float:
        batch = next(of_batches)
        optimizer.zero_grad()
        loss = adapted(input_ids=batch.ids, labels=batch.ids, use_cache=False).loss
        loss.backward()
        optimizer.step()
        return float(loss.item())

    figures = measured(step, 0.0)
    if case.checkpointing:
        adapted.gradient_checkpointing_disable()
        adapted.disable_input_require_grads()
    adapted.unload()
    for place, linear in unrounded.items():
        linear.weight.data = linear.weight.data.to("cuda")
        replace_module(network, place, linear)
    network.is_loaded_in_4bit = False
    network.eval()
    network.requires_grad_(False)
    return figures


def round_to_4_bits(model: HuggingFaceModel) -> dict[str, nn.Linear]:
    """As transformers rounds a model that is loaded with bitsandbytes' NF4. Returns what it was, off the GPU."""
    from bitsandbytes.nn import Linear4bit, Params4bit

    before = model.linears()
    for place, linear in before.items():
        ours = Nf4Linear(linear)  # see there: bitsandbytes itself rounds differently each time on this GPU
        with torch.device("meta"):
            layer = Linear4bit(
                linear.in_features, linear.out_features, linear.bias is not None, compute_dtype=torch.bfloat16,
                compress_statistics=True, quant_type="nf4",
            )  # fmt: skip
        linear.weight.data = linear.weight.data.cpu()
        state: Any = ours.weight._state
        layer.weight = Params4bit(
            ours.weight.codes, requires_grad=False, quant_state=state, blocksize=64, compress_statistics=True,
            quant_type="nf4", bnb_quantized=True, module=layer,
        )  # fmt: skip
        layer.quant_state = state
        layer.bias = linear.bias
        replace_module(model.network, place, layer)
    model.network.is_loaded_in_4bit = True  # what PEFT asks for
    return before


# Both


def measured(step: Callable[[], float], before: float) -> Figures:
    begin = time.perf_counter()
    losses = [step()]
    before += time.perf_counter() - begin
    losses += [step() for _ in range(COMPARED - 1)]
    times = []
    for _ in range(TIMED):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        step()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - begin) * 1e3)
    return Figures(
        losses, statistics.median(times), torch.cuda.max_memory_allocated(), before, torch.cuda.max_memory_reserved()
    )


def show_profile(step: Callable[[], float]) -> None:
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profiler:
        step()
        torch.cuda.synchronize()
    print(profiler.key_averages().table(sort_by="cuda_time_total", row_limit=40, max_name_column_width=90))


def batches(case: Case) -> Iterator[Batch]:
    generator = torch.Generator("cuda").manual_seed(5)
    made = []
    for _ in range(BATCHES):
        ids = torch.randint(0, 151_936, (case.batch, case.time), generator=generator, device="cuda")
        targets = torch.cat([ids[:, 1:], torch.full_like(ids[:, :1], IGNORED)], dim=1)
        made.append(Batch(ids, targets, torch.ones_like(ids, dtype=torch.bool), case.batch * (case.time - 1)))
    while True:
        yield from made


def random_qwen(blocks: int) -> HuggingFaceModel:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=151_936, hidden_size=4096, intermediate_size=12_288, num_hidden_layers=blocks,
        num_attention_heads=32, num_key_value_heads=8, head_dim=128, max_position_embeddings=40_960,
        rope_theta=1_000_000.0, tie_word_embeddings=False, bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    config._attn_implementation = "sdpa"
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda"):
        network = Qwen3ForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    return HuggingFaceModel("Random Qwen3-8B", network, word_tokenizer(f"w{i}" for i in range(8)))


def checksum(model: HuggingFaceModel) -> tuple[int, int]:
    """Of the base's bits: linear layers, and all parameters."""

    def bits(tensor: Tensor) -> int:
        return int(tensor.detach().view(torch.int16).sum(dtype=torch.int64))

    return sum(bits(layer.weight) for layer in model.linears().values()), sum(map(bits, model.network.parameters()))


def collect() -> None:
    gc.collect()
    torch._C._cuda_clearCublasWorkspaces()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()


if __name__ == "__main__":
    main()
