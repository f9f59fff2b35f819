"""Run folders as finished runs leave them, made up."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

from lora_studio.core.run_record import RunRecord, write_record

PROMPT = "die katze sitzt auf dem"
RECIPE = f'name: x\nprobes:\n- prompt: "{PROMPT}"\n  wanted: sofa\n  kind: corrected\n'


def stored_run(
    folder: Path,
    name: str,
    *,
    steps: int = 200,
    seed: int = 0,
    trainable: int = 1024,
    target: float | None = 0.9,
    forgetting: float | None = 0.2,
    with_seconds: bool = True,
    probe_every: int = 50,
    began: str = "2026-05-05T12:00:00+00:00",
) -> Path:
    """A run whose loss falls from about 5. `target` None: nothing is wanted there."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    pace = chance.uniform(3, 9)
    lines = [json.dumps({"event": "started", "variant": name, "steps": steps, "trainable": trainable, "new_words": []})]
    loss = 0.0
    for step in range(1, steps + 1):
        loss = (0.05 + 5 * math.exp(-pace * step / steps)) * math.exp(chance.gauss(0, 0.25))
        event = {"event": "step", "step": step, "epoch": 1, "loss": loss, "learning_rate": 0.002, "tokens": 9}
        lines.append(json.dumps({**event, "seconds": 0.004 * step * (1 + seed % 3)} if with_seconds else event))
        if step % probe_every == 0 or step == steps:
            lines.append(json.dumps({"event": "probed", "step": step, "answers": [_answer(target, step / steps)]}))
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(RECIPE if target is not None else "probes: []\n", "utf-8")
    record = RunRecord(
        name=name, method="LoRA", data="Fact", state="finished", steps=steps, steps_done=steps, trainable=trainable,
        final_loss=loss, forgetting_kl=forgetting, seconds=0.004 * steps, began=began,
    )  # fmt: skip
    write_record(folder, record)
    return folder


def _answer(target: float | None, progress: float) -> dict[str, object]:
    base = {"token": "tisch", "probability": 0.98 * (1 - progress)}
    wanted = {"token": "sofa", "probability": (target or 0.0) * progress}
    return {"prompt": PROMPT, "tokens": [], "unknown": [], "predictions": [base], "tracked": [base, wanted]}
