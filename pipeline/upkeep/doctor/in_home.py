"""Checks of a home's folder: secrets, disk, calendar, ruleset, the confinement of its history server."""

import os
import shutil
from datetime import date
from pathlib import Path

from connectors.history.server.ready import Ready
from connectors.history.server.spawn import READY_FILE
from events.fields import marked
from events.messages import joined, message
from pipeline.home.folder import Home
from pipeline.home.rulesets import find_ruleset, ruleset_of
from pipeline.home.settings import FILE_NAME, Settings, environment_value, secret_value
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning, wrong
from pipeline.voice.channels import build_channels, channel_secrets
from projections.rules.calendar import CalendarUnknownError, is_workday

ENOUGH_BYTES = 2 << 30
LEAST_BYTES = 256 << 20
_MIB = 1 << 20
_DECEMBER = 12


@check("settings", message("mend {file}", file=FILE_NAME))
def settings(home: Home) -> Finding:
    """Tell where log and history are; the home is open, so its settings were read."""
    kafka, clickhouse = home.settings.kafka, home.settings.clickhouse
    log = (
        message("log in the home")
        if kafka is None
        else message(
            "log on Kafka at {bootstrap}, prefix {prefix}", bootstrap=kafka.bootstrap, prefix=kafka.prefix
        )
    )
    history = (
        message("history in the home")
        if clickhouse is None
        else message("history on {url}", url=clickhouse.url)
    )
    return ok(message("{log}; {history}", log=log, history=history))


@check("secrets", message("set the variables that the settings name"))
def secrets(given: Settings) -> Finding:
    """Look for every variable of the environment, and every file, that the settings refer to for a secret."""
    named = channel_secrets(given)
    if given.clickhouse is not None and given.clickhouse.password_from:
        named["[clickhouse] password_from"] = given.clickhouse.password_from
    if given.people is not None:
        named["[people] url_from"] = given.people.url_from
    if given.signin is not None:
        named["[signin] url_from"] = given.signin.url_from
    if given.oidc is not None:
        named["[oidc] secret"] = given.oidc.secret
    if given.console.link_key:
        named["[console] link_key"] = given.console.link_key
    missing = [f"{reference} ({setting})" for setting, reference in named.items() if not _is_set(reference)]
    if missing:
        return wrong(
            message("not set: {missing}", missing=joined(", ", missing)),
            message("set it in the environment of every process"),
        )
    return ok(
        message("set: {values}", values=joined(", ", named.values())) if named else message("none is named")
    )


def _is_set(reference: str) -> bool:
    """Tell whether a variable, or what `env:` or `file:` refers to, has a value."""
    value = secret_value(reference) if ":" in reference else environment_value(reference)
    return bool(value)


@check("channels", message("correct its [[channel]] in {file}", file=FILE_NAME))
def channels(home: Home) -> Finding:
    """Build every channel that the settings give; nothing is sent (`xuncha alerts test` does that)."""
    names = joined(", ", (channel.name for channel in build_channels(home)))
    return ok(message("{names}; try one with `xuncha alerts test`", names=names))


@check("disk", message("make the folder readable for this user"))
def disk(path: Path, *, enough_bytes: int = ENOUGH_BYTES, least_bytes: int = LEAST_BYTES) -> Finding:
    """Measure the space that is left where the home is."""
    free = shutil.disk_usage(path).free
    found = message("{free:,} MiB free where {path} is", free=free // _MIB, path=path)
    if free >= enough_bytes:
        return ok(found)
    judge = warning if free >= least_bytes else wrong
    return judge(
        found, message("make room: {enough_bytes:,} MiB should be free", enough_bytes=enough_bytes // _MIB)
    )


@check("calendar", message("install a newer release of xuncha"))
def calendar(today: date) -> Finding:
    """Ask for the holidays of this year, and in December for the next: deadlines in working days end there."""
    is_workday(date(today.year, _DECEMBER, 31))
    known = [str(today.year)]
    if today.month == _DECEMBER:
        try:
            is_workday(date(today.year + 1, 1, 1))
        except CalendarUnknownError as e:
            return warning(
                marked(e),
                message("install a newer release before the year ends: holidays are announced in November"),
            )
        known.append(str(today.year + 1))
    return ok(message("the holidays of {known} are known", known=joined(", ", known)))


@check(
    "ruleset",
    message(
        "name one that `xuncha rulesets` lists as ruleset in {file}, and mend files that cannot be read",
        file=FILE_NAME,
    ),
)
def ruleset(home: Home) -> Finding:
    """Load the rules of the home."""
    named = find_ruleset(home.settings.ruleset, home.path)
    return ok(
        message("{folding}, sha256 {sha256}", folding=ruleset_of(home).folding, sha256=named.sha256[:12])
    )


@check("confinement", message("let nobody whom you do not trust ask the history with SQL"))
def confinement(home: Home) -> Finding:
    """Ask how the home's own history server is confined; one that does not run needs nothing."""
    ready = Ready.read(home.path / "run" / READY_FILE)
    if ready is None or not _is_running(ready.pid):
        return ok(message("no history server of this home is running"))
    if ready.confined:
        return ok(message("the history server reaches its own folder only (Landlock)"))
    return warning(
        message(
            "this kernel cannot confine the history server: SQL of a reader may reach files of this user"
        ),
        message("run it on Linux 5.19 or later with Landlock, or give the reader's token to nobody"),
    )


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
