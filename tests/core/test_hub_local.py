"""The models on this computer: what a glance at a folder tells, and where the folders are found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lora_studio.core.errors import ModelError
from lora_studio.core.hub.folder_facts import look_at
from lora_studio.core.hub.local_models import cache_folder, local_models
from lora_studio.core.models.foreign_files import open_plain_file
from lora_studio.core.models.memory import room
from lora_studio.paths import bundled_model
from tests.core.real_models import write_model_folder


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model_folder(
        tmp_path_factory.mktemp("qwen") / "tiny", "qwen3", dtype=torch.bfloat16, tied=False, shards=2
    )


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def into_cache(cache: Path, name: str, folder: Path, *, commit: str = "abc123", main: bool = True) -> Path:
    """As the libraries keep it: blobs, and a snapshot of links to them."""
    repository = cache / f"models--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / commit
    for part in (snapshot, repository / "blobs", repository / "refs"):
        part.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted(folder.iterdir())):
        blob = repository / "blobs" / f"{commit}{number}"
        blob.write_bytes(path.read_bytes())
        (snapshot / path.name).symlink_to(Path("../../blobs") / blob.name)
    if main:
        (repository / "refs" / "main").write_text(commit)
    return snapshot


def test_a_glance_tells_what_a_folder_holds(qwen: Path) -> None:
    facts = look_at(qwen)
    tensors = sum(path.stat().st_size for path in qwen.glob("*.safetensors"))
    assert (facts.name, facts.type, facts.architecture, facts.dtype) == (
        "tiny",
        "qwen3",
        "Qwen3ForCausalLM",
        "bfloat16",
    )
    assert facts.bytes == tensors
    assert 0 < 2 * facts.parameters < tensors
    assert len(list(qwen.glob("*.safetensors"))) > 1
    assert facts.obstacle is None


def test_so_it_does_of_a_mini_gpt() -> None:
    facts = look_at(bundled_model())
    assert (facts.type, facts.dtype, facts.parameters, facts.obstacle) == ("minigpt", "float32", 109_126, None)


def edited(folder: Path, tmp_path: Path, **config: object) -> Path:
    """A copy with other settings; None takes one out."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    settings = json.loads((copy / "config.json").read_text()) | config
    kept = {name: value for name, value in settings.items() if value is not None}
    (copy / "config.json").write_text(json.dumps(kept))
    return copy


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"model_type": None}, "model_type"),
        ({"architectures": ["BertForMaskedLM"]}, "BertForMaskedLM"),
        ({"is_encoder_decoder": True}, "does not continue texts"),
        ({"auto_map": {"AutoModel": "x.Y"}}, "auto_map"),
    ],
)
def test_what_cannot_be_opened_says_why(qwen: Path, tmp_path: Path, config: dict[str, object], said: str) -> None:
    obstacle = look_at(edited(qwen, tmp_path, **config)).obstacle
    assert obstacle is not None
    assert said in str(obstacle)
    assert obstacle.advice


@pytest.mark.parametrize(
    ("without", "said"),
    [("tokenizer.json", "no tokenizer.json"), ("*-00001-of-*", "missing"), ("config.json", "config.json")],
)
def test_what_lacks_a_file_says_which(qwen: Path, tmp_path: Path, without: str, said: str) -> None:
    folder = edited(qwen, tmp_path)
    for path in folder.glob(without):
        path.unlink()
    obstacle = look_at(folder).obstacle
    assert isinstance(obstacle, ModelError)
    assert said in str(obstacle)


def test_pickles_are_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}')
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80")
    obstacle = look_at(tmp_path).obstacle
    assert obstacle is not None
    assert "can run code" in obstacle.message
    assert "safetensors" in obstacle.advice


@pytest.mark.parametrize("head", [b"", b"\xff" * 8, b"\x02" + b"\0" * 7 + b"[]", b"\x09" + b"\0" * 7 + b'{"a": {}}'])
def test_a_broken_weight_file_is_no_trouble(qwen: Path, tmp_path: Path, head: bytes) -> None:
    folder = edited(qwen, tmp_path)
    for path in folder.glob("*.safetensors*"):
        path.unlink()
    (folder / "model.safetensors").write_bytes(head)
    facts = look_at(folder)
    assert facts.parameters == 0


def test_an_index_cannot_lead_elsewhere(qwen: Path, tmp_path: Path) -> None:
    folder = edited(qwen, tmp_path)
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../x.safetensors"}}')
    assert isinstance(look_at(folder).obstacle, ModelError)


def test_each_folder_is_listed_once_where_it_belongs(qwen: Path, cache: Path, tmp_path: Path) -> None:
    snapshot = into_cache(cache, "org/tiny-1.0", qwen)
    (cache / "datasets--org--rows").mkdir()
    (cache / "models--org--empty").mkdir()
    mine = tmp_path / "work" / "models" / "mine"
    mine.mkdir(parents=True)
    (mine / "config.json").write_text("{}")
    (mine.parent / ".download-org--x").mkdir()
    found = list(local_models([str(qwen), str(snapshot)], tmp_path / "work"))
    assert [(model.place, model.facts.name) for model in found] == [
        ("seen", "tiny"), ("seen", "org/tiny-1.0"), ("workspace", "mine"),
    ]  # fmt: skip
    found = list(local_models([], tmp_path / "work"))
    assert [(model.place, model.source) for model in found] == [("workspace", str(mine)), ("cache", str(snapshot))]
    assert found[1].facts.obstacle is None
    assert found[1].facts.parameters == look_at(qwen).parameters


def test_of_the_cache_the_main_snapshot_counts(qwen: Path, cache: Path, tmp_path: Path) -> None:
    wanted = into_cache(cache, "org/a", qwen, commit="one")
    into_cache(cache, "org/a", qwen, commit="two", main=False)
    other = into_cache(cache, "org/b", qwen, commit="three", main=False)
    assert [model.source for model in local_models([], tmp_path)] == [str(wanted), str(other)]


def test_links_of_a_snapshot_lead_to_its_own_blobs_only(qwen: Path, cache: Path, tmp_path: Path) -> None:
    snapshot = into_cache(cache, "org/a", qwen)
    with open_plain_file(snapshot / "config.json", ModelError) as (file, _):
        assert file.read(1) == b"{"
    (tmp_path / "secret").write_text("x")
    (snapshot / "evil.json").symlink_to(tmp_path / "secret")
    with pytest.raises(ModelError, match="leads out"), open_plain_file(snapshot / "evil.json", ModelError):
        pass


def test_a_cache_that_is_not_there_is_empty(cache: Path, tmp_path: Path) -> None:
    assert list(local_models([], tmp_path)) == []


def test_the_cache_is_found_as_the_libraries_find_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "huggingface" / "hub"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / "hub"


def test_there_is_some_memory() -> None:
    there = room()
    assert 0 <= there.free <= there.whole


def test_a_listing_needs_neither_torch_nor_the_hubs_library() -> None:
    program = (
        "import sys, pathlib; from lora_studio.core.hub.local_models import local_models;"
        "from lora_studio.core.hub.download import begun; from lora_studio.core.models.memory import room;"
        "list(local_models(['/nowhere'], pathlib.Path('/nowhere'))); room();"
        "print([name for name in ('torch', 'huggingface_hub', 'transformers') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"
