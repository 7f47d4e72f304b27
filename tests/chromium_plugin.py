"""Tests in a real browser: Debian's Chromium, and what a run without it says and does.

Where Chromium cannot be had such tests are skipped and say so; with CI=true or XUNCHA_REQUIRE_CHROMIUM=1 they fail.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.console_walk.browser import Chromium, MissingError


def is_required() -> bool:
    """Whether this run must not do without Chromium."""
    return os.environ.get("CI") == "true" or os.environ.get("XUNCHA_REQUIRE_CHROMIUM") == "1"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """The browser that the tests of a module share; each opens windows of its own.

    While it is open an event loop runs in this thread, so that nothing else may start one: it ends with the module.
    """
    try:
        browser = Chromium()
    except MissingError as e:
        if is_required():
            pytest.fail(f"tests in a browser are required here, but there is {e}", pytrace=False)
        pytest.skip(str(e))
    with browser:
        yield browser


def pytest_report_header() -> str:
    return f"chromium: {shutil.which('chromium') or 'not there, its tests are skipped'}"
