"""What the program sees of silence that was to end (系统核实): a suggestion to close a task, which a person does."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from connectors.history.measures import account_keys, measure_posts
from events.days import chinese_day
from events.instants import FAR, from_micros
from pipeline.home.desk import Desk
from pipeline.home.rulesets import list_rulesets
from pipeline.home.workspace import Workspace
from projections.rounds.tasks import Task


def updated_since(workspace: Workspace, tasks: Iterable[Task]) -> dict[UUID, datetime]:
    """Return the newest live post of the accounts of tasks about silence that are not closed, where it is news.

    It is where it was published behind the day of the bulletin or order, and behind a recheck that found the account
    silent still. A post of the very day proves nothing: the bulletin may have known it.
    """
    silence = {
        rule.code
        for named in list_rulesets(workspace.home.path)
        for rule in named.ruleset.rules
        if rule.by == "posts" and rule.line == "red"
    }
    asked = [task for task in tasks if task.rule in silence and not task.held]
    newest = _newest_posts(workspace, {task.account_id for task in asked}) if asked else {}
    found = {}
    for task in asked:
        at = newest.get(task.account_id)
        if at is None or chinese_day(at) <= task.begun_on:
            continue
        if task.rechecked_at is None or at > task.rechecked_at:
            found[task.id] = at
    return found


def _newest_posts(workspace: Workspace, accounts: set[str]) -> dict[str, datetime]:
    """Return the newest live post of accounts that have one, from the read model where it is open."""
    if isinstance(workspace, Desk):
        lines = workspace.model.lines_of(sorted(accounts))
        return {a: from_micros(line.newest_at) for a, line in lines.items() if line.newest_at is not None}
    names = {key: account for account, key in account_keys(workspace.client).items()}
    posts = measure_posts(workspace.client, datetime.now(UTC), FAR, weeks=1, service_days=28)
    return {
        names[key]: measured.newest_at
        for key, measured in posts.items()
        if measured.newest_at is not None and names.get(key) in accounts
    }
