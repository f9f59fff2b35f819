"""What a form says about a setting: its title, its unit, what it does, and why a value cannot be used."""

from __future__ import annotations

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from PySide6.QtCore import QCoreApplication, QLocale

from lora_studio.ui.widgets.help_card import Explanation
from lora_studio.ui.widgets.setting_editors import Limits, extra_of, said_value


def translated_setting(text: str) -> str:
    """Titles, help and units come from core in English."""
    return QCoreApplication.translate("Settings", text)


def unit_of(field: FieldInfo) -> str:
    """The translated unit of a field; empty for a plain number."""
    unit = str(extra_of(field).get("unit", ""))
    return translated_setting(unit) if unit else ""


def explanation_of(title: str, field: FieldInfo, default: object, locale: QLocale) -> Explanation:
    return Explanation(
        title=title,
        text=translated_setting(field.description) if field.description else "",
        formula=str(extra_of(field).get("formula", "")),
        limits=Limits.of(field).text(locale),
        default=said_value(field, default, locale),
    )


def reason_of(problem: ErrorDetails, locale: QLocale) -> str:
    """In the person's language, as far as it can be known what is wrong."""
    limits = problem.get("ctx", {})
    sentences = {
        "too_short": _tr("Too few: at least {min_length}."),
        "too_long": _tr("Too many: at most {max_length}."),
        "string_too_short": _tr("Too short: at least {min_length} characters."),
        "string_too_long": _tr("Too long: at most {max_length} characters."),
    }
    if (kind := problem["type"]) in sentences:
        names = [name for name in ("min_length", "max_length") if name in limits]
        return sentences[kind].format(**{name: locale.toString(limits[name]) for name in names})
    return QCoreApplication.translate("Core", problem["msg"].removeprefix("Value error, "))


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingsForm", text)
