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
from lora_studio.core.methods.lora_linear import attach_lora
from lora_studio.core.models.folder import model_files
from lora_studio.core.models.growth import Growth
from lora_studio.core.models.mini_gpt import MiniGPTModel

WATCHER = """
import sys
from pathlib import Path
from lora_studio.core.adapters import attach_stored, read_adapter
from lora_studio.core.errors import StudioError
from lora_studio.core.models.folder import read_model

root = Path(sys.argv[1])
sys.path[:0] = [str(folder) for folder in root.iterdir()]  # so that evil.py could be imported from each

def visit(folder):
    attach_stored(read_model(folder), read_adapter(folder))

def refused(folder):
    try:
        visit(folder)
    except StudioError as error:
        return str(error)
    return ""

assert not refused(root / "sound-both") and refused(root / "empty")  # whatever is imported lazily is imported now

seen = []
WATCHED = ("exec", "compile", "import", "marshal", "pickle", "socket", "subprocess", "os.system", "os.exec", "os.fork",
           "os.posix_spawn", "os.spawn", "ctypes", "urllib", "code.__new__")

def hook(event, arguments):
    if event.startswith(WATCHED):
        seen.append((event, str(arguments)[:200]))
    if event == "open" and str(arguments[0]).endswith((".bin", ".pt", ".pkl", ".py")):
        seen.append((event, str(arguments)[:200]))

sys.addaudithook(hook)
count = accepted = 0
for folder in sorted(root.glob("hostile-*")):
    count += 1
    if not refused(folder):
        accepted += 1
        print("accepted", folder.name)
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


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (__import__, ("evil",))


def hostile_folders(root: Path, sound: Path) -> None:
    """One injury to a sound folder each: a setting, and a file of every kind that could be unpickled."""
    for name, settings in EVIL.items():
        for number, (key, value) in enumerate(settings.items()):
            folder = copy_of(sound, root / f"hostile-{name}-{number}")
            content = json.loads((folder / name).read_text("utf-8"))
            (folder / name).write_text(json.dumps(content | {key: value}), "utf-8")
    pickled = pickle.dumps(Evil())
    for number, name in enumerate(("adapter_model.safetensors", "model.safetensors", "config.json", "tokenizer.json")):
        for twin in ("adapter_model.bin", "pytorch_model.bin", "model.pt", "adapter.pkl"):
            folder = copy_of(sound, root / f"hostile-pickle-{number}-{twin}")
            (folder / twin).write_bytes(pickled)
            (folder / name).unlink()
        (copy_of(sound, root / f"hostile-content-{number}") / name).write_bytes(pickled)
        inside = copy_of(sound, root / f"hostile-tail-{number}") / name
        inside.write_bytes(inside.read_bytes() + pickled)


def copy_of(sound: Path, target: Path) -> Path:
    shutil.copytree(sound, target)
    (target / "evil.py").write_text("raise SystemExit('evil ran')")
    return target


def test_hostile_folders_run_nothing(tiny_model: MiniGPTModel, tmp_path: Path) -> None:
    base = model_files(tiny_model)  # adapter and model share a folder: one injury, either reader
    growth = Growth(tiny_model, ["sofa"], seed=0)
    attachment = attach_lora(tiny_model, Lora(), seed=0)
    adapter = adapter_files(attachment, growth, name="x", base_name="tiny", base_fingerprint="")
    write_new_folder(tmp_path / "sound-both", {**adapter, **base})
    hostile_folders(tmp_path, tmp_path / "sound-both")
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines() == ["61 0 []", "evil did not run"]
