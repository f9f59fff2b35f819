"""A training step of each method: ours against PEFT's where PEFT has the method, interleaved in one process.

On the bundled MiniGPT with the words of the fact correction, on a random MiniGPT of 26 million parameters with rows of
16 and of 64 tokens, and, because PEFT puts virtual tokens before transformers' own models only, on a random Llama of
that size. Only adapters train, as is PEFT's default; all on one thread.

Ours is a step of the program's own loop; PEFT's is the one of its documentation, with torch's Adam. Both get the same
batches and start from the same numbers, and a goal counts only if the losses of the first 20 steps agree. Times are
medians of this process's CPU time: on one thread of a quiet machine that is the time by the clock, and on a busy one it
leaves out what others take. Prints the ratio of ours to PEFT's and, in the last column, to our LoRA on the same layers.
"""

from __future__ import annotations

import copy
import logging
import statistics
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import peft
import torch
from peft.optimizers import create_loraplus_optimizer
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM

from lora_studio.core.data.builtin import FACT_CORRECTION
from lora_studio.core.data.windows import Window, windows
from lora_studio.core.events import Step
from lora_studio.core.methods import Lora, Method
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.lora import ALL_LINEAR
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.language_model import LanguageModel, replace_module
from lora_studio.core.models.mini_gpt import MiniGPT, MiniGPTConfig, MiniGPTModel
from lora_studio.core.models.opening import open_model
from lora_studio.core.models.words import word_tokenizer
from lora_studio.core.recipe import TrainingSettings
from lora_studio.core.training.batches import Batches
from lora_studio.core.training.loop import train
from lora_studio.core.training.losses import next_token_loss
from tests.core.tiny_llama import TinyLlama

COMPARED = 20  # steps whose losses must agree; they also warm up
AGREEMENT = 1e-4  # nats
BATCH = 4
LORA_AND_DORA = ("LoRA", "LoRA, all linear", "DoRA", "DoRA, all linear")
EVERY_METHOD = (*LORA_AND_DORA, "LoRA+", "QLoRA", "Full", "Freezing", "From scratch", "Prefix", "Prompt")


@dataclass(frozen=True)
class Case:
    """A method. `goal` is the most that ours may take of PEFT's time, `goal_than` of the time of the case `than`."""

    title: str
    method: Method
    goal: float | None = None
    than: str = "LoRA"
    goal_than: float | None = None
    peft: bool = True  # whether PEFT can do it on this model


@dataclass(frozen=True)
class Track:
    """A model with batches, and who runs on it. `turn` steps follow each other before the next one's turn."""

    model: LanguageModel
    windows: list[Window]
    cases: list[Case]
    rounds: int
    turn: int = 1


@dataclass
class Runner:
    """Yields a loss for each step that it takes."""

    losses: Iterator[float]
    first: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        self.first = [next(self.losses) for _ in range(COMPARED)]

    def run(self, steps: int) -> None:
        for _ in range(steps):
            begin = time.process_time()
            next(self.losses)
            self.times.append((time.process_time() - begin) * 1e3)

    @property
    def median(self) -> float:
        """Milliseconds a step."""
        return statistics.median(self.times)


def main() -> None:
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", module="peft|transformers")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # says that faster kernels could be installed
    for track in (mini_gpt(), larger_mini_gpt(16, EVERY_METHOD), larger_mini_gpt(64, LORA_AND_DORA), llama()):
        tokens = f"{BATCH} × {len(track.windows[0].inputs)} tokens"
        print(f"{track.model.name}, {track.model.parameter_count():,} parameters, {tokens}", flush=True)
        race(track)


def race(track: Track) -> None:
    ours = {case.title: Runner(our_steps(track, case.method)) for case in track.cases}
    theirs = {case.title: Runner(peft_steps(track, case.method)) for case in track.cases if case.peft}
    runners = [group[case.title] for case in track.cases for group in (ours, theirs) if case.title in group]
    for runner in runners:
        runner.warm_up()
    for _ in range(track.rounds):
        for runner in runners:
            runner.run(track.turn)
    print(f"  {'':18}{'ours':>10}{'PEFT':>10}{'ratio':>8}  {'goal':8}{'losses within':>14}{'to LoRA':>9}  goal")
    for case in track.cases:
        print(line(case, ours[case.title], theirs.get(case.title), ours[case.than]), flush=True)


def line(case: Case, ours: Runner, theirs: Runner | None, than: Runner) -> str:
    text = f"  {case.title:18}{ours.median:7.2f} ms"
    if theirs:
        apart = max(abs(a - b) for a, b in zip(ours.first, theirs.first, strict=True))
        ratio = ours.median / theirs.median
        text += f"{theirs.median:7.2f} ms{ratio:8.2f}  {judged(ratio, case.goal, apart <= AGREEMENT):8}{apart:>14.0e}"
    else:
        text += " " * 42
    to_lora = ours.median / than.median
    return f"{text}{to_lora:9.2f}  {judged(to_lora, case.goal_than)}".rstrip()


def judged(ratio: float, goal: float | None, counts: bool = True) -> str:
    return "" if goal is None else f"≤ {goal:.2f} {'✓' if counts and ratio <= goal else '✗'}"


# Steps


def our_steps(track: Track, method: Method) -> Iterator[float]:
    model = copy.deepcopy(track.model)
    settings = TrainingSettings(epochs=10_000, batch_size=BATCH, learning_rate=method.usual_learning_rate)
    loop = train(method.attach(model, seed=0), batches(track), settings)
    return (event.loss for event in loop if isinstance(event, Step))


def peft_steps(track: Track, method: Method) -> Iterator[float]:
    network = peft_network(track.model, method)
    if isinstance(method, LoraPlus):
        optimizer = create_loraplus_optimizer(
            network, torch.optim.Adam, lr=method.usual_learning_rate, loraplus_lr_ratio=method.ratio
        )
    else:
        trained = [tensor for tensor in network.parameters() if tensor.requires_grad]
        optimizer = torch.optim.Adam(trained, lr=method.usual_learning_rate)
    of_batches = batches(track)
    while True:
        for batch in of_batches.epoch():
            found = network(batch.ids)
            logits: Tensor = getattr(found, "logits", found)
            loss = next_token_loss(logits[:, -batch.ids.shape[1] :], batch.targets)  # virtual tokens come first
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()


def peft_network(model: LanguageModel, method: Method) -> Any:
    """PEFT's form of the method on a copy of the model, with the numbers that ours starts from."""
    attachment = method.attach(copy.deepcopy(model), seed=0)
    start = {method.tensor_prefix + name: tensor.detach() for name, tensor in attachment.tensors().items()}
    network = copy.deepcopy(model).network
    if isinstance(method, Qlora):
        round_to_4_bits(network, model)
    config = peft.get_peft_config({"peft_type": method.peft_type, **method.to_peft(model)})
    adapted: Any = peft.get_peft_model(network, config)
    peft.set_peft_model_state_dict(adapted, start)
    return adapted


def round_to_4_bits(network: nn.Module, model: LanguageModel) -> None:
    """As transformers rounds a model that is loaded with bitsandbytes' NF4."""
    from bitsandbytes.nn import Linear4bit, Params4bit

    for place, linear in model.linears().items():
        layer = Linear4bit(linear.in_features, linear.out_features, linear.bias is not None, quant_type="nf4")
        weight = linear.weight.detach().clone()
        layer.weight = Params4bit(weight, requires_grad=False, quant_type="nf4").to("cpu")
        layer.bias = linear.bias
        replace_module(network, place, layer)
    network.is_loaded_in_4bit = True  # type: ignore[assignment] # what PEFT asks for


def batches(track: Track) -> Batches:
    return Batches(track.windows, BATCH, 0, track.model.device)


# Models


def mini_gpt() -> Track:
    model = open_model("minigpt")
    Growth(model, new_words(model, FACT_CORRECTION.rows), seed=0)
    cut = windows([model.encode(row).ids for row in FACT_CORRECTION.rows], 4)
    return Track(model, cut, cases(4, EVERY_METHOD, lora=0.70), rounds=60, turn=10)


def larger_mini_gpt(length: int, titles: Sequence[str]) -> Track:
    config = MiniGPTConfig(vocab_size=1000, d_model=512, n_layers=8, n_heads=8, d_ff=2048)
    torch.manual_seed(0)
    model = MiniGPTModel("Random MiniGPT", MiniGPT(config), word_tokenizer(f"w{i}" for i in range(998)))
    return Track(model, random_windows(length), cases(8, titles, lora=0.95), rounds=20)


def llama() -> Track:
    config = LlamaConfig(
        vocab_size=1000, hidden_size=512, intermediate_size=1376, num_hidden_layers=8, num_attention_heads=8,
        bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    torch.manual_seed(0)
    model = TinyLlama("Random Llama", LlamaForCausalLM(config), word_tokenizer(f"w{i}" for i in range(998)))
    chosen = [
        Case("LoRA", Lora(rank=8, alpha=8, train_embeddings=False, train_head=False)),
        Case("Prefix", PrefixTuning()),
        Case("Prompt", PromptTuning()),
    ]
    return Track(model, random_windows(16), chosen, rounds=20)


def cases(rank: int, titles: Sequence[str], lora: float) -> list[Case]:
    """Those of the methods that are named, for any network; `lora` is the goal for LoRA against PEFT's."""
    few: dict[str, Any] = {"rank": rank, "alpha": rank, "train_embeddings": False, "train_head": False}
    many: dict[str, Any] = {**few, "targets": (ALL_LINEAR,)}
    every = [
        Case("LoRA", Lora(**few), lora),
        Case("LoRA, all linear", Lora(**many), lora, than="LoRA, all linear"),
        Case("LoRA+", LoraPlus(**few), lora),
        Case("DoRA", Dora(**few), 0.70, goal_than=1.25),
        Case("DoRA, all linear", Dora(**many), 0.70, than="LoRA, all linear", goal_than=1.25),
        Case("QLoRA", Qlora(**few)),
        Case("Full", FullFineTuning(), peft=False),
        Case("Freezing", LayerFreezing(), peft=False),
        Case("From scratch", Scratch(), peft=False),
        Case("Prefix", PrefixTuning(), peft=False),
        Case("Prompt", PromptTuning(), peft=False),
    ]
    return [case for case in every if case.title in titles]


def random_windows(length: int) -> list[Window]:
    """Eight batches."""
    generator = torch.Generator().manual_seed(1)
    return windows(torch.randint(0, 1000, (8 * BATCH, length + 1), generator=generator).tolist(), length)


if __name__ == "__main__":
    main()
