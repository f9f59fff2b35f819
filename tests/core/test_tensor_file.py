"""Safetensors: every verdict on crafted files, and only our own error on anything else."""

from __future__ import annotations

import json
import os
import random
import struct
from pathlib import Path
from typing import Any

import pytest
import torch

from lora_studio.core.errors import AdapterError, ModelError
from lora_studio.core.models.tensor_file import read_tensors, tensors_to_bytes

NOTHING: dict[str, Any] = {}


def craft(header: object, data: bytes = b"", *, length: int | None = None) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def entry(shape: object = (1,), offsets: object = (0, 4), dtype: object = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def one(name: str = "a", data: bytes = b"\0" * 4, **fields: object) -> bytes:
    return craft({name: entry(**fields)}, data)


def floats(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


DEEP = b"[" * 100_000 + b"]" * 100_000
TWO = {"a": entry(), "b": entry(offsets=(4, 8))}

REFUSED = {
    "empty": (b"", "cut off"),
    "seven bytes": (b"\0" * 7, "cut off"),
    "header length only": (struct.pack("<Q", 2), "cut off"),
    "header of no length": (struct.pack("<Q", 0), "no safetensors header"),
    "header longer than the file": (craft({}, length=1000), "cut off"),
    "header of absurd length": (craft({}, length=2**64 - 1), "cut off"),
    "a zip archive, as torch.save writes": (b"PK\x03\x04" + b"\0" * 200, "cut off"),
    "a pickle": (b"\x80\x02}q\0X\x05\0\0\0weight" * 10, "cut off"),
    "no JSON": (craft(b"{nothing}"), "not valid JSON"),
    "a list": (craft(b"[]"), "no safetensors header"),
    "white space first": (craft(b" {}"), "no safetensors header"),
    "two documents": (craft(b"{}{}"), "not valid JSON"),
    "not UTF-8": (craft(b'{"\xff": 1}'), "not UTF-8"),
    "half a surrogate pair": (craft(b'{"\\ud800": 1}'), "not UTF-8"),
    "a byte order mark": (craft(b"\xef\xbb\xbf{}"), "no safetensors header"),
    "nested deeply": (craft(b'{"a":' + DEEP + b"}"), "nested too deeply"),
    "a name twice": (craft(b'{"a":1,"a":2}'), "twice"),
    "a field twice": (
        craft(b'{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', floats(1)),
        "twice",
    ),
    "metadata twice": (craft(b'{"__metadata__":{},"__metadata__":{}}'), "twice"),
    "a metadata name twice": (craft(b'{"__metadata__":{"a":"1","a":"2"}}'), "twice"),
    "metadata that is no text": (craft({"__metadata__": {"a": 1}}), "metadata"),
    "metadata that is a list": (craft({"__metadata__": []}), "metadata"),
    "NaN as a size": (craft(b'{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}', floats(1)), "NaN"),
    "a number beyond all limits": (craft(b'{"a":1e999}'), "too large"),
    "a number of 10,000 digits": (craft(b'{"a":' + b"9" * 10_000 + b"}"), "not valid JSON"),
    "a path as a name": (one("../../x"), "no tensor name"),
    "an absolute path as a name": (one("/etc/passwd"), "no tensor name"),
    "a Windows path as a name": (one("a\\b"), "no tensor name"),
    "an empty name": (one(""), "no tensor name"),
    "a control character in a name": (one("a\x1b[2J"), "no tensor name"),
    "a zero byte in a name": (one("a\0"), "no tensor name"),
    "a name that turns the text round": (one("a\u202eb"), "no tensor name"),
    "a very long name": (one("a" * 513), "no tensor name"),
    "an entry that is a number": (craft({"a": 1}), "not described"),
    "an entry without a shape": (craft({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, floats(1)), "not described"),
    "an entry with more": (craft({"a": {**entry(), "more": 1}}, floats(1)), "not described"),
    "an unknown number type": (one(dtype="F31"), "number type"),
    "a number type that is a list": (one(dtype=["F32"]), "number type"),
    "a shape that is a number": (one(shape=1), "shape"),
    "a size that is true": (one(shape=[True]), "shape"),
    "a size that is a float": (one(shape=[1.0]), "shape"),
    "a size that is text": (one(shape=["1"]), "shape"),
    "a negative size": (one(shape=[-1]), "shape"),
    "two negative sizes": (one(shape=[-1, -1]), "shape"),
    "a size beyond memory": (one(shape=[2**63]), "shape"),
    "nine dimensions": (one(shape=[1] * 9), "shape"),
    "sizes whose product overflows": (one(shape=[2**32, 2**32]), "do not agree"),
    "one offset": (one(offsets=[0]), "offsets"),
    "three offsets": (one(offsets=[0, 4, 8]), "offsets"),
    "offsets that are floats": (one(offsets=[0.0, 4.0]), "offsets"),
    "a negative offset": (one(offsets=[-4, 0]), "offsets"),
    "offsets in reverse": (one(offsets=[4, 0]), "do not agree"),
    "too few bytes for the shape": (one(shape=[2]), "do not agree"),
    "too many bytes for the shape": (one(shape=[1], offsets=[0, 8], data=b"\0" * 8), "do not agree"),
    "a gap at the start": (one(offsets=[4, 8], data=b"\0" * 8), "a gap"),
    "a gap between": (craft({"a": entry(), "b": entry(offsets=(8, 12))}, b"\0" * 12), "a gap"),
    "an overlap": (craft({"a": entry(), "b": entry(offsets=(2, 6))}, b"\0" * 6), "an overlap"),
    "the same bytes twice": (craft({"a": entry(), "b": entry()}, floats(1)), "an overlap"),
    "a tail": (one(data=b"\0" * 4 + b"PK\x03\x04"), "4 bytes stand behind"),
    "a tail behind no tensor": (craft({}, b"#!/bin/sh"), "9 bytes stand behind"),
    "cut off in the data": (craft(TWO, b"\0" * 7), "7 of 8 bytes"),
    "NaN": (one(data=floats(float("nan"))), "NaN or infinity"),
    "infinity": (one(data=floats(float("-inf"))), "NaN or infinity"),
    "NaN in 16 bits": (one(dtype="BF16", offsets=(0, 2), data=b"\xff\xff"), "NaN or infinity"),
}

ACCEPTED = {
    "no tensor": (craft({}), NOTHING),
    "one number": (one(shape=[], data=floats(2)), {"a": torch.tensor(2.0)}),
    "two tensors, the second first": (
        craft({"b": entry(offsets=(4, 8)), "a": entry()}, floats(1, 2)),
        {"a": torch.tensor([1.0]), "b": torch.tensor([2.0])},
    ),
    "an empty tensor": (one(shape=[0, 3], offsets=(0, 0), data=b""), {"a": torch.empty(0, 3)}),
    "eight dimensions": (one(shape=[1] * 8, data=floats(3)), {"a": torch.full([1] * 8, 3.0)}),
    "metadata": (craft({"__metadata__": {"format": "pt"}, "a": entry()}, floats(1)), {"a": torch.tensor([1.0])}),
    "padding": (craft(json.dumps({"a": entry()}).encode() + b"   ", floats(1)), {"a": torch.tensor([1.0])}),
    "whole numbers": (one(dtype="I32", data=b"\x05\0\0\0"), {"a": torch.tensor([5], dtype=torch.int32)}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_unsound_file_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    data, reason = REFUSED[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(AdapterError, match=reason) as caught:
        read_tensors(path, AdapterError)
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600 + len(str(path))


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_sound_file_is_read(name: str, tmp_path: Path) -> None:
    data, expected = ACCEPTED[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    found = read_tensors(path)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for name, reason in {
        "folder": "not a plain file|cannot be read",
        "pipe": "not a plain file",
        "loop": "cannot be read",
        "broken": "missing",
        "nothing": "missing",
        "nu\0ll": "cannot be read",
        "n" * 300: "cannot be read",
    }.items():
        with pytest.raises(ModelError, match=reason):
            read_tensors(tmp_path / name)


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    data = tensors_to_bytes({"a": torch.ones(2)})
    (tmp_path / "outside").write_bytes(data)
    (folder / "inside").write_bytes(data)
    (folder / "good").symlink_to("inside")
    (folder / "bad").symlink_to("../outside")
    (folder / "absolute").symlink_to(tmp_path / "outside")
    assert torch.equal(read_tensors(folder / "good")["a"], torch.ones(2))
    for name in ("bad", "absolute"):
        with pytest.raises(ModelError, match="leads out of its folder"):
            read_tensors(folder / name)


def test_an_unreadable_file_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(one())

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ModelError, match="Permission denied"):
        read_tensors(path)


def test_what_was_written_is_read_back_bit_for_bit(tmp_path: Path) -> None:
    tensors = {
        "b": torch.randn(3, 5),
        "a.weight": torch.randn(2, 2).bfloat16(),
        "view": torch.arange(12.0).view(3, 4).T,
        "n": torch.tensor([1, -2]),
    }
    tensors["same storage"] = tensors["b"]
    path = tmp_path / "x.safetensors"
    path.write_bytes(tensors_to_bytes(tensors))
    found = read_tensors(path)
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor)


def test_the_same_tensors_give_the_same_bytes() -> None:
    metadata = {f"key {number}": "x" for number in range(20)}
    tensors = {"b": torch.ones(2), "a": torch.zeros(3)}
    backwards = dict(reversed(tensors.items()))
    assert tensors_to_bytes(tensors, metadata) == tensors_to_bytes(backwards, dict(reversed(metadata.items())))
    assert (int.from_bytes(tensors_to_bytes(tensors)[:8], "little")) % 8 == 0


def mutant(rng: random.Random, sound: bytes) -> bytes:
    """A sound file with one to three structural injuries."""
    data = bytearray(sound)
    length = int.from_bytes(data[:8], "little")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(8, 8 + length)
        kind = rng.randrange(7)
        if kind == 0:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[rng.randrange(len(data)) :]
        elif kind == 2:
            data[at:at] = rng.choice([b"[", b"}", b'"', b",", b"9", b"-", b"1e9", b"null", b"{", b"\xff", b"\\ud800"])
        elif kind == 3:
            data[at : at + rng.randint(1, 6)] = b""
        elif kind == 4:
            start, end = sorted(rng.randrange(8, 8 + length) for _ in range(2))
            data[at:at] = data[start:end]
        elif kind == 5:
            data[:8] = rng.choice([0, 1, length - 1, length + 1, 2**31, 2**63]).to_bytes(8, "little")
        else:
            data += rng.randbytes(rng.randint(1, 9))
        if rng.random() < 0.7 and len(data) > 8 and kind in {2, 3, 4}:  # keep the length right: reach deeper
            end_of_header = data.rfind(b"}") + 1
            data[:8] = max(0, end_of_header - 8).to_bytes(8, "little")
        if len(data) < 8 + length:
            break
    return bytes(data)


def test_mutants_raise_our_error_only(tmp_path: Path) -> None:
    rng = random.Random(7)
    sound = tensors_to_bytes({"x.lora_A.weight": torch.randn(2, 3), "x.lora_B.weight": torch.randn(3, 2).half()})
    path = tmp_path / "x.safetensors"
    refused = 0
    for _ in range(4000):
        path.write_bytes(mutant(rng, sound))
        try:
            read_tensors(path, AdapterError)
        except AdapterError:
            refused += 1
    assert refused > 3000
