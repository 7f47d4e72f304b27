"""Checks of the history: it answers, has every migration, holds each record once, and its rounds have their rules."""

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.migrate import CHANGED, PENDING, standings
from connectors.history.rounds import find_runs
from connectors.history.row_counts import RowCount, count_rows
from pipeline.appending import conflicts_among
from pipeline.doctor.finding import Finding, check, ok, warning, wrong
from pipeline.home import Home
from pipeline.rulesets import list_rulesets
from projections.digest import Manifest

_SHOWN = 3


@check("database", "start the server, or mend [clickhouse] in the settings")
def database(client: Client) -> Finding:
    """Ask the engine for its version."""
    return ok(f"ClickHouse {client.command('SELECT version()')} answers")


@check("schema", "run `xuncha migrate`")
def schema(client: Client) -> Finding:
    """Compare the migrations that the history has with those of this release."""
    found = standings(client)
    changed = [s.migration.name for s in found if s.state == CHANGED]
    pending = [s.migration.name for s in found if s.state == PENDING]
    if changed:
        return wrong(
            f"changed after they were applied: {', '.join(changed)}",
            "install the release that applied them: a change is a new migration",
        )
    if pending:
        return wrong(f"not applied: {', '.join(pending)}", "run `xuncha migrate`")
    return ok(f"all {len(found)} migrations are applied")


@check("rows", "run `xuncha migrate`, and look at the server's log")
def rows(client: Client) -> Finding:
    """Count the records of every partition: as many as its offsets say, none twice."""
    counts = count_rows(client)
    bad = [_told(c) for c in counts if c.doubled or c.missing]
    if not bad:
        return ok(f"{sum(c.rows for c in counts):,} records in {len(counts)} partitions, each once")
    more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    return wrong(
        "; ".join(bad[:_SHOWN]) + more,
        "stop the sinks and build the history anew from the log: into an empty database, with `xuncha migrate` and"
        " `xuncha sink`; an embedded home without its folder `history` does so by itself",
    )


@check("repeats", "look at the server's log")
def repeats(client: Client) -> Finding:
    """Count the facts whose id an earlier one has, and those of them that say something else, as imports do."""
    count = client.command("SELECT count() FROM records WHERE topic = 'facts' AND repeats")
    ids = client.query("SELECT DISTINCT id FROM conflicts WHERE topic = 'facts'").result_columns
    conflicts = conflicts_among(client, ids[0]) if ids else 0
    told = f"{count} facts repeat an id, {conflicts} of them with other content"
    if not conflicts:
        return ok(told)
    return warning(
        told, "the first of an id counts; `SELECT * FROM conflicts` names them: withdraw what was wrong"
    )


@check("stored rulesets", "mend the rulesets of the home: `xuncha rulesets` lists them")
def stored_rulesets(client: Client, home: Home) -> Finding:
    """Compare the rulesets of stored rounds with the files of the same name and version."""
    hashes = {named.ruleset.label: named.sha256 for named in list_rulesets(home.path)}
    manifests = [msgspec.json.decode(run.manifest, type=Manifest) for run in find_runs(client)]
    used = {(m.ruleset, m.ruleset_sha256) for m in manifests}
    edited = sorted({label for label, sha256 in used if hashes.get(label, sha256) != sha256})
    gone = sorted({label for label, _ in used if label not in hashes})
    if edited:
        return wrong(
            f"edited after rounds were scored by it: {', '.join(edited)}",
            "put the text back that the rounds were scored by, and give the change a new version",
        )
    if gone:
        return warning(
            f"no file, but rounds were scored by it: {', '.join(gone)}",
            "put it back under `rulesets` in the home, or these rounds cannot be recomputed",
        )
    if not used:
        return ok("no round was scored yet")
    return ok(
        f"those of {len(manifests)} rounds are as they were: {', '.join(sorted(label for label, _ in used))}"
    )


def _told(count: RowCount) -> str:
    place = f"{count.topic} partition {count.partition} of log {count.incarnation}"
    wrongs = [f"{count.doubled} rows too many"] if count.doubled else []
    wrongs += [f"{count.missing} of {count.end} offsets missing"] if count.missing else []
    return f"{place}: {', '.join(wrongs)}"
