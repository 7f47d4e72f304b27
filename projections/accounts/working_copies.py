"""States of a partition's accounts: bytes at rest, decoded into working copies on touch."""

from collections.abc import Iterator, MutableMapping

import msgspec

from projections.accounts.state import AccountState

KEPT_COPIES = 512
"""Working copies that a batch leaves to the next: some 4 KB each, so 100,000 of them would take 400 MB."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(AccountState).decode


class WorkingCopies:
    """The accounts of one partition.

    1. `touch` gives the working copy that a fact may change.
    2. `put_to_rest` encodes what was touched, once a batch; a restart begins with these bytes. What is as it was
       stored is not handed out again: a fact that came twice costs no record of the changelog.
    3. A small batch leaves its copies to the next one, which mostly speaks of the same accounts.
    """

    def __init__(self, stored: MutableMapping[str, bytes]) -> None:
        """Begin with states at rest; those that change are put there, too."""
        self._stored = stored
        self.touched: dict[str, AccountState] = {}  # since the last `put_to_rest`
        self._kept: dict[str, AccountState] = {}  # as stored

    def __iter__(self) -> Iterator[str]:
        """Walk over the ids of all accounts, each once."""
        yield from self._stored
        yield from (account_id for account_id in self.touched if account_id not in self._stored)

    def touch(self, account_id: str) -> AccountState:
        """Return the working copy of an account, to be changed; an account not heard of before begins here."""
        state = self.touched.get(account_id)
        if state is None:
            state = self._kept.pop(account_id, None) or self._decoded(account_id) or AccountState(account_id)
            self.touched[account_id] = state
        return state

    def look_up(self, account_id: str) -> AccountState | None:
        """Return the state of an account as of the last record, to be read only."""
        return self.touched.get(account_id) or self._kept.get(account_id) or self._decoded(account_id)

    def put_to_rest(self) -> list[tuple[str, bytes]]:
        """Encode what was touched since the last call, in the order of touch; returns what changed, by account id."""
        stored = self._stored
        packed = [(account_id, _pack(state)) for account_id, state in self.touched.items()]
        states = [(account_id, state) for account_id, state in packed if state != stored.get(account_id)]
        stored.update(states)
        if len(self._kept) + len(self.touched) > KEPT_COPIES:
            self._kept.clear()
        if len(self.touched) <= KEPT_COPIES:
            self._kept.update(self.touched)
        self.touched = {}
        return states

    def _decoded(self, account_id: str) -> AccountState | None:
        packed = self._stored.get(account_id)
        return None if packed is None else _unpack(packed)
