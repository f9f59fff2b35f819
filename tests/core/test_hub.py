"""Looking up and downloading models, from a hub that is honest, slow, broken or hostile."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants

from lora_studio.core.errors import ModelError, StorageError, StudioError
from lora_studio.core.hub import download as downloading
from lora_studio.core.hub.address import endpoint, may_lead_to, wanted_model
from lora_studio.core.hub.client import HubClient
from lora_studio.core.hub.download import Progress, begun, discard, download, finished_folder, folder_of
from lora_studio.core.hub.lookup import HubFile, HubModel, look_up
from lora_studio.core.hub.parts import Part
from lora_studio.core.hub.problems import HubError, InterruptedDownloadError
from tests.core.small_hub import SmallHub, running_hub

NAME = "org/tiny-1.0"
CONFIG = b'{"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}'
WEIGHTS = os.urandom(100_000)
FILES = {
    "config.json": CONFIG,
    "tokenizer.json": b"{}",
    "model.safetensors": WEIGHTS,
    "README.md": b"# tiny",
    "LICENSE": b"do what is right",
    "modeling_tiny.py": b"import os",
    "pytorch_model.bin": b"\x80\x04",
    "onnx/model.onnx": b"0",
}
NEEDED = {"config.json", "tokenizer.json", "model.safetensors", "README.md", "LICENSE"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    with running_hub(monkeypatch) as hub:
        hub.manners.files[NAME] = dict(FILES)
        yield hub


def found(name: str = NAME) -> HubModel:
    return look_up(wanted_model(name), HubClient())


def bring(models: Path, model: HubModel | None = None) -> list[Progress]:
    return list(download(models, model or found(), HubClient(), wait=0))


# What is typed


@pytest.mark.parametrize(
    ("typed", "name", "revision"),
    [
        ("Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B", "main"),
        ("  gpt2 ", "gpt2", "main"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B", "main"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/tree/v1.0", "Qwen/Qwen3-0.6B", "v1.0"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/blob/main/config.json?raw=1", "Qwen/Qwen3-0.6B", "main"),
        ("hf.co/Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B", "main"),
    ],
)
def test_a_name_or_the_address_of_a_page_is_understood(
    monkeypatch: pytest.MonkeyPatch, typed: str, name: str, revision: str
) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    wanted = wanted_model(typed)
    assert (wanted.name, wanted.revision) == (name, revision)


@pytest.mark.parametrize(
    "typed",
    [
        "", "a/b/c", "../x", "org/..", "org/a b", "org/--x", "a--b/c", "/etc/passwd", "org/x\ny", "http://[x/",
        "https://evil.example/org/x", "https://huggingface.co/datasets/org/x", "https://huggingface.co@evil.example/org/x",
        "org/" + "x" * 200, "https://huggingface.co/org/x/tree/..%2f", "file:///org/x",
    ],
)  # fmt: skip
def test_anything_else_is_refused(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with pytest.raises(HubError) as refused:
        wanted_model(typed)
    assert refused.value.advice


def test_the_hub_can_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
    assert endpoint() == "https://hub.example"
    assert wanted_model("https://hub.example/org/x").name == "org/x"
    monkeypatch.setenv("HF_ENDPOINT", "nonsense")
    with pytest.raises(HubError, match="HF_ENDPOINT"):
        endpoint()


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://huggingface.co/api/x", True),
        ("https://cdn-lfs-us-1.hf.co/x", True),
        ("https://cas-bridge.xethub.hf.co/x", True),
        ("http://huggingface.co/x", False),
        ("https://huggingface.co.evil.example/x", False),
        ("https://evilhf.co/x", False),
        ("https://user@huggingface.co/x", False),
        ("file:///etc/passwd", False),
        ("http://169.254.169.254/latest", False),
    ],
)
def test_a_download_is_followed_to_the_hubs_own_places_only(address: str, allowed: bool) -> None:
    assert may_lead_to("https://huggingface.co", address) is allowed


# Looking up


def test_a_look_up_tells_what_would_be_downloaded(hub: SmallHub) -> None:
    hub.manners.gated = "manual"
    model = found()
    assert {file.name for file in model.files} == NEEDED
    assert model.bytes == sum(len(FILES[name]) for name in NEEDED)
    assert model.weights == len(WEIGHTS)
    assert (model.licence, model.gated, model.type, model.architecture) == (
        "apache-2.0", True, "qwen3", "Qwen3ForCausalLM",
    )  # fmt: skip
    assert (model.parameters, model.dtype) == (1234, "float32")
    assert len(hub.asked) == 1


def test_of_sharded_weights_the_shards_are_needed(hub: SmallHub) -> None:
    files = hub.manners.files[NAME]
    del files["model.safetensors"]
    files |= {f"model-0000{part}-of-00002.safetensors": b"xy" for part in (1, 2)}
    files |= {"model.safetensors.index.json": b"{}", "consolidated.safetensors": b"z" * 9}
    names = {file.name for file in found().files}
    assert {name for name in names if "safetensors" in name} == {
        "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("without", "extra", "said"),
    [
        ("model.safetensors", {}, "pickle"),
        ("tokenizer.json", {}, "tokenizer.json"),
        ("config.json", {}, "config.json"),
        ("config.json", {"adapter_config.json": b"{}"}, "adapter"),
        ("", {"config.json": b'{"model_type": "bert", "architectures": ["BertForMaskedLM"]}'}, "BertForMaskedLM"),
    ],
)
def test_what_could_not_be_opened_is_not_offered(
    hub: SmallHub, without: str, extra: dict[str, bytes], said: str
) -> None:
    hub.manners.files[NAME].pop(without, None)
    hub.manners.files[NAME] |= extra
    with pytest.raises(ModelError, match=said) as refused:
        found()
    assert refused.value.advice


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\b.json", "C:x", "x/../../y", "line\nbreak"])
def test_a_hub_that_names_files_outside_is_refused(hub: SmallHub, name: str) -> None:
    hub.manners.told = lambda told: told["siblings"].append({"rfilename": name, "size": 1, "blobId": "0" * 40})
    with pytest.raises(HubError, match="no name of a file"):
        found()


def _without_sizes(told: dict[str, Any]) -> None:
    for sibling in told["siblings"]:
        sibling.pop("size")


def _without_hashes(told: dict[str, Any]) -> None:
    for sibling in told["siblings"]:
        sibling.pop("lfs", None)
        sibling.pop("blobId", None)


def _two_sizes(told: dict[str, Any]) -> None:
    next(sibling for sibling in told["siblings"] if "lfs" in sibling)["lfs"]["size"] = 7


@pytest.mark.parametrize(
    "told",
    [
        _without_sizes,
        _without_hashes,
        _two_sizes,
        lambda told: told.update(sha="main"),
        lambda told: told.update(sha=None),
        lambda told: told.update(siblings="many"),
        lambda told: told["siblings"].append(dict(told["siblings"][0])),
        lambda told: told["siblings"][0].update(size=-1),
        lambda told: told["siblings"][0].update(size=2**60),
        lambda told: told["siblings"][0].update(size=True),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(hub: SmallHub, told: Callable[[dict[str, Any]], object]) -> None:
    hub.manners.told = told
    with pytest.raises(HubError) as refused:
        found()
    assert not refused.value.message.startswith("Something")


def test_without_permission_nothing_is_sent(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match="HF_HUB_OFFLINE"):
        found()
    assert hub.asked == []


def test_a_hub_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, hub: SmallHub) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(HubError, match=r"127\.0\.0\.1:9 cannot be reached") as refused:
        found()
    assert "network" in refused.value.advice


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "RepoNotFound", "has no model org/tiny-1.0"),
        (404, "RevisionNotFound", "has no model"),
        (403, "GatedRepo", "is gated"),
        (403, "", "does not give"),
        (429, "", "too busy"),
        (503, "", "out of order"),
        (418, "", "HTTP 418"),
    ],
)
def test_a_refusal_is_told_in_words(hub: SmallHub, status: int, code: str, said: str) -> None:
    hub.manners.status, hub.manners.code = status, code
    with pytest.raises(HubError, match=said) as refused:
        found()
    assert refused.value.advice


def test_a_token_goes_to_the_hub_alone(hub: SmallHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "hf_secret")
    model = found()
    assert hub.asked[-1][2] == "Bearer hf_secret"
    bring(tmp_path, model)
    assert "hf_secret" not in "".join(path.read_text(errors="ignore") for path in tmp_path.rglob("*") if path.is_file())


# Downloading


def test_a_model_is_there_when_all_of_it_is(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    told = bring(tmp_path, model)
    folder = finished_folder(tmp_path, model)
    assert folder.name == "org--tiny-1.0"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {name: FILES[name] for name in NEEDED}
    assert (told[-1].phase, told[-1].folder, told[-1].done) == ("done", folder, model.bytes)
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert {step.total for step in told} == {model.bytes}
    assert begun(tmp_path) == []


def pulled(running: Generator[Progress, None, None], enough: int) -> None:
    for step in running:
        if step.done >= enough:
            return


def test_a_pause_keeps_what_has_arrived_and_a_later_start_goes_on_there(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    hub.manners.pause = 0.002
    running = download(tmp_path, model, HubClient())
    pulled(running, 40_000)
    running.close()
    (unfinished,) = begun(tmp_path)
    assert unfinished.model == model
    assert 40_000 <= unfinished.done < model.bytes
    assert not finished_folder(tmp_path, model).exists()
    hub.manners.pause, hub.asked = 0.0, []
    told = bring(tmp_path, unfinished.model)
    assert finished_folder(tmp_path, model).joinpath("model.safetensors").read_bytes() == WEIGHTS
    ranges = [asked for _, asked, _ in hub.asked if asked]
    assert len(ranges) == 1
    assert int(ranges[0].removeprefix("bytes=").rstrip("-")) > 30_000
    assert told[0].done >= 40_000
    assert "checking" in {step.phase for step in told}


def test_a_hub_that_gives_no_parts_begins_anew(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    running = download(tmp_path, model, HubClient())
    pulled(running, 40_000)
    running.close()
    hub.manners.ranges = False
    bring(tmp_path, model)
    assert finished_folder(tmp_path, model).joinpath("model.safetensors").read_bytes() == WEIGHTS


def test_a_connection_that_breaks_off_is_tried_again(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.break_after, hub.manners.breaks = 20_000, 3
    bring(tmp_path)
    assert hub.manners.breaks == 0
    assert (tmp_path / "org--tiny-1.0" / "model.safetensors").read_bytes() == WEIGHTS


def test_one_that_stays_broken_is_told_and_nothing_is_lost(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    hub.manners.break_after, hub.manners.breaks = 20_000, 1
    hub.manners.spoil = lambda name, data: data
    running = download(tmp_path, model, HubClient(), wait=0)
    pulled(running, 20_000)
    hub.manners.status = 503
    with pytest.raises(InterruptedDownloadError) as refused:
        list(running)
    assert refused.value.advice
    assert begun(tmp_path)[0].done >= 20_000
    hub.manners.status = 0
    bring(tmp_path, model)


def test_what_arrives_changed_is_thrown_away(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    hub.manners.spoil = lambda name, data: data[:-1] + b"x" if name == "model.safetensors" else data
    with pytest.raises(HubError, match="its hash is another"):
        bring(tmp_path, model)
    assert begun(tmp_path)[0].done < model.bytes - len(WEIGHTS) + 1
    assert not finished_folder(tmp_path, model).exists()
    hub.manners.spoil = None
    bring(tmp_path, model)


def test_a_small_file_is_checked_as_well(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.spoil = lambda name, data: b"[]" if name == "tokenizer.json" else data
    with pytest.raises(HubError, match=r"tokenizer\.json"):
        bring(tmp_path)


def test_more_than_was_said_is_refused(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.spoil = lambda name, data: data * 2 if name == "model.safetensors" else data
    with pytest.raises(HubError, match="longer than it said"):
        bring(tmp_path)


def test_a_download_that_is_sent_elsewhere_is_refused(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.redirect = "http://127.0.0.1:9"
    with pytest.raises(HubError, match=r"on to 127\.0\.0\.1:9"):
        bring(tmp_path)


def test_a_hub_that_sends_in_circles_is_refused(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.redirect = hub.address
    with pytest.raises(HubError, match="on and on"):
        bring(tmp_path)


def test_a_gated_model_says_where_to_accept(hub: SmallHub, tmp_path: Path) -> None:
    hub.manners.status, hub.manners.code, hub.manners.only_files = 403, "GatedRepo", True
    with pytest.raises(HubError, match="gated") as refused:
        bring(tmp_path)
    assert f"{hub.address}/{NAME}" in refused.value.advice


def test_a_disk_without_room_is_told_before(hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = found()
    hub.asked.clear()
    monkeypatch.setattr(downloading, "free_space", lambda _: 1000)
    with pytest.raises(StorageError, match="full"):
        bring(tmp_path, model)
    assert hub.asked == []


def test_a_disk_that_fills_up_keeps_what_has_arrived(
    hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lora_studio.core.hub.parts import Part, storage_errors

    write, model = Part.append, found()

    def full(part: Part, opened: Any, piece: bytes) -> None:
        if part.count >= 30_000:
            with storage_errors(Path("x")):
                raise OSError(28, "No space left on device")
        write(part, opened, piece)

    monkeypatch.setattr(Part, "append", full)
    with pytest.raises(StorageError, match="full"):
        bring(tmp_path, model)
    monkeypatch.undo()
    assert begun(tmp_path)[0].done >= 30_000


def test_what_is_there_is_not_overwritten(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    finished_folder(tmp_path, model).mkdir()
    with pytest.raises(StorageError, match="exists already"):
        bring(tmp_path, model)


def test_a_download_can_be_given_up(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    running = download(tmp_path, model, HubClient())
    pulled(running, 10_000)
    running.close()
    discard(tmp_path, model)
    assert list(tmp_path.iterdir()) == []
    discard(tmp_path, model)


@pytest.mark.parametrize("plan", [b"", b"{}", b"[]", b"\xff", b'{"name": "../x"}'])
def test_a_plan_that_is_not_understood_is_left_alone(tmp_path: Path, plan: bytes) -> None:
    (tmp_path / ".download-x").mkdir()
    (tmp_path / ".download-x" / "download.json").write_bytes(plan)
    assert begun(tmp_path) == []


def test_a_plan_cannot_lead_out_of_its_folder(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    plan = model.model_copy(update={"files": (model.files[0].model_copy(update={"name": "../../x"}),)})
    folder = folder_of(tmp_path, model)
    folder.mkdir()
    (folder / "download.json").write_text(plan.model_dump_json())
    assert begun(tmp_path) == []


def test_another_version_keeps_what_is_the_same(hub: SmallHub, tmp_path: Path) -> None:
    model = found()
    old = model.model_copy(
        update={
            "commit": "f" * 40,
            "files": tuple(f.model_copy(update={"git": "0" * 40}) if f.name == "README.md" else f for f in model.files),
        }
    )
    folder = folder_of(tmp_path, old)
    folder.mkdir(parents=True)
    (folder / "download.json").write_text(old.model_dump_json())
    (folder / "README.md").write_bytes(FILES["README.md"])
    (folder / "config.json").write_bytes(CONFIG)
    hub.asked.clear()
    bring(tmp_path, model)
    asked = {path.rpartition("/")[2] for path, _, _ in hub.asked}
    assert "README.md" in asked
    assert "config.json" not in asked


def test_every_error_of_this_package_is_one_of_ours() -> None:
    assert issubclass(HubError, StudioError)


def test_what_another_program_has_finished_stays_whole(tmp_path: Path) -> None:
    data = b"weights"
    file = HubFile(name="model.safetensors", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    first, second = Part(tmp_path, file), Part(tmp_path, file)
    for part in (first, second):
        with part.writing(0) as opened:
            part.append(opened, data)
    first.finish()
    with pytest.raises(StorageError, match="another program works on it"):
        second.finish()
    assert (tmp_path / "model.safetensors").read_bytes() == data
