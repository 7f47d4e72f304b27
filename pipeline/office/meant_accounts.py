"""Which known account each row of a list means, where nobody can be asked: what is not certain is another account."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from connectors.sheets.notes import Note
from connectors.sheets.rows import AccountRow
from events.account import NATIONAL_CODE_COLUMNS
from events.folding import fold_name, fold_owner
from events.messages import message
from events.platforms import is_usual, wechat_kind
from pipeline.home.registry import Registry
from projections.registry.cards import AccountCard
from projections.registry.identity.matching import match
from projections.registry.identity.owners import Owners, UnitNames, compare_owners
from projections.registry.identity.statement import Doubt, Match, Statement, Step, own_id

_REMARKS = ("备注", "说明")
_WORDS = {
    Doubt.ID_DIFFERS: "同名账号的账号ID不同",
    Doubt.KIND_DIFFERS: "同名账号的类型不同（订阅号、服务号）",
    Doubt.SEVERAL: "同名账号不止一个",
    Doubt.OLD_NAME: "与账号的曾用名相同",
    Doubt.PLATFORM_UNSAID: "同名账号，平台未填",
    Doubt.NEAR: "名称相近",
    Doubt.RENAMED: "可能是更名",
    Doubt.CLAIMED_TWICE: "与另一行指向同一账号",
}
_OTHER_OWNER = "同名账号的主办单位不同"


class Meant(msgspec.Struct, frozen=True):
    """The known account that a row means, and what the row tells of it; or why it is taken for another one."""

    subject: str | None  # None: an account of its own
    statement: AccountRow
    why: str = ""  # why it is an account of its own though others come near
    near: tuple[str, ...] = ()

    def note(self, registry: Registry) -> Note | None:
        """Return what to tell of a row that was taken for a new account, None where nothing comes near."""
        if not self.why:
            return None
        known = "、".join(registry.title(a) for a in self.near)
        name = f"{self.statement.name}（{self.statement.platform}）"
        text = message(
            "row {row}: {name} 按新账号登记 taken for a new account; {why}: {known}",
            row=self.statement.row,
            name=name,
            why=self.why,
            known=known,
        )
        return Note("new_beside_known", "", text)


def id_that_was_lacking(row: AccountRow, card: AccountCard) -> str | None:
    """Return the id that a row tells of an account which has none of the platform, None where it tells none."""
    known = (card.given_id, card.account_id.partition(":")[2])
    if row.given_id is None or not own_id(row.given_id, row.platform):
        return None
    return None if any(own_id(native, card.platform) for native in known) else row.given_id


def meant_accounts(
    rows: Sequence[AccountRow], subjects: Sequence[str], registry: Registry, now: datetime, units: UnitNames
) -> list[Meant]:
    """Return what each row means; `subjects` are those that the rows would have as new accounts.

    A row whose subject is known means that account. Else it is found by its handles; by its name and by a link only
    where the owner is the same, is renamed in the tree, or is one slip away.
    """
    if not registry.cards:
        return [Meant(None, row) for row in rows]
    stated = [_statement(row) for row in rows]
    index = registry.index(stated, units)
    found = [match(s, index, now) for s in stated]
    claims = Counter(m.subject for m in found)
    return [
        Meant(subject, row)
        if subject in registry.cards
        else _meant(row, m, registry, units, alone=claims[m.subject] == 1)
        for row, subject, m in zip(rows, subjects, found, strict=True)
    ]


def _meant(row: AccountRow, found: Match, registry: Registry, units: UnitNames, *, alone: bool) -> Meant:
    if found.subject is None:
        why = _WORDS.get(found.doubt, "") if found.doubt is not None else ""
        return Meant(None, row, why, found.candidates)
    card = registry.cards[found.subject]
    if found.by in (Step.NATIONAL_CODE, Step.LINK) and not alone:
        return Meant(None, row, _WORDS[Doubt.CLAIMED_TWICE], (found.subject,))
    owners = compare_owners(row.owner, card.owner, units, row.area or card.area)
    if owners is Owners.DIFFERS and found.by not in (Step.ID, Step.NATIONAL_CODE):
        return Meant(None, row, _OTHER_OWNER, (found.subject,))
    return Meant(found.subject, _row_of(row, card, owners, units))


def _row_of(row: AccountRow, card: AccountCard, owners: Owners, units: UnitNames) -> AccountRow:
    """Return what a row tells of the account that it was found to mean.

    What is written otherwise and is the same stays as it is known; the name of a unit that the tree no longer has, too.
    """
    old_owner = owners is Owners.FOLLOWS and fold_owner(row.owner) not in units.code_of
    return msgspec.structs.replace(
        row,
        name=card.name if fold_name(row.name) == fold_name(card.name) else row.name,
        platform=row.platform if _is_more_exact(row.platform, card.platform) else card.platform,
        owner=card.owner if owners is Owners.SAME or old_owner else row.owner,
    )


def _is_more_exact(stated: str, known: str) -> bool:
    """Tell a platform that says which kind of WeChat account it is, or that mends an unusual word for the platform."""
    return bool(wechat_kind(stated) and not wechat_kind(known)) or (is_usual(stated) and not is_usual(known))


def _statement(row: AccountRow) -> Statement:
    return Statement(
        name=row.name,
        platform=row.platform,
        owner=row.owner,
        account_id=row.given_id or "",
        national_code=next((c for title in NATIONAL_CODE_COLUMNS if (c := row.extra.get(title))), ""),
        link=row.link,
        area=row.area,
        opened_at=row.opened_at,
        remark=" ".join(row.extra.get(title, "") for title in _REMARKS),
    )
