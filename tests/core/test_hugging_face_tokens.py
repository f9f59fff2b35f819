"""Tokens of real models: read well, told apart, and found again by what a person types."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from lora_studio.core.errors import ModelError
from lora_studio.core.models.folder import read_model
from lora_studio.core.models.growth import new_words
from lora_studio.core.models.hugging_face import HuggingFaceModel
from lora_studio.core.models.token_texts import TokenTexts
from tests.core.real_models import BEGIN, CHAT_TEMPLATE, CLOSE, END, PAD, byte_tokenizer, open_tiny, tiny_folder
from tests.core.tiny_llama import make_llama

pytestmark = pytest.mark.usefixtures("no_gpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder that a test may change."""
    return Path(shutil.copytree(tiny_folder("llama"), tmp_path / "model"))


def opened(folder: Path) -> HuggingFaceModel:
    model = read_model(folder)
    assert isinstance(model, HuggingFaceModel)
    return model


def change(path: Path, **fields: Any) -> None:
    """Sets fields of a JSON file; None removes."""
    content = json.loads(path.read_text("utf-8")) | fields
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}), "utf-8")


def test_a_text_is_told_in_readable_tokens() -> None:
    encoding = open_tiny("qwen3").encode("die katze sitzt auf Öl")
    assert encoding.tokens[:4] == ("die", " katze", " sitzt", " auf")
    assert encoding.unknown == ()
    assert open_tiny("qwen3").spells_everything


def test_no_two_tokens_read_the_same_and_each_is_found_again() -> None:
    model = open_tiny("qwen3")
    texts = [model.token(number) for number in range(model.tokenizer.get_vocab_size())]
    assert len(set(texts)) == len(texts)
    assert [model.token_id(text) for text in texts] == list(range(len(texts)))
    assert all(text and text.isprintable() for text in texts)
    assert model.token(425) == "<425>"  # a row to spare
    assert model.token_id("<425>") is None


def test_line_breaks_are_seen_and_parts_of_letters_stay_as_they_are_spelled() -> None:
    model = open_tiny("qwen3")
    assert [model.token(number) for number in model.encode("\n\t").ids] == ["↵", "⇥"]
    parts = [model.token(number) for number in model.encode("ö").ids]
    assert len(parts) == 2
    assert all(part in model.tokenizer.get_vocab() for part in parts)


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("Paris", " Paris"),
        (" Paris", " Paris"),
        ("  Paris ", " Paris"),
        ("katze", " katze"),
        (END, END),
        (".", "."),
        ("", ""),
        (" ", " "),
        ("Zorblax", "Z"),
        ("Zweig", "Z"),
    ],
)
def test_what_a_person_types_becomes_the_token_that_follows_a_prompt(typed: str, token: str) -> None:
    model = open_tiny("qwen3")
    found = model.as_token(typed)
    assert found == token
    if token:
        assert model.token_id(found) is not None


def test_the_first_token_is_put_where_the_tokenizer_says_and_once_only() -> None:
    model = open_tiny("llama")
    begin = model.tokenizer.token_to_id(BEGIN)
    assert model.begin_ids == (begin,)
    assert model.encode("die katze").ids[0] == begin
    assert model.encode(f"{BEGIN}die katze").ids == model.encode("die katze").ids
    assert model.encode("").ids == (begin,)
    assert open_tiny("qwen3").begin_ids == ()
    assert model.count_tokens(["die katze", "die"]) == [len(model.encode(row).ids) for row in ("die katze", "die")]


def test_special_tokens_are_those_of_the_companions(folder: Path) -> None:
    ids: dict[str, Any] = {token: byte_tokenizer().token_to_id(token) for token in (END, PAD, CLOSE)}
    model = opened(folder)
    assert (model.end_id, model.padding_id, model.stop_ids) == (ids[END], ids[PAD], frozenset({ids[END]}))
    change(folder / "tokenizer_config.json", eos_token={"content": CLOSE, "special": True}, pad_token=None)
    model = opened(folder)
    assert (model.end_id, model.padding_id) == (ids[CLOSE], ids[PAD])
    assert model.stop_ids == {ids[END], ids[CLOSE]}
    change(folder / "config.json", pad_token_id=None, eos_token_id=[ids[END], ids[CLOSE]])
    change(folder / "tokenizer_config.json", eos_token=None)
    model = opened(folder)
    assert (model.end_id, model.padding_id, model.stop_ids) == (ids[END], ids[END], frozenset({ids[END], ids[CLOSE]}))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": ids[CLOSE]}))
    assert opened(folder).end_id == ids[CLOSE]
    (folder / "generation_config.json").unlink()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "eos_token_id": None}))
    model = opened(folder)
    assert (model.end_id, model.padding_id, model.stop_ids) == (None, 0, frozenset())


def test_the_chat_template_is_found_in_all_its_places(folder: Path) -> None:
    assert opened(folder).chat_template is None
    change(folder / "tokenizer_config.json", chat_template=CHAT_TEMPLATE)
    assert opened(folder).chat_template == CHAT_TEMPLATE
    named = [{"name": "tool_use", "template": "x"}, {"name": "default", "template": "y"}]
    change(folder / "tokenizer_config.json", chat_template=named)
    assert opened(folder).chat_template == "y"
    (folder / "chat_template.jinja").write_text("ö", "utf-8")
    assert opened(folder).chat_template == "ö"


def test_rows_are_neither_cut_nor_filled_up(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=20)
    tokenizer.save(str(folder / "tokenizer.json"))
    assert (
        opened(folder).encode("die katze sitzt auf dem").ids == open_tiny("llama").encode("die katze sitzt auf dem").ids
    )


def test_an_expression_that_takes_too_long_ends_the_question_and_not_the_program(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    normalizer = {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}
    change(folder / "tokenizer.json", normalizer=normalizer)
    model = opened(folder)
    assert model.encode("die katze").ids == open_tiny("llama").encode("die katze").ids
    with pytest.raises(ModelError, match="The tokenizer of model cannot read this text"):
        model.encode(f"{'a' * 40}b")
    with pytest.raises(ModelError, match="cannot read this text"):
        model.count_tokens([f"{'a' * 40}b"])
    capfd.readouterr()  # what the library tells about itself


def sentencepiece(*, fallback: bool) -> Tokenizer:
    """As Llama 2 has it: spaces are "▁", and bytes stand for what has no token."""
    pieces = ["<unk>", "▁", "▁Paris", "Paris", "a", "▁a", "b", *(f"<0x{byte:02X}>" for byte in range(256))]
    vocabulary = {piece: number for number, piece in enumerate(pieces if fallback else pieces[:7])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>", byte_fallback=fallback, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return tokenizer


def test_the_other_way_to_write_spaces_reads_the_same() -> None:
    texts = TokenTexts(sentencepiece(fallback=True))
    assert [texts.text(number) for number in range(7)] == ["<unk>", " ", " Paris", "Paris", "a", " a", "b"]
    assert texts.token_of("Paris") == " Paris"
    assert texts.token_of("b") == "b"
    assert texts.id(" Paris") == 2
    assert texts.id("▁Paris") == 2
    assert texts.text(7 + 10) == "<0x0A>"


@pytest.mark.parametrize("fallback", [True, False])
def test_words_are_unknown_only_where_they_cannot_be_spelled(fallback: bool) -> None:
    from tests.core.real_models import make_network

    model = HuggingFaceModel("m", make_network("llama"), sentencepiece(fallback=fallback))
    assert model.spells_everything is fallback
    assert model.encode("a ö").unknown == (() if fallback else ("ö",))
    assert new_words(model, ["a ö", "ba ab"]) == (() if fallback else ("ö",))  # "ba" is spelled in two pieces


def test_whole_words_as_tokens_work_too() -> None:
    llama = make_llama()
    model = HuggingFaceModel("m", llama.network, llama.tokenizer)
    assert not model.spells_everything
    assert model.encode("die katze bellt").unknown == ("bellt",)
    assert new_words(model, ["die katze bellt", "ein Hund bellt"])[0] == "bellt"
    assert model.as_token("Katze") == "katze"
    assert model.token(2) == "die"


def test_texts_that_would_be_the_same_are_kept_apart() -> None:
    """The mark for a line break is a token of its own here, and half a letter is spelled like a whole one."""
    tokenizer = Tokenizer(models.BPE({"Ġ": 0, "Ã": 1, "ÃĥÂĥ": 2, "Ċ": 3, "âĨµ": 4, "a": 5}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    texts = TokenTexts(tokenizer)
    found = [texts.text(number) for number in range(6)]
    assert len(set(found)) == 6
    assert found[0] == " "
    assert [texts.id(text) for text in found] == list(range(6))
