import pytest

from connectors.log.fold_states import load_state, load_states, store_states
from tests.connectors.log.facts import BrokenOffError, broken_off


def test_states_are_kept_by_partition_and_key(log):
    """A state stored again replaces the one before; partitions do not see one another."""
    with log.transaction():
        store_states(log.db, 0, [("wechat:1", b"a"), ("wechat:2", b"b")])
        store_states(log.db, 1, [("wechat:1", b"c")])
    with log.transaction():
        store_states(log.db, 0, [("wechat:2", b"\x00new")])
    assert load_states(log.db, 0) == {"wechat:1": b"a", "wechat:2": b"\x00new"}
    assert load_states(log.db, 1) == {"wechat:1": b"c"}
    assert load_states(log.db, 2) == {}
    assert load_state(log.db, 0, "wechat:1") == {"wechat:1": b"a"}
    assert load_state(log.db, 2, "wechat:1") == {}


def test_states_go_with_their_transaction(log):
    """A batch that fails leaves the states of the batch before."""
    with log.transaction():
        store_states(log.db, 0, [("position", b"1")])
    with pytest.raises(BrokenOffError):
        broken_off(log, lambda: store_states(log.db, 0, [("position", b"2")]))
    assert load_states(log.db, 0) == {"position": b"1"}
