"""The README.md of an adapter folder: what it is, in plain words, and how to load it."""

from __future__ import annotations

from lora_studio.core.adapters.sidecar import Sidecar
from lora_studio.core.methods.lora_linear import LoraAttachment
from lora_studio.core.recipe import Recipe

_HEAD = """---
library_name: peft
tags:
- lora
---

# {name}

A LoRA adapter, written by {program}. It changes what a base model answers and is of use only together with that base.

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


def model_card(sidecar: Sidecar, attachment: LoraAttachment, recipe: Recipe | None) -> str:
    rows = "".join(f"| {title} | {_cell(value)} |\n" for title, value in _facts(sidecar, attachment, recipe))
    head = _HEAD.format(name=_cell(sidecar.name) or "An adapter", program=sidecar.program)
    return head + rows + _LOADING.format(code=_code(bool(sidecar.new_words)))


def _facts(sidecar: Sidecar, attachment: LoraAttachment, recipe: Recipe | None) -> list[tuple[str, str]]:
    method = attachment.method
    facts = [
        ("Base model", f"{sidecar.base.name}, {sidecar.base.vocabulary_size} tokens"),
        ("Method", f"{method.title}, rank {method.rank}, α {method.alpha:g}"),
        ("Adapted layers", ", ".join(sorted(method.targets))),
        ("Embeddings and head", "trained too" if method.train_embeddings else "not trained"),
        ("New words", ", ".join(sidecar.new_words) or "none"),
    ]
    if recipe:
        training = recipe.training
        settings = f"{training.epochs} epochs, batch {training.batch_size}, learning rate {training.learning_rate:g}"
        facts.append(("Training data", ", ".join(dataset.name for dataset in recipe.datasets)))
        facts.append(("Training", f"{settings}, seed {training.seed}"))
    return facts


def _cell(text: str) -> str:
    """A person's text inside a Markdown table: one line, no column marks."""
    return " ".join(text.split()).replace("|", "\\|")


def _code(grown: bool) -> str:
    if not grown:
        return _IMPORTS + _LOAD.format(growth="")
    imports = "import json\n" + _IMPORTS + "from lora_studio.core.models.growth import Growth\n"
    return imports + _LOAD.format(growth=_GROW)
