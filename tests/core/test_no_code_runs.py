"""Opening a hostile folder runs nothing that came with it: shown by Python's audit events in a fresh process."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from lora_studio.core.adapters import adapter_files
from lora_studio.core.files import write_new_folder
from lora_studio.core.methods import Lora
from lora_studio.core.methods.freezing import LayerFreezing
from lora_studio.core.models.folder import model_files
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.mini_gpt import MiniGPTModel
from tests.core.real_models import open_tiny

WATCHER = """
import sys
from pathlib import Path
from lora_studio.core.adapters import attach_stored, read_adapter
from lora_studio.core.adapters.starting import read_start
from lora_studio.core.errors import StudioError
from lora_studio.core.methods import Lora
from lora_studio.core.models.folder import read_model
from lora_studio.core.recipe import Recipe

root = Path(sys.argv[1])
sys.path[:0] = [str(folder) for folder in root.iterdir()]  # so that evil.py could be imported from each

def load(folder):
    attach_stored(read_model(folder), read_adapter(folder))

def start(folder):
    read_start(read_model(folder), Lora(start_from=str(folder)))

def refused(folder, way=load):
    try:
        way(folder)
    except StudioError as error:
        return str(error)
    return ""

# Whatever is imported, or made of our own annotations, when it is first needed, is so now.
Recipe.from_fields({})
assert not refused(root / "sound-both") and not refused(root / "sound-both", start) and refused(root / "empty")
assert not refused(root / "sound-own")
assert not refused(root / "sound-real"), refused(root / "sound-real")

seen = []
WATCHED = ("exec", "compile", "import", "marshal", "pickle", "socket", "subprocess", "os.system", "os.exec", "os.fork",
           "os.posix_spawn", "os.spawn", "ctypes", "urllib", "code.__new__")

def hook(event, arguments):
    if event.startswith(WATCHED):
        seen.append((event, str(arguments)[:200]))
    if event == "open" and (str(arguments[0]).endswith((".bin", ".pt", ".pkl", ".py")) or "bait" in str(arguments[0])):
        seen.append((event, str(arguments)[:200]))

sys.addaudithook(hook)
count = accepted = 0
for folder in sorted(root.glob("hostile-*")):
    count += 1
    if not refused(folder) or not refused(folder, start):
        accepted += 1
        print("accepted", folder.name)
assert not refused(root / "sound-lured")  # what it says it started from means nothing to whoever loads it
print(count, accepted, seen)
print("evil ran" if "evil" in sys.modules else "evil did not run")
"""

EVIL: dict[str, dict[str, Any]] = {
    "adapter_config.json": {
        "auto_mapping": {"base_model_class": "Evil", "parent_library": "evil"},
        "auto_map": {"AutoModel": "evil.Evil"},
        "trust_remote_code": True,
        "megatron_core": "evil",
        "megatron_config": {"core": "evil"},
        "peft_type": "evil.Evil",
        "target_modules": "(a+)+$",
        "loftq_config": {"!!python/object/apply:os.system": ["evil"]},
        "custom_pipelines": {"evil": {"impl": "evil.Evil"}},
        "eva_config": "evil",
        "corda_config": {"cache_file": "evil.pkl"},
        "base_model_name_or_path": ["https://evil.example"],
        "quantization_config": {"quant_method": "evil"},
        "runtime_config": {"evil": 1},
        "__reduce__": "evil",
        "__class__": "evil",
    },
    "config.json": {
        "auto_map": {"AutoModelForCausalLM": "evil.Evil"},
        "trust_remote_code": True,
        "_attn_implementation": "evil/kernel",
        "_attn_implementation_internal": "evil",
        "attn_implementation": "evil",
        "model_type": "evil",
        "architectures": ["evil"],
        "tokenizer_class": "evil.Evil",
        "custom_pipelines": {"evil": {}},
        "quantization_config": {"quant_method": "evil"},
        "use_kernels": True,
        "dtype": "evil",
    },
    "tokenizer.json": {
        "model": {"type": "evil.Evil"},
        "auto_map": {"AutoTokenizer": "evil.Evil"},
        "chat_template": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""},
    },
    "lora_studio.json": {
        "format": "!!python/name:os.system",
        "recipe": {"method": {"name": "__init__"}},
        "method": {"name": "evil.Evil"},
        "new_words": [{"__reduce__": "evil"}],
        "program": ["evil"],
    },
}

# What takes the place of `method` in lora_studio.json, and of its settings.
EVIL_METHODS: tuple[Any, ...] = (
    "evil.Evil",
    ["evil.Evil"],
    {"name": "__init__"},
    {"name": "Lora"},
    {"name": ["lora"]},
    {"name": {"__reduce__": "evil"}},
    {"name": "!!python/name:os.system"},
    {"__class__": "evil.Evil"},
)
EVIL_SETTINGS: tuple[dict[str, Any], ...] = (
    {"__class__": "evil.Evil"},
    {"model_config": {"extra": "allow"}},
    {"attach": "evil"},
    {"targets": ["__import__('evil')"]},
    {"targets": ["(a+)+$"]},
    {"start_from": ["evil"]},
    {"rank": "__import__('evil')"},
    {"rank": 10**400},
    {"blocks": "__import__('evil')"},
    {"blocks": {"__reduce__": "evil"}},
)


# Settings that nobody follows where a model is of transformers' kind: which class there is and how its numbers are
# kept, the program decides; and a tokenizer may look for whatever it likes in what it reads.
HARMLESS = ("config.json-11", "config.json-6", "config.json-7", "tokenizer.json-3")


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (__import__, ("evil",))


def hostile_folders(root: Path, sound: Path) -> None:
    """One injury to a sound folder each: a setting, a method, and a file of every kind that could be unpickled."""
    for name, settings in EVIL.items():
        for number, (key, value) in enumerate(settings.items()):
            if (sound / name).exists():
                inject(copy_of(sound, root / f"hostile-{sound.name}-{name}-{number}") / name, {key: value})
    method = json.loads((sound / "lora_studio.json").read_text("utf-8"))["method"]
    for number, evil in enumerate((*EVIL_METHODS, *(method | settings for settings in EVIL_SETTINGS))):
        inject(copy_of(sound, root / f"hostile-{sound.name}-method-{number}") / "lora_studio.json", {"method": evil})
    words = [f"evil{number}" for number in range(100_000)]
    inject(copy_of(sound, root / f"hostile-{sound.name}-words") / "lora_studio.json", {"new_words": words})
    pickled = pickle.dumps(Evil())
    for name in sorted({"config.json", "tokenizer.json", *(path.name for path in sound.glob("*.safetensors"))}):
        for twin in ("adapter_model.bin", "pytorch_model.bin", "model.pt", "adapter.pkl"):
            folder = copy_of(sound, root / f"hostile-{sound.name}-pickle-{name}-{twin}")
            (folder / twin).write_bytes(pickled)
            (folder / name).unlink()
        (copy_of(sound, root / f"hostile-{sound.name}-content-{name}") / name).write_bytes(pickled)
        inside = copy_of(sound, root / f"hostile-{sound.name}-tail-{name}") / name
        inside.write_bytes(inside.read_bytes() + pickled)


def inject(path: Path, fields: dict[str, Any]) -> None:
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(content | fields), "utf-8")


def copy_of(sound: Path, target: Path) -> Path:
    shutil.copytree(sound, target)
    (target / "evil.py").write_text("raise SystemExit('evil ran')")
    return target


def sound_real_folder(folder: Path) -> None:
    """A model of transformers' kind and an adapter for it."""
    model = open_tiny("qwen3")
    attachment = Lora(targets=("v_proj",)).attach(model, seed=0)
    adapter = adapter_files(attachment, None, name="x", base_name="tiny", base_fingerprint="")
    attachment.detach()
    write_new_folder(folder, {**adapter, **model_files(model)})


def test_hostile_folders_run_nothing(tiny_model: MiniGPTModel, tmp_path: Path) -> None:
    base = model_files(tiny_model)  # adapter and model share a folder: one injury, either reader
    growth = Growth(tiny_model, ["sofa"], seed=0)
    for name, method in (("both", Lora()), ("own", LayerFreezing())):
        attachment = method.attach(tiny_model, seed=0)
        adapter = adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint="")
        attachment.detach()
        write_new_folder(tmp_path / f"sound-{name}", {**adapter, **base})
        hostile_folders(tmp_path, tmp_path / f"sound-{name}")
    sound_real_folder(tmp_path / "sound-real")
    hostile_folders(tmp_path, tmp_path / "sound-real")
    bait = copy_of(tmp_path / "hostile-sound-both-pickle-adapter_model.safetensors-adapter.pkl", tmp_path / "bait")
    lured = copy_of(tmp_path / "sound-both", tmp_path / "sound-lured") / "lora_studio.json"
    inject(lured, {"method": json.loads(lured.read_text("utf-8"))["method"] | {"start_from": str(bait)}})
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    harmless = [f"accepted hostile-sound-real-{name}" for name in HARMLESS]
    assert done.stdout.splitlines() == [*harmless, "224 4 []", "evil did not run"]
