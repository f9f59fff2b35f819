"""The README.md of an adapter folder: what it is, in plain words, and how to load it."""

from __future__ import annotations

from lora_studio.core.adapters.sidecar import Sidecar
from lora_studio.core.methods import Method
from lora_studio.core.recipe import Recipe

_PEFT_FRONT = """---
library_name: peft
---

"""

_HEAD = """# {name}

{method}, written by {program}. It changes what a base model answers and is of use only together with that base.

| | |
| --- | --- |
"""

_LOADING = """
## Loading it

In LoRA Studio: open the base, then this folder. In Python, with [PEFT](https://huggingface.co/docs/peft):

```python
{code}```

`lora_studio.json` holds what PEFT's files have no place for: the base's fingerprint, the new words, the recipe.
"""

_BEFORE_THE_INPUT = """
## Loading it

In LoRA Studio: open the base, then this folder. PEFT reads it too where the base is one of Transformers' models; it
puts no virtual tokens before a MiniGPT, and has no place for rows of new words beside them.

`lora_studio.json` holds what PEFT's files have no place for: the base's fingerprint, the new words, the recipe.
"""

_OURS = """
## Loading it

In LoRA Studio: open the base, then this folder. PEFT has no form for this method; other programs load
the merged model.

`change.safetensors` holds the tensors, `lora_studio.json` the method, the base's fingerprint, the new words, the
recipe.
"""

_IN_TRANSFORMERS = """from peft import PeftModel
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("PATH/TO/THE/BASE")
{growth}model = PeftModel.from_pretrained(model, "PATH/TO/THIS/FOLDER")
"""

_RESIZE = """model.resize_token_embeddings({rows})  # the base has no rows for the new words yet
"""

_IMPORTS = """from pathlib import Path

from peft import PeftModel

from lora_studio.core.models.folder import read_model
"""

_LOAD = """
adapter = Path("PATH/TO/THIS/FOLDER")
model = read_model(Path("PATH/TO/THE/BASE"))
{growth}network = PeftModel.from_pretrained(model.network, str(adapter))
"""

_GROW = """words = json.loads((adapter / "lora_studio.json").read_text("utf-8"))["new_words"]
Growth(model, words, seed=0)  # the base has no rows for the new words yet
"""


def model_card(sidecar: Sidecar, method: Method, recipe: Recipe | None, rows_in_transformers: int = 0) -> str:
    """`rows_in_transformers`: those of the embedding, if the base is one of transformers' models."""
    rows = "".join(f"| {title} | {_cell(value)} |\n" for title, value in _facts(sidecar, method, recipe))
    head = _HEAD.format(name=_cell(sidecar.name) or "An adapter", method=method.title, program=sidecar.program)
    front = _PEFT_FRONT if method.peft_type else ""
    return front + head + rows + _loading(sidecar, method, rows_in_transformers)


def _loading(sidecar: Sidecar, method: Method, rows: int) -> str:
    if not method.peft_type:
        return _OURS
    if rows:
        growth = _RESIZE.format(rows=rows) if sidecar.new_words else ""
        return _LOADING.format(code=_IN_TRANSFORMERS.format(growth=growth))
    inside_layers = bool(method.tensor_prefix)
    return _LOADING.format(code=_code(bool(sidecar.new_words))) if inside_layers else _BEFORE_THE_INPUT


def _facts(sidecar: Sidecar, method: Method, recipe: Recipe | None) -> list[tuple[str, str]]:
    facts = [
        ("Base model", f"{sidecar.base.name}, {sidecar.base.vocabulary_size} tokens"),
        ("Method", method.title),
        *((str(field.title), _said(getattr(method, name))) for name, field in type(method).model_fields.items()),
        ("New words", ", ".join(sidecar.new_words) or "none"),
    ]
    if recipe:
        training = recipe.training
        settings = f"{training.epochs} epochs, batch {training.batch_size}, learning rate {training.learning_rate:g}"
        facts.append(("Training data", ", ".join(dataset.name for dataset in recipe.datasets)))
        facts.append(("Training", f"{settings}, seed {training.seed}"))
    return facts


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"


def _cell(text: str) -> str:
    """A person's text inside a Markdown table: one line, no column marks."""
    return " ".join(text.split()).replace("|", "\\|")


def _code(grown: bool) -> str:
    if not grown:
        return _IMPORTS + _LOAD.format(growth="")
    imports = "import json\n" + _IMPORTS + "from lora_studio.core.models.growth import Growth\n"
    return imports + _LOAD.format(growth=_GROW)
