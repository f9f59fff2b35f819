"""The interface's languages: Qt Linguist files in resources/translations."""

from __future__ import annotations

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
        locale = QLocale.system() if language == "system" else QLocale(language)
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


def translated(error: StudioError) -> tuple[str, str]:
    """The message and the advice of an error from core, in the interface's language."""
    message = QCoreApplication.translate("Core", error.template)
    advice = QCoreApplication.translate("Core", error.advice_template) if error.advice_template else ""
    return message.format(**error.values), advice.format(**error.values)
