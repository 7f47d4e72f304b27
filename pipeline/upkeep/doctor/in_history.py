"""Checks of the history: it answers, has every migration, each record once, the log's past, and its rounds' rules."""

from collections.abc import Sequence
from contextlib import closing

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.agreement import WAY_OUT, compare, difference, time_sums
from connectors.history.heads import Place
from connectors.history.knowledge import ids_held, texts_referred
from connectors.history.known_facts import KnownFacts
from connectors.history.migrate import CHANGED, PENDING, read_applied, standings
from connectors.history.rounds import find_runs
from connectors.history.row_counts import RowCount, count_rows
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS
from connectors.texts.store import TextStore
from events.catalogue import CATALOGUE
from events.fields import field
from events.instants import local_iso
from events.messages import joined, message
from events.text_references import NOT_FOUND
from pipeline.home.appending import conflicts_among
from pipeline.home.claims.knowledge import claims_now, known_acts, not_stored
from pipeline.home.folder import Home
from pipeline.home.kept_texts import opened
from pipeline.home.rulesets import list_rulesets
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning, wrong
from projections.intakes.state import INTAKE_TYPES, IntakeStage, fold_intakes
from projections.rules.digest import Manifest

_MOST_LISTED = 3
_EACH_PART = {"check_query_single_value_result": 0}


@check("database", message("start the server, or mend [clickhouse] in the settings"))
def database(client: Client) -> Finding:
    """Ask the engine for its version."""
    return ok(message("ClickHouse {command} answers", command=client.command("SELECT version()")))


@check("schema", message("run `xuncha migrate`"))
def schema(client: Client) -> Finding:
    """Compare the migrations that the history has with those of this release."""
    found = standings(read_applied(client))
    changed = [s.migration.name for s in found if s.state == CHANGED]
    pending = [s.migration.name for s in found if s.state == PENDING]
    if changed:
        return wrong(
            message("changed after they were applied: {changed}", changed=joined(", ", changed)),
            message("install the release that applied them: a change is a new migration"),
        )
    if pending:
        return wrong(
            message("not applied: {pending}", pending=joined(", ", pending)), message("run `xuncha migrate`")
        )
    return ok(message("all {found_count} migrations are applied", found_count=len(found)))


@check("rows", message("run `xuncha migrate`, and look at the server's log"))
def rows(client: Client) -> Finding:
    """Count the records of every partition: as many as its offsets say, none twice."""
    counts = count_rows(client)
    bad = [_in_words(c) for c in counts if c.doubled or c.missing]
    if not bad:
        return ok(
            message(
                "{counts:,} records in {counts_count} partitions, each once",
                counts=sum(c.rows for c in counts),
                counts_count=len(counts),
            )
        )
    return wrong(
        _few(bad),
        message(
            "stop the sinks and build the history anew from the log: into an empty database, with "
            "`xuncha migrate` and `xuncha sink`; an embedded home without its folder `history` does so "
            "by itself"
        ),
    )


@check("files of the history", message('see docs/operate.md, "A damaged file"'))
def files(client: Client) -> Finding:
    """Read every part of every table and compare its sums; a damaged column may be asked for years later."""
    tables = client.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name"
    ).result_rows
    damaged = [
        f"{table} {part.part_path}"
        for (table,) in tables
        for part in _parts(client, table)
        if not part.is_passed
    ]
    if damaged:
        return wrong(
            message("parts whose sums do not match: {damaged}", damaged=_few(damaged)),
            message('keep a copy of the folder as it is, and see docs/operate.md, "A damaged file"'),
        )
    return ok(message("the sums of {tables_count} tables match", tables_count=len(tables)))


@check("log and history", message("look at the log first: it cannot be read"))
def one_past(client: Client, home: Home) -> Finding:
    """Compare the last records that log and history both hold; in an embedded home the times of all of them, too."""
    with closing(home.open_log()) as log:
        if isinstance(log, EmbeddedLog):
            lives = dict.fromkeys((FACTS, DERIVED), log.incarnation)
            found = compare(client, log, lives)
            other = [] if found.ended or found.forked else _other_times(client, log)
        else:
            from connectors.kafka.lives import Lives  # noqa: PLC0415 (its library is slow to import)

            assert home.cluster is not None  # noqa: S101 (whose log is not in the home)
            with closing(Lives(home.cluster, (FACTS, DERIVED))) as asked:
                found = compare(client, log, asked.now(), exact_times=False)
            other = []
    if found.ended or found.forked:
        return wrong(difference(found.ended, found.forked), WAY_OUT)
    if other:
        return wrong(
            message(
                "the log and its history end alike and differ before: {places}",
                places=_few([f"{topic}-{partition}" for topic, partition in other]),
            ),
            WAY_OUT,
        )
    return ok(message("the history holds nothing that the log does not"))


class _Part(msgspec.Struct, frozen=True):
    """What the engine says of a part."""

    part_path: str
    is_passed: bool


def _parts(client: Client, table: str) -> list[_Part]:
    lines = client.raw_query(f"CHECK TABLE {table}", settings=_EACH_PART, fmt="JSONEachRow")
    return msgspec.json.Decoder(_Part, strict=False).decode_lines(lines)


def _other_times(client: Client, log: EmbeddedLog) -> list[Place]:
    """Return the partitions whose records have other times in the log than in the history."""
    sums = time_sums(client, log.incarnation)
    return [place for place, (end, total) in sums.items() if log.time_sum(*place, end) != total]


@check("repeats", message("look at the server's log"))
def repeats(client: Client) -> Finding:
    """Count the facts whose id an earlier one has, and those of them that say something else, as imports do."""
    count = client.command("SELECT count() FROM records WHERE topic = 'facts' AND repeats")
    ids = client.query("SELECT DISTINCT id FROM conflicts WHERE topic = 'facts'").result_columns
    conflicts = conflicts_among(client, ids[0]) if ids else 0
    text = message(
        "{count} facts repeat an id, {conflicts} of them with other content", count=count, conflicts=conflicts
    )
    if not conflicts:
        return ok(text)
    return warning(
        text,
        message("the first of an id counts; `SELECT * FROM conflicts` names them: withdraw what was wrong"),
    )


@check("stored rulesets", message("mend the rulesets of the home: `xuncha rulesets` lists them"))
def stored_rulesets(client: Client, home: Home) -> Finding:
    """Compare the rulesets of stored rounds with the files of the same name and version."""
    hashes = {named.ruleset.label: named.sha256 for named in list_rulesets(home.path)}
    manifests = [msgspec.json.decode(run.manifest, type=Manifest) for run in find_runs(client)]
    used = {(m.ruleset, m.ruleset_sha256) for m in manifests}
    edited = sorted({label for label, sha256 in used if hashes.get(label, sha256) != sha256})
    gone = sorted({label for label, _ in used if label not in hashes})
    if edited:
        return wrong(
            message("edited after rounds were scored by it: {edited}", edited=joined(", ", edited)),
            message("put the text back that the rounds were scored by, and give the change a new version"),
        )
    if gone:
        return warning(
            message("no file, but rounds were scored by it: {gone}", gone=joined(", ", gone)),
            message("put it back under `rulesets` in the home, or these rounds cannot be recomputed"),
        )
    if not used:
        return ok(message("no round was scored yet"))
    return ok(
        message(
            "those of {manifests_count} rounds are as they were: {labels}",
            manifests_count=len(manifests),
            labels=joined(", ", sorted(label for label, _ in used)),
        )
    )


@check("claims", message("run `xuncha migrate`, and look at the log of the server"))
def claims(client: Client, home: Home) -> Finding:
    """Look for claims that nothing was done under, and for acts whose claims do not hold; writes nothing."""
    with closing(home.open_log()) as log:
        found = claims_now(
            KnownFacts(client), not_stored(client, log) if isinstance(log, EmbeddedLog) else ()
        )
    if found.void_acts:
        acts = [
            message("{type} {id} on {subject}", type=k.event.type, id=k.event.id, subject=k.event.subject)
            for k in found.void_acts
        ]
        return wrong(
            message("{few}: a claim that it names does not hold, so it counts nowhere", few=_few(acts)),
            message(
                "do it anew if it is still to hold: it was written behind the release of its claim, or not "
                "by xuncha"
            ),
        )
    if found.waiting:
        texts = [
            message(
                "{what} since {at} for {purpose} ({id})",
                what=c.what,
                at=local_iso(c.made_at),
                purpose=c.purpose,
                id=str(c.id)[:8],
            )
            for c in found.waiting
        ]
        return warning(
            message("claimed and not done: {few}", few=_few(texts)),
            message(
                "let who is at it end; what was cut off is done again where it began, or let go of: `xuncha "
                "claims release ID {reason} …`",
                reason=field("reason"),
            ),
        )
    return ok(message("nothing waits; {by_id_count:,} were made", by_id_count=len(found.by_id)))


@check("intakes", message("run `xuncha migrate`, and look at the log of the server"))
def intakes(client: Client, home: Home) -> Finding:
    """Look for intakes that were opened and not closed: some of their facts may be missing; writes nothing."""
    with closing(home.open_log()) as log:
        behind = not_stored(client, log, INTAKE_TYPES) if isinstance(log, EmbeddedLog) else ()
        found = fold_intakes(known_acts(KnownFacts(client), INTAKE_TYPES, behind=behind)).values()
    cut_off = [state for state in found if state.stage is IntakeStage.OPEN]
    if cut_off:
        texts = [
            message("{number} since {at}", number=state.number, at=local_iso(state.opened_at))
            for state in cut_off
        ]
        ends = joined(
            ", ", (f"`xuncha intake confirm {state.opened.plan}`" for state in cut_off[:_MOST_LISTED])
        )
        return warning(
            message("opened and not closed: {few}", few=_few(texts)),
            message("let who is at it end; what was cut off is ended by {ends}", ends=ends),
        )
    return ok(message("all {found_count:,} that were opened are closed", found_count=len(found)))


@check("texts", message("look at the settings under [people], or at people.sqlite"))
def texts(client: Client, home: Home) -> Finding:
    """Look for texts that facts refer to and that are not here, as after an import without the people store.

    And for texts whose fact is nowhere, behind the history either: their writer died between the two.
    """
    referred = texts_referred(client)
    if not home.kept_texts.is_there:
        return _not_here(len(referred)) if referred else ok(message("nobody typed a text here"))
    with opened(home) as database:
        store = TextStore(database)
        facts, missing = store.facts(), referred - store.read(referred).keys()
    if missing:
        return _not_here(len(missing))
    left = facts - ids_held(client, facts)
    if left:
        with closing(home.open_log()) as log:
            types = sorted(CATALOGUE.payloads)
            behind = not_stored(client, log, types) if isinstance(log, EmbeddedLog) else ()
        left -= {k.event.id for k in behind}
    if left:
        return warning(
            message("texts of {left_count:,} facts that are not in the log", left_count=len(left)),
            message(
                "let who is at it end, or do again what was cut off; `xuncha texts list {without_fact}` "
                "shows them, `xuncha texts erase` takes what nobody needs",
                without_fact=field("without_fact"),
            ),
        )
    return ok(message("those of {facts_count:,} facts, each in the log", facts_count=len(facts)))


def _not_here(missing: int) -> Finding:
    return warning(
        message(
            "{missing:,} texts that facts refer to are not in the store of this home; lists show {NOT_FOUND}",
            missing=missing,
            NOT_FOUND=NOT_FOUND,
        ),
        message(
            "copy people.sqlite of the home that the facts come from, while no command runs; where it is "
            "lost, digests and verdicts hold without it"
        ),
    )


def _few(texts: Sequence[str]) -> str:
    listed = joined("; ", texts[:_MOST_LISTED])
    if len(texts) <= _MOST_LISTED:
        return listed
    return message("{shown} and {more} more", shown=listed, more=len(texts) - _MOST_LISTED)


def _in_words(count: RowCount) -> str:
    wrongs = [message("{doubled} rows too many", doubled=count.doubled)] if count.doubled else []
    if count.missing:
        wrongs.append(message("{missing} of {end} offsets missing", missing=count.missing, end=count.end))
    return message(
        "{topic} partition {partition} of log {incarnation}: {wrongs}",
        topic=count.topic,
        partition=count.partition,
        incarnation=count.incarnation,
        wrongs=joined(", ", wrongs),
    )
