"""The fast ways to a batch's gradient give what the plain one gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from lora_studio.core.methods import Lora, Method, dora_linear, lora_linear, qlora_linear
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.models.language_model import LanguageModel
from lora_studio.core.training import gradients
from lora_studio.core.training.batches import IGNORED, Batch
from lora_studio.core.training.fast_gradients import FastGradients, Ways
from lora_studio.core.training.gradients import PlainGradients, make_gradients
from lora_studio.core.training_settings import TrainingSettings
from tests.core.real_models import FAMILIES, open_tiny
from tests.core.tiny_llama import make_llama
from tests.core.tiny_mini_gpt import make_mini_gpt

FEW: dict[str, Any] = {"train_embeddings": False, "train_head": False}
METHODS: dict[str, Method] = {
    "lora": Lora(targets=("all-linear",)),
    "lora alone": Lora(**FEW, targets=("all-linear",)),
    "dora": Dora(targets=("all-linear",)),
    "qlora": Qlora(targets=("all-linear",)),
    "full": FullFineTuning(),
    "prompt": PromptTuning(tokens=3),
    "prefix": PrefixTuning(tokens=3),
}
COMPILED = Ways(compiled=True, backend="aot_eager_decomp_partition", rows_at_once=5)  # all of it but the kernels
PLACES: tuple[Ways, ...] = (Ways(rows_at_once=3), Ways(checkpointing=True, rows_at_once=512))


@pytest.fixture(autouse=True)
def _no_layer_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the steps of our own for autograd are taken, however small the layers of the tests are."""
    for module in (lora_linear, dora_linear, qlora_linear):
        monkeypatch.setattr(module, "SMALL", 0)


def batch(model: LanguageModel, rows: int = 2, time: int = 7, *, learned: int = 5) -> Batch:
    """The last row is shorter, and of each only the last `learned` targets are learned."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(1, min(model.vocabulary_size, 14), (rows, time), generator=generator)
    targets = ids.roll(-1, dims=1)
    targets[:, : time - learned] = IGNORED
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[-1, -2:], targets[-1, -2:] = False, IGNORED
    return Batch(ids, targets, mask, int((targets != IGNORED).sum()))


def found(model: LanguageModel, method: Method, ways: Ways | None) -> list[Tensor]:
    """The losses of two batches and the gradients of both together."""
    attachment = method.attach(model, seed=0)
    with torch.no_grad():
        for index, tensor in enumerate(attachment.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.05)
    one = FastGradients(attachment, ways, (2, 7)) if ways else PlainGradients(attachment)
    assert all(event.done <= event.total for event in one.prepare())
    both = [batch(model), batch(model, 3, 6, learned=2)]
    losses = [one.add(each, 20) for each in both]
    return losses + [
        torch.zeros_like(tensor) if tensor.grad is None else tensor.grad for tensor in attachment.tensors().values()
    ]


def compare(make: Callable[[], LanguageModel], method: Method, ways: Ways) -> None:
    plain, fast = found(make(), method, None), found(make(), method, ways)
    torch.testing.assert_close(fast, plain, atol=2e-6, rtol=1e-4)
    assert any(gradient.abs().max() > 1e-4 for gradient in plain[2:])


@pytest.mark.parametrize("ways", PLACES, ids=("chunks", "checkpointing"))
@pytest.mark.parametrize("tied", [False, True], ids=("untied", "tied"))
@pytest.mark.parametrize("name", METHODS)
def test_every_method_learns_the_same(name: str, tied: bool, ways: Ways) -> None:
    if name == "qlora":
        pytest.importorskip("bitsandbytes")
    compare(lambda: make_llama(tied=tied), METHODS[name], ways)


@pytest.mark.parametrize("ways", PLACES, ids=("chunks", "checkpointing"))
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns_the_same(family: str, ways: Ways) -> None:
    compare(lambda: open_tiny(family), METHODS["lora"], ways)


@pytest.mark.parametrize("ways", PLACES, ids=("chunks", "checkpointing"))
def test_mini_gpt_learns_the_same(ways: Ways) -> None:
    compare(make_mini_gpt, METHODS["lora"], ways)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:The .grad attribute:UserWarning")  # the compiler's
@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("name", ["lora alone", "dora", "qlora"])
def test_what_a_compiler_sees_learns_the_same(name: str, checkpointing: bool) -> None:
    if name == "qlora":
        pytest.importorskip("bitsandbytes")
    ways = Ways(checkpointing, compiled=True, backend=COMPILED.backend, rows_at_once=5)
    compare(make_llama, METHODS[name], ways)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:The .grad attribute:UserWarning")
@pytest.mark.parametrize("ways", [*PLACES, COMPILED], ids=("chunks", "checkpointing", "compiled"))
def test_packed_rows_learn_the_same(ways: Ways) -> None:
    """Filling up a row for the compiler must not let the rows in it see each other, nor run out of positions."""
    losses: list[Tensor] = []
    for chosen in (None, ways):
        model = open_tiny("qwen3")
        attachment = METHODS["lora alone"].attach(model, seed=0)
        one = FastGradients(attachment, chosen, (2, 7)) if chosen else PlainGradients(attachment)
        packed = replace(batch(model), positions=torch.tensor([[0, 1, 2, 0, 1, 2, 3], [0, 1, 0, 1, 2, 0, 1]]))
        losses.append(one.add(packed, 10))
        losses += [tensor.grad for tensor in attachment.tensors().values() if tensor.grad is not None]
    half = len(losses) // 2
    torch.testing.assert_close(losses[half:], losses[:half], atol=2e-6, rtol=1e-4)


def test_dropout_leaves_out_the_same_when_a_block_runs_again() -> None:
    method = Lora(dropout=0.5, **FEW)
    losses = []
    for ways in (None, *PLACES):
        model = make_llama()
        attachment = method.attach(model, seed=0)
        with torch.no_grad():
            for tensor in attachment.tensors().values():
                tensor.add_(0.1)
        one = FastGradients(attachment, ways, (2, 7)) if ways else PlainGradients(attachment)
        attachment.set_training(True)
        loss = one.add(batch(model), 10)
        losses.append([loss, *(tensor.grad for tensor in attachment.tensors().values() if tensor.grad is not None)])
    torch.testing.assert_close(losses[1], losses[0], atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(losses[2], losses[0], atol=1e-6, rtol=1e-4)


def test_16_bits_learn_the_same_within_their_precision() -> None:
    """The adapter is in 32 bit and computes in the 16 of the base."""
    exact = found(open_tiny("qwen3"), METHODS["lora alone"], None)
    model = open_tiny("qwen3")
    model.network.bfloat16()
    rounded = found(model, METHODS["lora alone"], PLACES[0])
    assert {gradient.dtype for gradient in rounded[2:]} == {torch.float32}
    assert abs(rounded[0] - exact[0]) < 0.01 * exact[0]
    length = torch.stack([gradient.norm() for gradient in exact[2:]]).norm()
    apart = torch.stack([(one - other).norm() for one, other in zip(rounded[2:], exact[2:], strict=True)]).norm()
    assert apart < 0.05 * length


# What it leaves as it was


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:The .grad attribute:UserWarning")
@pytest.mark.parametrize("ways", [*PLACES, COMPILED], ids=("chunks", "checkpointing", "compiled"))
def test_the_blocks_are_called_as_ever_between_two_steps(ways: Ways) -> None:
    model = make_llama()
    attachment = Lora(**FEW).attach(model, seed=0)
    one = FastGradients(attachment, ways, (2, 7))
    before = attachment.logits(batch(model).ids)
    one.add(batch(model), 10)
    assert not any("forward" in vars(block) for block in model.blocks)
    assert torch.equal(attachment.logits(batch(model).ids), before)
    for tensor in attachment.tensors().values():
        tensor.grad = None
    attachment.detach()
    attachment.reattach()  # a job has looked at the base
    assert one.add(batch(model), 10).isfinite()
    assert all(tensor.grad is not None for tensor in attachment.tensors().values())


def test_an_error_in_a_block_leaves_it_as_it_was() -> None:
    model = make_llama()
    one = FastGradients(Lora(**FEW).attach(model, seed=0), PLACES[1], (2, 7))

    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    handle = model.blocks[1].register_forward_pre_hook(fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        one.add(batch(model), 10)
    handle.remove()
    assert not any("forward" in vars(block) for block in model.blocks)
    assert one.add(batch(model), 10).isfinite()


# Memory


class Largest(torch.overrides.TorchFunctionMode):
    """The most numbers that a tensor with the vocabulary in it has had."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self._vocabulary, self.found = vocabulary, 0

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = function(*args, **(kwargs or {}))
        if isinstance(out, Tensor) and out.ndim > 1 and out.shape[-1] == self._vocabulary:
            self.found = max(self.found, out.numel())
        return out


def test_all_scores_never_exist_at_once() -> None:
    model = make_llama()
    attachment = Lora(**FEW).attach(model, seed=0)
    vocabulary = int(model.head.weight.shape[0])  # type: ignore[index]
    most = {}
    for name, one in (("plain", PlainGradients(attachment)), ("fast", FastGradients(attachment, PLACES[0], (2, 7)))):
        with Largest(vocabulary) as largest:
            one.add(batch(model, 8, 14, learned=14), 100)
        most[name] = largest.found
    assert most == {"plain": 8 * 14 * vocabulary, "fast": 3 * vocabulary}


def test_rows_that_are_not_learned_get_no_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_llama()
    one = FastGradients(Lora(**FEW).attach(model, seed=0), Ways(rows_at_once=2), (2, 7))
    scored = []
    forward = one._judge

    def counted(scores: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        scored.append(len(scores))
        return forward(scores, *rest)

    monkeypatch.setattr(one, "_judge", counted)
    one.add(batch(model, 4, 10, learned=3), 10)  # 3 + 3 + 3 + 1
    assert sum(scored) == 10


def kept_bytes(ways: Ways | None) -> int:
    """What the backward pass of a deep model keeps, beside the model itself."""
    model = open_tiny("qwen3")
    attachment = Lora(**FEW).attach(model, seed=0)
    one = FastGradients(attachment, ways, (2, 32)) if ways else PlainGradients(attachment)
    known = {tensor.untyped_storage().data_ptr() for tensor in model.network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        if tensor.untyped_storage().data_ptr() not in known:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        one.add(batch(model, 2, 32), 10)
    return sum(kept.values())


def test_recomputing_keeps_less() -> None:
    assert kept_bytes(PLACES[0]) < kept_bytes(None)


# Which way is taken


def test_a_small_model_on_the_cpu_takes_the_plain_way() -> None:
    attachment = Lora().attach(make_mini_gpt(), seed=0)
    assert isinstance(make_gradients(attachment, TrainingSettings(), 100), PlainGradients)


def test_many_scores_take_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradients, "FEW_SCORES", 10)
    attachment = Lora().attach(make_mini_gpt(), seed=0)
    one = make_gradients(attachment, TrainingSettings(compilation="on"), 100)
    assert isinstance(one, FastGradients)
    assert list(one.prepare()) == []  # nothing is compiled on a CPU


def test_recomputing_is_done_where_it_is_asked_for() -> None:
    model = make_mini_gpt()
    calls: list[int] = []
    model.blocks[0].norm1.register_forward_hook(lambda *_: calls.append(1))  # type: ignore[union-attr]
    for checkpointing in (False, True):
        attachment = Lora().attach(model, seed=0)
        make_gradients(attachment, TrainingSettings(checkpointing=checkpointing), 100).add(batch(model), 10)
        attachment.detach()
    assert len(calls) == 1 + 2
