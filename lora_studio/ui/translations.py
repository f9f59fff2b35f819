"""The interface's languages: Qt Linguist files in resources/translations."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lora_studio.core.errors import StudioError
from lora_studio.paths import resources


class Languages:
    """Installs the translators of one language at a time, ours and Qt's own."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._installed: list[QTranslator] = []

    def use(self, language: str) -> None:
        """`language` is "system", "en" or "de". Windows made from now on speak it; numbers follow it too."""
        locale = _system() if language == "system" else QLocale(language)
        QLocale.setDefault(locale)
        for translator in self._installed:
            self._application.removeTranslator(translator)
        ours = str(resources() / "translations")
        qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        loaded = (self._load(locale, "lora_studio", ours), self._load(locale, "qtbase", qts))
        self._installed = [translator for translator in loaded if translator]
        for translator in self._installed:
            self._application.installTranslator(translator)

    def _load(self, locale: QLocale, name: str, folder: str) -> QTranslator | None:
        translator = QTranslator(self._application)
        return translator if translator.load(locale, name, "_", folder) else None


class RunFailedError(StudioError):
    """Why a run failed, with the name of its variant: it may be the third of a queue."""

    def __init__(self, variant: str, error: StudioError) -> None:
        names = {"variant": variant, "problem": _Told(error)}
        super().__init__("“{variant}”: {problem}", advice=error.advice_template, **{**error.values, **names})
        self.error = error
        self.__cause__ = error.__cause__
        self.__traceback__ = error.__traceback__


class _Told:
    """The message of an error, in the language of when it is shown."""

    def __init__(self, error: StudioError) -> None:
        self._error = error

    def __str__(self) -> str:
        return translated(self._error)[0]


def _system() -> QLocale:
    """The system's; English where it names no language, whose numbers would have no separators at all."""
    locale = QLocale.system()
    return QLocale("en_US") if locale.language() == QLocale.Language.C else locale


def translated(error: StudioError) -> tuple[str, str]:
    """The message and the advice of an error from core, in the interface's language."""
    message = QCoreApplication.translate("Core", error.template)
    advice = QCoreApplication.translate("Core", error.advice_template) if error.advice_template else ""
    return message.format(**error.values), advice.format(**error.values)


def without_folders(error: StudioError) -> str:
    """The message of an error, of each path in it only the last part."""
    if isinstance(error, RunFailedError):
        return f"“{error.values['variant']}”: {without_folders(error.error)}"
    values = {name: _last_part(value) for name, value in error.values.items()}
    return QCoreApplication.translate("Core", error.template).format(**values)


def _last_part(value: object) -> object:
    """Of what is a whole path; a number, a name or a sentence stays as it is."""
    path = Path(value) if isinstance(value, str) else value
    return path.name if isinstance(path, Path) and path.is_absolute() and "\n" not in str(value) else value
