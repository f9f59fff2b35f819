"""Model folders written: plain transformers opens them with the same scores, the vocabulary grown or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from torch import Tensor, nn

from lora_studio.core.errors import ModelError, StorageError
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.models.fingerprints import fingerprint_of
from lora_studio.core.models.folder import model_files, read_model
from lora_studio.core.models.growth import Growth, new_words
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.hugging_face_writing import hugging_face_files
from lora_studio.core.models.open_options import OpenOptions
from lora_studio.core.models.shapes import without_numbers
from tests.core.real_models import (
    FAMILIES,
    MIXTURES,
    SPARE,
    WITH_SPARE_ROWS,
    open_tiny,
    tiny_folder,
    write_model_folder,
)

pytestmark = pytest.mark.usefixtures("no_gpu")

ALL = [*FAMILIES, *MIXTURES]
IDS = torch.tensor([[5, 60, 100, 7, 300]])
WORDS = (" Zorblax", "Quibber")


def transformers_scores(folder: Path, ids: Tensor = IDS, **settings: Any) -> Tensor:
    """What plain transformers makes of a folder, with nothing left over or missing."""
    from transformers import AutoModelForCausalLM

    network, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True, **settings)
    assert not any(report.values())
    with torch.no_grad():
        scores: Tensor = network(ids).logits
    return scores


def stored(folder: Path) -> dict[str, tuple[int, ...]]:
    found = {}
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            found.update({name: tuple(file.get_slice(name).get_shape()) for name in file.keys()})  # noqa: SIM118
    return found


@pytest.mark.parametrize("family", ALL)
@pytest.mark.parametrize("tied", [True, False])
def test_a_written_folder_is_as_transformers_writes_it(family: str, tied: bool, tmp_path: Path) -> None:
    model, made = open_tiny(family, tied=tied), tiny_folder(family, tied=tied)
    write_new_folder(tmp_path / "out", model_files(model))
    assert stored(tmp_path / "out") == stored(made)
    assert torch.equal(transformers_scores(tmp_path / "out"), transformers_scores(made))
    again = read_model(tmp_path / "out")
    assert torch.equal(again.logits(IDS), model.logits(IDS))
    assert fingerprint_of(again) == fingerprint_of(model)
    written, original = (json.loads((folder / "config.json").read_text()) for folder in (tmp_path / "out", made))
    assert written == original


@pytest.mark.parametrize("family", ["qwen3", "gpt2", "mixtral"])
def test_large_models_are_written_in_shards(family: str, tmp_path: Path) -> None:
    model = open_tiny(family)
    size = write_new_folder(tmp_path / "out", hugging_face_files(model, {}, most=40_000))
    files = sorted((tmp_path / "out").glob("*.safetensors"))
    assert len(files) > 2
    assert files[0].name == f"model-00001-of-{len(files):05}.safetensors"
    assert size == sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert all(path.stat().st_size < 40_000 + 10_000 or len(stored_in(path)) == 1 for path in files)
    assert torch.equal(transformers_scores(tmp_path / "out"), model.logits(IDS))
    assert torch.equal(read_model(tmp_path / "out").logits(IDS), model.logits(IDS))


def stored_in(path: Path) -> list[str]:
    with safe_open(path, "pt") as file:
        return list(file.keys())


@pytest.mark.parametrize("family", ALL)
def test_merged_weights_are_written_in_place_of_the_base(family: str, tmp_path: Path) -> None:
    model = open_tiny(family)
    last = [name.rpartition(".")[2] for name in model.linears()]
    attachment = Lora(targets=tuple(dict.fromkeys(last))).attach(model, seed=0)
    with torch.no_grad():
        for tensor in attachment.tensors().values():
            tensor.normal_(0.0, 0.1)
        adapted = attachment.logits(IDS)
    write_new_folder(tmp_path / "out", model_files(model, attachment.merged_modules()))
    assert stored(tmp_path / "out") == stored(tiny_folder(family))
    torch.testing.assert_close(transformers_scores(tmp_path / "out"), adapted, atol=1e-4, rtol=1e-4)
    with torch.no_grad():
        assert torch.equal(attachment.logits(IDS), adapted)


def test_what_is_attached_is_not_written_as_plain_weights() -> None:
    model = open_tiny("qwen3")
    Lora().attach(model, seed=0)
    with pytest.raises(ModelError, match="Merge or detach"):
        model_files(model)


@pytest.mark.parametrize("tied", [True, False])
def test_a_head_of_its_own_unties_what_is_written(tied: bool, tmp_path: Path) -> None:
    model = open_tiny("qwen3", tied=tied)
    head = nn.Linear(32, model.vocabulary_size, bias=False)
    write_new_folder(tmp_path / "out", model_files(model, {model.head_name: head}))
    assert "lm_head.weight" in stored(tmp_path / "out")
    with torch.no_grad():
        expected = head(model.hidden(IDS))
    torch.testing.assert_close(transformers_scores(tmp_path / "out"), expected)
    assert model.is_tied is tied


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_types_of_numbers_are_kept(dtype: torch.dtype, tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "in", "llama", dtype=dtype)
    model = read_model(folder, OpenOptions(dtype=str(dtype).removeprefix("torch.")))
    write_new_folder(tmp_path / "out", model_files(model))
    assert torch.equal(transformers_scores(tmp_path / "out", dtype="auto"), transformers_scores(folder, dtype="auto"))
    assert json.loads((tmp_path / "out/config.json").read_text())["dtype"] == str(dtype).removeprefix("torch.")


@pytest.mark.parametrize("family", ["qwen3", "gpt2"])
def test_rounded_weights_are_written_as_what_they_stand_for(family: str, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    model = read_model(tiny_folder(family), OpenOptions(dtype="nf4"))
    write_new_folder(tmp_path / "out", model_files(model))
    assert stored(tmp_path / "out") == stored(tiny_folder(family))
    scores = transformers_scores(tmp_path / "out", dtype="auto").float()
    torch.testing.assert_close(scores, model.logits(IDS).float(), atol=0.05, rtol=0.05)


def test_the_tokenizer_and_its_companions_come_along(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    made = write_model_folder(tmp_path / "in", "llama", chat=True)
    (made / "chat_template.jinja").write_text("{{ messages[0]['content'] }}!")
    (made / "generation_config.json").write_text('{"eos_token_id": [1, 4]}')
    model = read_model(made)
    write_new_folder(tmp_path / "out", model_files(model))
    for name in ("tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        assert (tmp_path / "out" / name).read_bytes() == (made / name).read_bytes()
    ours, theirs = AutoTokenizer.from_pretrained(tmp_path / "out"), AutoTokenizer.from_pretrained(made)
    assert ours("die Katze")["input_ids"] == theirs("die Katze")["input_ids"] == list(model.encode("die Katze").ids)
    assert ours.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False) == "hi!"


def test_a_disk_without_room_is_noticed_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(StorageError, match="needs 1 MB, and the disk has 0 MB free"):
        write_new_folder(tmp_path / "out", model_files(open_tiny("qwen3")))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    written, write = [0], os.write

    def full(descriptor: int, data: memoryview) -> int:
        written[0] += len(data)
        if written[0] > 60_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_new_folder(tmp_path / "out", model_files(open_tiny("qwen3")))
    assert list(tmp_path.iterdir()) == []


def test_weights_are_made_while_they_are_written() -> None:
    files = model_files(open_tiny("qwen3"))
    assert not isinstance(files["model.safetensors"], bytes)
    assert isinstance(files["config.json"], bytes)
    assert sum(map(len, files["model.safetensors"].chunks())) == files["model.safetensors"].size


# Growing the vocabulary


def state(model: HuggingFaceModel) -> dict[str, tuple[int, Tensor]]:
    return {name: (id(tensor), tensor.clone()) for name, tensor in model.network.state_dict(keep_vars=True).items()}


@pytest.mark.parametrize("family", ALL)
@pytest.mark.parametrize("tied", [True, False])
def test_growing_and_undoing_leaves_the_base_bit_for_bit(family: str, tied: bool) -> None:
    model = open_tiny(family, tied=tied)
    before, scores, tokenizer = state(model), model.logits(IDS), model.tokenizer
    growth = Growth(model, WORDS, seed=3)
    ids = [model.token_id(word) for word in WORDS]
    assert ids == [419, 420]
    spare = SPARE if family in WITH_SPARE_ROWS else 0
    assert model.vocabulary_size == 419 + max(2, spare)
    assert model.is_tied is tied
    grown = model.logits(IDS)
    old = [*range(419), *range(421, 419 + spare)]
    torch.testing.assert_close(grown[..., old], scores[..., [n for n in old if n < scores.shape[-1]]])
    assert len({tuple(row.tolist()) for row in model.embedding(torch.tensor(ids)).detach()}) == 2
    assert model.logits(torch.tensor([ids])).isfinite().all()
    growth.undo()
    assert model.tokenizer is tokenizer
    after = state(model)
    assert all(before[name][0] == after[name][0] and torch.equal(before[name][1], after[name][1]) for name in before)
    growth.apply()
    assert torch.equal(model.logits(IDS), grown)


@pytest.mark.parametrize("family", ["qwen3", "gemma2", "phi", "gpt2", "opt"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_grown_model_is_written_whole(family: str, tied: bool, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    model = open_tiny(family, tied=tied)
    Growth(model, (*WORDS, *(f"more{number}" for number in range(12))), seed=3)
    text = "die katze Zorblax Quibber"
    ids = torch.tensor([model.encode(text).ids])
    assert {419, 420} <= set(ids[0].tolist())
    write_new_folder(tmp_path / "out", model_files(model))
    with torch.no_grad():
        torch.testing.assert_close(transformers_scores(tmp_path / "out", ids), model.logits(ids))
    assert AutoTokenizer.from_pretrained(tmp_path / "out")(text)["input_ids"] == ids[0].tolist()
    again = read_model(tmp_path / "out")
    assert again.encode(text) == model.encode(text)
    assert again.is_tied is tied


def test_new_tokens_are_found_within_a_sentence_and_read_well() -> None:
    model = open_tiny("qwen3")
    Growth(model, WORDS, seed=0)
    assert model.encode("die Zorblax auf Quibber").tokens[-4:] == (" Zorblax", " auf", " ", "Quibber")
    assert model.tokenizer.decode(list(model.encode("die Zorblax auf Quibber").ids)) == "die Zorblax auf Quibber"
    assert model.as_token("Zorblax") == " Zorblax"
    assert model.as_token("Quibber") == "Quibber"


@pytest.mark.parametrize("word", ["", "  ", " katze".replace(" ", "Ġ"), "<|endoftext|>", "a\nb"])
def test_what_is_no_new_word_is_refused(word: str) -> None:
    model = open_tiny("qwen3")
    with pytest.raises(ModelError, match="cannot be added to the vocabulary"):
        Growth(model, [word], seed=0)
    assert model.vocabulary_size == 427


def test_the_same_seed_grows_the_same_rows() -> None:
    rows = [grown_rows(seed) for seed in (1, 1, 2)]
    assert torch.equal(rows[0], rows[1])
    assert not torch.equal(rows[0], rows[2])


def grown_rows(seed: int) -> Tensor:
    model = open_tiny("llama")
    Growth(model, WORDS, seed)
    rows: Tensor = model.embedding(torch.tensor([419, 420])).detach()
    return rows


def test_models_that_spell_everything_need_no_new_words() -> None:
    assert new_words(open_tiny("qwen3"), ["Xylophon Zorblax"]) == ()


def test_growing_takes_no_memory_where_only_shapes_are_wanted() -> None:
    shape = without_numbers(open_tiny("gemma2"))
    Growth(shape, WORDS, seed=0)
    assert shape.embedding.weight.is_meta
    assert shape.embedding.weight.shape == (421, 32)
