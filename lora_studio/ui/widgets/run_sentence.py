"""The line above the plots: where a run stands, or how it ended."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.core.events import Failed, Preparing
from lora_studio.ui.run_tracker import RunState
from lora_studio.ui.widgets.figures import clock, span
from lora_studio.ui.widgets.run_curves import RunCurves


def progress_sentence(run: RunState, locale: QLocale, name: str = "") -> str:
    """Of a run that is active; `name` is that of its variant."""
    return " · ".join(filter(None, (name, _progress(run, locale))))


def _progress(run: RunState, locale: QLocale) -> str:
    step, steps = (locale.toString(number) for number in (run.step, run.steps))
    if run.phase == "starting":
        return _tr("starting")
    if run.preparing is not None and run.phase == "running":
        return _prepared(run.preparing, locale)
    if run.phase == "paused":
        return _tr("paused at step {step} of {steps}").format(step=step, steps=steps)
    if run.phase == "stopping":
        return _tr("stopping after step {step} of {steps}").format(step=step, steps=steps)
    where = _tr("step {step} of {steps}").format(step=step, steps=steps)
    speed = "" if run.speed is None else _tr("{count} tokens/s").format(count=locale.toString(round(run.speed)))
    left = "" if run.seconds_left is None else _tr("{time} left").format(time=clock(run.seconds_left, locale))
    return " · ".join(part for part in (where, speed, left) if part)


def _prepared(preparing: Preparing, locale: QLocale) -> str:
    """Such as "Compiling the blocks: 3 of 36"."""
    what = QCoreApplication.translate("Core", preparing.what)
    if not preparing.total:
        return what
    done, total = locale.toString(preparing.done), locale.toString(preparing.total)
    return _tr("{what}: {done} of {total}").format(what=what, done=done, total=total)


def end_sentence(curves: RunCurves, locale: QLocale) -> str:
    """Of the run that these are the curves of, once it has ended."""
    ended = curves.ended
    if ended is None:
        return _tr("no run yet")
    if isinstance(ended, Failed):
        text = _tr("{name}: stopped with an error after step {step}")
        return text.format(name=ended.variant or curves.started.variant, step=locale.toString(ended.step))
    text = _tr("{name}: {steps} steps in {time}")
    if ended.cancelled:
        text = _tr("{name}: cancelled after step {steps}, {time}")
    elif curves.separated:
        text = _tr("{name}: {steps} prompts read in {time}")
    elif ended.stopped_early:
        text = _tr("{name}: stopped early after step {steps}, {time}: the validation loss no longer improved")
    time = span(ended.seconds, locale)
    return text.format(name=ended.variant, steps=locale.toString(ended.steps), time=time)


def past_sentence(curves: RunCurves, name: str, date: str, locale: QLocale) -> str:
    """Of a past run that began at `date`, which may be empty."""
    if curves.ended is None:
        ending = _tr("interrupted")
    elif isinstance(curves.ended, Failed):
        ending = _tr("stopped with an error")
    else:
        ending = span(curves.ended.seconds, locale)
    steps = _tr("{steps} steps").format(steps=locale.toString(_steps(curves)))
    return " · ".join(part for part in (name, date, steps, ending) if part)


def _steps(curves: RunCurves) -> int:
    if curves.ended is None or isinstance(curves.ended, Failed):
        return curves.last_step
    return curves.ended.steps


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingPanel", text)
