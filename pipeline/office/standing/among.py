"""Accounts of a scope, each read when somebody asks for it."""

from collections.abc import Iterator, Mapping

from connectors.readmodel.port import Wanted
from pipeline.home.read_model import ReadModel
from projections.patrol.account_line import AccountLine


class Among(Mapping[str, AccountLine]):
    """The accounts of the registry that a scope has, by id, closed ones too."""

    def __init__(self, model: ReadModel, wanted: Wanted) -> None:
        self._model = model
        self._wanted = wanted
        self._asked: dict[str, AccountLine | None] = {}

    def __getitem__(self, account: str) -> AccountLine:
        if account not in self._asked:
            found = self._model.lines_where(self._wanted._replace(among=(account,)))
            self._asked[account] = found[0] if found else None
        line = self._asked[account]
        if line is None:
            raise KeyError(account)
        return line

    def __iter__(self) -> Iterator[str]:
        return iter(self._model.store.subjects(self._wanted, "name"))

    def __len__(self) -> int:
        return self._model.store.count(self._wanted)


class Owners(Mapping[str, str]):
    """The owner of each of some accounts."""

    def __init__(self, among: Mapping[str, AccountLine]) -> None:
        self._among = among

    def __getitem__(self, account: str) -> str:
        return self._among[account].owner

    def __iter__(self) -> Iterator[str]:
        return iter(self._among)

    def __len__(self) -> int:
        return len(self._among)
