"""What commands that take facts back share: the second person, and the revisions that are due."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.output import print_json, say, say_counts
from pipeline.office.observation_withdrawals import Withdrawn
from pipeline.office.rectification.withdrawals import TakenBack
from pipeline.office.taking_back import RevisionDue

Second = Annotated[
    str,
    typer.Option(
        metavar="PERSON|ROLE",
        help="Who agrees where a frozen round knew it: a person id or the code of a role.",
    ),
]


def due_fields(due: Sequence[RevisionDue]) -> list[dict[str, Any]]:
    """Return revisions that are due as JSON has them."""
    return [{"round": one.round, "closed": one.closed} for one in due]


def say_due(due: Sequence[RevisionDue]) -> None:
    """Say which rounds have to be revised; a closed one stays as it is."""
    for one in due:
        if one.closed:
            say(f"{one.round} 已办结，结果不变 is closed, its result stays")
        else:
            say(f"须修订 a revision is due: xuncha round revise {one.round}")


def say_taken_back(done: TakenBack, *, as_json: bool) -> None:
    """Print what became of the withdrawal of an answer, an order or notices."""
    if as_json:
        print_json(
            {
                "withdrawn": [str(event_id) for event_id in done.withdrawn],
                "accounts": list(done.account_ids),
                "revisions_due": due_fields(done.revisions_due),
            }
        )
        return
    say(f"已撤回 withdrawn: {len(done.withdrawn)}")
    say_due(done.revisions_due)


def say_withdrawn(done: Withdrawn, *, as_json: bool) -> None:
    """Print what became of the withdrawal of a post or a look."""
    ids = {"withdrawn": str(done.withdrawn), "account_id": done.account_id, "event_id": str(done.event_id)}
    say_counts(as_json=as_json, **ids, revisions_due=due_fields(done.revisions_due))
    if not as_json:
        say_due(done.revisions_due)
