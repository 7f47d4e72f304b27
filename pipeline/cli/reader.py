"""Who reads what a command says: in which language, and how a text is told in it. Nothing slow is imported here.

Texts are English in the code. What shows one hands it through `in_language`, which finds it in the catalogue of the
language (`pipeline/home/catalogue.py`); what is not in it stays English. The language is what the settings of the home
say (`language`), else that of the locale; both are looked at leniently: that a settings file is broken is an error,
too, which is told in some language.
"""

import os
import re
import sys
from pathlib import Path

from pipeline.home.catalogue import in_chinese

_SETTINGS = "xuncha.toml"
_CHINESE = "zh"
_ENGLISH = "en"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What names the language of messages; the first that is set counts (POSIX)."""

_HOME = re.compile(r"--home(?:=(.*))?", re.DOTALL)


def language() -> str:
    """Return the language of who reads, `zh` or `en`."""
    setting = _language_in_settings()
    if setting in (_CHINESE, _ENGLISH):
        return setting
    locale = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return _CHINESE if locale.lower().startswith(_CHINESE) else _ENGLISH


def in_language(text: str) -> str:
    """Return a text of the program in the language of who reads."""
    return text if language() == _ENGLISH else in_chinese(text)


def _language_in_settings() -> str:
    """Return what the settings of the home of this command say, empty where they say nothing that can be read."""
    try:
        text = (_home(sys.argv[1:]) / _SETTINGS).read_text("utf-8")
        return _language_in(text) if "language" in text else ""
    except (OSError, ValueError):
        return ""


def _language_in(settings: str) -> str:
    import tomllib  # noqa: PLC0415 (most settings name no language)

    return str(tomllib.loads(settings).get("language", ""))


def _home(words: list[str]) -> Path:
    """Return the home that the words of a command line name."""
    for n, word in enumerate(words):
        if found := _HOME.fullmatch(word):
            return Path(found[1] if found[1] is not None else "".join(words[n + 1 : n + 2]))
    return Path(os.environ.get("XUNCHA_HOME") or ".xuncha")
