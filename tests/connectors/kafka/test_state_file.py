"""A file of states answers as a dictionary does, gives room back, and keeps its places where writing fails."""

import errno
import gc
import resource
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.state_file import StateFile

KEYS = st.sampled_from([f"wechat:gh_{n}" for n in range(9)])
STATES = st.binary(max_size=40)
ACTS = st.one_of(
    st.tuples(st.just("put"), st.lists(st.tuples(KEYS, STATES), max_size=6)),
    st.tuples(st.just("take away"), KEYS),
    st.tuples(st.just("clear"), st.none()),
)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def act(states, name, what):
    if name == "put":
        states.update(what)
    elif name == "take away":
        states.pop(what, None)
    else:
        states.clear()


@given(acts=st.lists(ACTS, max_size=30))
def test_it_answers_as_a_dictionary_does(tmp_path_factory, acts):
    """With no spare room the file is written anew again and again meanwhile."""
    kept, like = StateFile(tmp_path_factory.getbasetemp(), spare_bytes=0), {}
    for name, what in acts:
        act(kept, name, what)
        act(like, name, what)
        assert dict(kept) == like
        assert (len(kept), set(kept)) == (len(like), set(like))
        assert ("wechat:gh_0" in kept) == ("wechat:gh_0" in like)


def test_what_is_void_is_given_back(tmp_path):
    """A thousand rounds over ten accounts leave no more than twice what stands and the spare room."""
    states = StateFile(tmp_path, spare_bytes=100_000)
    for turn in range(1_000):
        states.update((f"wechat:{n}", turn.to_bytes(2) * 500) for n in range(10))
    assert states.size <= 2 * 10_000 + 100_000
    assert states["wechat:9"] == (999).to_bytes(2) * 500


def test_it_leaves_nothing_in_its_folder(tmp_path):
    """Neither while it is open nor behind it, and its file ends with it."""
    open_before = open_files()
    states = StateFile(tmp_path)
    states["wechat:1"] = b"state"
    assert list(tmp_path.iterdir()) == []
    assert open_files() == open_before + 1
    del states
    gc.collect()
    assert open_files() == open_before


def test_a_write_that_fails_names_the_folder_and_moves_nothing(tmp_path):
    """A limit of the system stands for a full disk: the part that was written is void."""
    states = StateFile(tmp_path)
    states["wechat:1"] = b"before"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(OSError, match="File too large") as told:
            states.update([("wechat:1", b"after"), ("wechat:2", bytes(8_192))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, former)
    assert (told.value.errno, Path(told.value.filename)) == (errno.EFBIG, tmp_path)
    assert dict(states) == {"wechat:1": b"before"}
    states["wechat:2"] = b"later"
    assert dict(states) == {"wechat:1": b"before", "wechat:2": b"later"}
