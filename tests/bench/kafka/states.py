"""States of many accounts as folds leave them: a few are folded, and stand under many names."""

from itertools import cycle, islice

import msgspec

from connectors.log.placement import Placed
from events.codec import encode_event
from events.envelope import Record
from events.ids import partition_of
from pipeline.home.rulesets import find_ruleset
from pipeline.home.settings import Settings
from projections.accounts.shard import META_KEY, Meta, Shard
from projections.accounts.state import AccountState
from tests.bench.generate import stream

FOLDED = 100
_PER_DAY = 6  # facts of an account, two of them posts


def known_states(accounts: int, days: int, partitions: int) -> dict[int, list[Placed]]:
    """Return the changelog of a worker that has folded so many days, each account once, at the beginning of its log."""
    ruleset = find_ruleset(Settings().ruleset).ruleset
    models = _folded(days)
    states: dict[int, list[Placed]] = {partition: [] for partition in range(partitions)}
    for n, model in enumerate(islice(cycle(models), accounts)):
        account_id = f"wechat:gh_{n:08d}"
        copy = msgspec.msgpack.encode(msgspec.structs.replace(model, account_id=account_id))
        states[partition_of(account_id, partitions)].append(Placed(account_id, copy))
    meta = Placed(META_KEY, msgspec.msgpack.encode(Meta(ruleset=ruleset.label)))
    for of_partition in states.values():
        of_partition.append(meta)
    return states


def _folded(days: int) -> list[AccountState]:
    shard = Shard(0, find_ruleset(Settings().ruleset).ruleset)
    for offset, event in enumerate(stream(FOLDED * _PER_DAY * days, FOLDED)):
        shard.apply(Record(0, offset, offset, encode_event(event)))
    return [
        msgspec.msgpack.decode(state, type=AccountState)
        for key, state in shard.flush().states
        if key != META_KEY
    ]
