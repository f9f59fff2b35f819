"""What is particular to a method, against its formula."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from lora_studio.core.methods import Lora
from lora_studio.core.methods.dora import Dora
from lora_studio.core.methods.dora_linear import DoraLinear
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.methods.lora_linear import LoraAttachment, LoraLinear
from lora_studio.core.methods.lora_plus import LoraPlus
from lora_studio.core.methods.prefix import PrefixTuning
from lora_studio.core.methods.prompt import PromptTuning
from lora_studio.core.methods.qlora import Qlora
from lora_studio.core.methods.qlora_linear import QloraLinear
from lora_studio.core.methods.scratch import Scratch
from lora_studio.core.models.language_model import LanguageModel
from tests.core.method_cases import FAMILIES, IDS, Bare


@pytest.fixture(params=FAMILIES)
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return FAMILIES[request.param]()


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def base_linear(d_in: int = 6, d_out: int = 5) -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(d_in, d_out).requires_grad_(False)


def shaken(layer: LoraLinear) -> LoraLinear:
    """As after training."""
    with torch.no_grad():
        for index, tensor in enumerate(layer.tensors().values()):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(index)) * 0.3)
    return layer


# LoRA


@pytest.mark.parametrize(("rank", "alpha"), [(1, 3.0), (4, 4.0), (5, 1.0)])
def test_the_scaling_is_alpha_over_rank_or_over_its_root(rank: int, alpha: float) -> None:
    assert Lora(rank=rank, alpha=alpha).scaling == alpha / rank
    assert Lora(rank=rank, alpha=alpha, rank_stabilised=True).scaling == alpha / math.sqrt(rank)
    method = Lora(rank=rank, alpha=alpha, rank_stabilised=True)
    layer, x = shaken(LoraLinear(base_linear(), method, generator())), torch.randn(3, 6)
    a, b = layer.lora_A.weight, layer.lora_B.weight
    expected = layer.base(x) + alpha / math.sqrt(rank) * (x @ a.T @ b.T)
    torch.testing.assert_close(layer(x), expected, atol=1e-5, rtol=1e-5)


def test_dropout_leaves_out_inputs_of_the_correction_in_training_only(model: LanguageModel) -> None:
    rate = 0.5
    attachment = Lora(dropout=rate, targets=("v_proj",)).attach(model, seed=0)
    assert isinstance(attachment, LoraAttachment)
    layer = shaken(next(iter(attachment.layers.values())))
    x = torch.randn(4000, layer.base.in_features)
    frozen, still = layer.base(x), layer(x).detach()
    attachment.set_training(True)
    first, second = layer(x).detach(), layer(x).detach()
    attachment.set_training(False)
    assert torch.equal(layer(x).detach(), still)
    assert not torch.equal(first, second)
    mean = torch.stack([(first - frozen).mean(0), (second - frozen).mean(0)]).mean(0)
    torch.testing.assert_close(mean, (still - frozen).mean(0), atol=0.1, rtol=0)  # kept inputs are scaled up
    assert (first - frozen).var() > 1.3 * (still - frozen).var()


@pytest.mark.parametrize(("embeddings", "head"), [(True, True), (True, False), (False, True), (False, False)])
def test_embedding_and_head_train_as_they_are_switched(model: LanguageModel, embeddings: bool, head: bool) -> None:
    attachment = Lora(targets=("v_proj",), train_embeddings=embeddings, train_head=head).attach(model, seed=0)
    places = {name.rpartition(".")[0] for name in attachment.tensors() if "lora_" not in name}
    assert places == {
        *([model.embedding_name] if embeddings else []),
        *([model.head_name] if head else []),
    }
    assert set(attachment.companions()) == places


def test_lora_plus_steps_b_and_vectors_faster(model: LanguageModel) -> None:
    attachment = LoraPlus(ratio=4).attach(model, seed=0)
    slow, fast = attachment.parameter_groups(1e-3)
    assert (slow["lr"], fast["lr"]) == (1e-3, 4e-3)
    by_id = {id(tensor): name for name, tensor in attachment.tensors().items()}
    fast_names = {by_id[id(tensor)] for tensor in fast["params"]}
    assert all(name.endswith(("lora_B.weight", "bias")) for name in fast_names)
    assert len(slow["params"]) + len(fast["params"]) == len(by_id)


# DoRA


def test_dora_is_the_formula_of_the_paper() -> None:
    """h = m ⊙ (V / ‖V‖) x + b with V = W₀ + s·BA; the norm is a constant to the gradient."""
    layer = shaken(DoraLinear(base_linear(), Dora(rank=2, alpha=3.0), generator()))
    assert isinstance(layer.base, nn.Linear)
    x = torch.randn(2, 4, 6)
    weight, bias = layer.base.weight, layer.base.bias
    a, b, m = (tensor.detach().clone().requires_grad_() for tensor in layer.tensors().values())
    changed = weight + 1.5 * b @ a
    norm = changed.detach().norm(dim=1)
    expected = linear(x, m[:, None] * changed / norm[:, None], bias)
    h = layer(x)
    torch.testing.assert_close(h, expected, atol=1e-5, rtol=1e-5)
    (h**3).sum().backward()
    (expected**3).sum().backward()
    for tensor, reference in zip(layer.tensors().values(), (a, b, m), strict=True):
        torch.testing.assert_close(tensor.grad, reference.grad, atol=1e-4, rtol=1e-4)
    assert layer.base.weight.grad is None


def test_dora_starts_with_the_norms_of_the_rows() -> None:
    base = base_linear()
    layer = DoraLinear(base, Dora(rank=2), generator())
    torch.testing.assert_close(layer.tensors()["lora_magnitude_vector"].detach(), base.weight.norm(dim=1))
    x = torch.randn(3, 6)
    torch.testing.assert_close(layer(x), base(x), atol=1e-6, rtol=0)


# QLoRA


@pytest.mark.parametrize(("d_in", "d_out"), [(64, 32), (256, 192)])
def test_qlora_is_lora_on_the_rounded_weight(d_in: int, d_out: int) -> None:
    """Whether or not the layer keeps the weight that its codes stand for."""
    pytest.importorskip("bitsandbytes")
    layer = QloraLinear(base_linear(d_in, d_out), Qlora(rank=2, alpha=3.0), generator())
    shaken(layer)
    x = torch.randn(2, 5, d_in, requires_grad=True)
    rounded, bias = layer.rounded.plain().weight, layer.base.bias
    a, b = (tensor.detach().clone().requires_grad_() for tensor in layer.tensors().values())
    other = x.detach().clone().requires_grad_()
    expected = linear(other, rounded, bias) + 1.5 * (other @ a.T @ b.T)
    h = layer(x)
    torch.testing.assert_close(h, expected, atol=1e-4, rtol=1e-5)
    (h**2).sum().backward()
    (expected**2).sum().backward()
    for tensor, reference in ((x, other), *zip(layer.tensors().values(), (a, b), strict=True)):
        torch.testing.assert_close(tensor.grad, reference.grad, atol=1e-2, rtol=1e-3)
    torch.testing.assert_close(layer.merged()(x), h, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("bits", "dtype"), [(16, torch.bfloat16), (32, torch.float32)])
def test_the_adapter_has_the_precision_that_was_chosen(model: LanguageModel, bits: int, dtype: torch.dtype) -> None:
    pytest.importorskip("bitsandbytes")
    attachment = Qlora.model_validate({"adapter_bits": bits}).attach(model, seed=0)
    assert {tensor.dtype for name, tensor in attachment.tensors().items() if "lora_" in name} == {dtype}
    assert attachment.logits(IDS).dtype == torch.float32


# Whole modules


def test_full_fine_tuning_trains_every_parameter(model: LanguageModel) -> None:
    names = {name for name, _ in model.network.named_parameters()}
    assert set(FullFineTuning().attach(model, seed=0).tensors()) == names


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_freezing_trains_the_last_blocks_and_what_is_switched_on(model: LanguageModel, blocks: int) -> None:
    names = [name for name, _ in model.network.named_parameters()]
    ends = (f"{model.embedding_name}.", f"{model.head_name}.")
    last = tuple(f"{name}." for name in model.block_names[2 - blocks :])
    for embeddings, head in ((True, True), (False, True), (True, False)):
        method = LayerFreezing(blocks=blocks, train_embeddings=embeddings, train_head=head)
        attachment = method.attach(model, seed=0)
        wanted = last + ends[: 1 if embeddings else 0] + (ends[1:] if head else ())
        assert set(attachment.tensors()) == {name for name in names if name.startswith(wanted)}
        attachment.detach()


def test_training_from_scratch_keeps_nothing_of_the_base(model: LanguageModel) -> None:
    other = FAMILIES[model.family](seed=1)
    bare = Bare(model)
    one, two = (Scratch().attach(base, seed=3) for base in (model, other))
    assert all(torch.equal(tensor, two.tensors()[name]) for name, tensor in one.tensors().items())
    again = Scratch().attach(FAMILIES[model.family](), seed=4)
    drawn = [name for name, tensor in one.tensors().items() if tensor.ndim == 2]
    assert not any(torch.equal(one.tensors()[name], again.tensors()[name]) for name in drawn)
    torch.testing.assert_close(one.logits(IDS), two.logits(IDS), atol=0, rtol=0)
    one.detach()
    assert bare


# Virtual tokens


def rows_of(model: LanguageModel, method: PromptTuning, seed: int = 0) -> Tensor:
    (rows,) = method.attach(model, seed).tensors().values()
    return rows.detach()


def test_a_prompt_starts_with_the_words_of_its_text_repeated_or_cut(model: LanguageModel) -> None:
    table = model.embedding.weight
    assert isinstance(table, Tensor)
    ids = model.encode("die katze sitzt").ids
    long = rows_of(model, PromptTuning(tokens=5, start="text", text="Die Katze sitzt"))
    assert torch.equal(long, table[[*ids, ids[0], ids[1]]])
    short = rows_of(model, PromptTuning(tokens=2, start="text", text="die katze sitzt"))
    assert torch.equal(short, table[list(ids[:2])])


def test_a_prompt_of_its_own_words_says_what_the_text_before_the_input_says(model: LanguageModel) -> None:
    attachment = PromptTuning(tokens=2, start="text", text="die katze").attach(model, seed=0)
    written_out = torch.cat([torch.tensor([model.encode("die katze").ids] * len(IDS)), IDS], dim=1)
    torch.testing.assert_close(attachment.logits(IDS), model.logits(written_out)[:, 2:], atol=1e-5, rtol=0)


def test_a_random_prompt_is_as_long_as_word_vectors_and_comes_from_the_seed(model: LanguageModel) -> None:
    table = model.embedding.weight
    assert isinstance(table, Tensor)
    rows = rows_of(model, PromptTuning(tokens=14))
    assert rows.std().item() == pytest.approx(table.std().item(), rel=0.3)
    assert torch.equal(rows, rows_of(model, PromptTuning(tokens=14)))
    assert not torch.equal(rows, rows_of(model, PromptTuning(tokens=14), seed=1))


def test_a_prefix_of_real_keys_and_values_says_what_the_text_before_the_input_says(model: LanguageModel) -> None:
    """Keys and values of "die katze", taken from the model itself, stand for the text that they came from."""
    written_out = torch.cat([torch.tensor([model.encode("die katze").ids] * len(IDS)), IDS], dim=1)
    attachment = PrefixTuning(tokens=2).attach(model, seed=0)
    (rows,) = attachment.tensors().values()
    heads, d_head = model.key_value_shape
    assert rows.shape == (2, len(model.blocks) * 2 * heads * d_head)
    with torch.no_grad():
        rows.copy_(keys_and_values(model, "die katze"))
    torch.testing.assert_close(attachment.logits(IDS), model.logits(written_out)[:, 2:], atol=1e-5, rtol=0)


def keys_and_values(model: LanguageModel, text: str) -> Tensor:
    """What the layers before attention make of a text, in the order of a prefix: (token, block · 2 · head · d_head)."""
    found: list[Tensor] = []
    layers = [layer for name, layer in model.linears().items() if name.endswith((".k_proj", ".v_proj"))]
    hooks = [layer.register_forward_hook(lambda _, __, out: found.append(out[0].detach())) for layer in layers]
    model.logits(torch.tensor([model.encode(text).ids]))
    for hook in hooks:
        hook.remove()
    if model.family == "llama":  # keys are turned by their position before they are kept
        found[::2] = [turned(keys, model.key_value_shape) for keys in found[::2]]
    return torch.cat(found, dim=1)


def turned(keys: Tensor, shape: tuple[int, int]) -> Tensor:
    """Rotary positions of a Llama from 0 on; keys are (time, head · d_head)."""
    heads, d_head = shape
    angles = torch.arange(len(keys))[:, None] * 10_000.0 ** (-torch.arange(0, d_head, 2) / d_head)
    cos, sin = (part.repeat(1, 2)[:, None] for part in (angles.cos(), angles.sin()))  # (time, 1, d_head)
    split = keys.view(len(keys), heads, d_head)
    half = torch.cat([-split[..., d_head // 2 :], split[..., : d_head // 2]], dim=-1)
    return (split * cos + half * sin).flatten(1)


def test_a_reparametrised_prefix_tells_what_trained_it_when_it_is_loaded(model: LanguageModel) -> None:
    method = PrefixTuning(tokens=3, reparametrise=True, hidden=8)
    trained, loaded = method.attach(model, seed=0), method.attach(model, seed=1)
    assert not trained.tensors().keys() & {name for name, _ in model.network.named_parameters()}
    loaded.load_state(trained.state())
    counts = [sum(tensor.numel() for tensor in trained.tensors().values()), trained.trained_count, loaded.trained_count]
    assert counts == counts[:1] * 3


@pytest.mark.parametrize("method", [PrefixTuning(tokens=3), PromptTuning(tokens=3)], ids=lambda method: method.name)
def test_virtual_tokens_take_their_part_of_the_context_and_padding_stays_unseen(
    model: LanguageModel, method: PrefixTuning | PromptTuning
) -> None:
    attachment = method.attach(model, seed=0)
    assert attachment.context_length == model.context_length - 3
    padded = torch.cat([IDS[:, :3], torch.zeros(2, 2, dtype=torch.long)], dim=1)
    mask = torch.tensor([[True, True, True, False, False]] * 2)
    alone = attachment.logits(IDS[:, :3])
    torch.testing.assert_close(attachment.logits(padded, mask)[:, :3], alone, atol=1e-5, rtol=0)
    longest = torch.randint(2, 13, (1, attachment.context_length))
    assert attachment.logits(longest).shape[:2] == longest.shape


def test_a_probe_may_come_before_the_first_step(model: LanguageModel) -> None:
    attachment = PrefixTuning(tokens=3, reparametrise=True, hidden=8).attach(model, seed=0)
    ids = torch.tensor([[2, 3, 4]])
    with torch.inference_mode():
        attachment.logits(ids)
    attachment.logits(ids).sum().backward()
    assert all(tensor.grad is not None for tensor in attachment.tensors().values())
