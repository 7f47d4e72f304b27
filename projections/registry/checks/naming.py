"""Names of accounts: whose they are, and whether they say so."""

import re
from collections import defaultdict

from events.days import chinese_day
from events.folding import fold, fold_name, fold_owner
from projections.registry.cards import AccountCard
from projections.registry.checks.view import CheckParameters, Hit, RegistryView, named

_INNER_OFFICE = re.compile(r"(?:处|科|股|室|科室|内设机构|工作组|专班)$")
_WHOLE_UNIT = re.compile(r"(?:办公室|办事处|管理处|事务所|派出所)$")
_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")


def same_name_other_owner(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find one name that accounts of different owners bear, on whatever platforms (162号 二(二), names)."""
    by_name: dict[str, list[AccountCard]] = defaultdict(list)
    for card in view.open_cards():
        by_name[fold_name(card.name)].append(card)
    hits = []
    for cards in by_name.values():
        owners = sorted({fold_owner(card.owner): card.owner for card in cards if card.owner}.values())
        if len(owners) > 1:
            hits.append(
                Hit(
                    check="same_name_other_owner",
                    clause="昆政办发〔2019〕162号 二(二)",
                    accounts=tuple(c.account_id for c in cards),
                    unit=owners[0],
                    reason=f"“{cards[0].name}”同名但主办单位不同（{'、'.join(owners)}）：{named(cards)}",
                )
            )
    return hits


def inner_office(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find accounts opened in the name of an inner office (162号 二(二), annex 2 开设不规范).

    An owner that the registry of units knows is a unit of its own, whatever its name ends with.
    """
    hits = []
    owners = view.owners()
    for card in view.open_cards():
        if card.opened_at is None or chinese_day(card.opened_at) < parameters.inner_offices_since:
            continue
        if card.owner not in owners and is_inner_office(card.owner):
            hits.append(
                Hit(
                    check="inner_office",
                    clause="昆政办发〔2019〕162号 附件2 开设不规范",
                    accounts=(card.account_id,),
                    unit=card.owner,
                    reason=f"主办单位“{card.owner}”疑为内设机构；内设机构不得新开设",
                    evidence=(card.opened_id,),
                )
            )
    return hits


def is_inner_office(owner: str) -> bool:
    """Tell a name that ends like one of an inner office: 科, 处, 股, 室, but not 办公室 or 办事处."""
    plain = _BRACKETS.sub("", owner).strip()
    return _INNER_OFFICE.search(plain) is not None and _WHOLE_UNIT.search(plain) is None


def name_without_duty(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find names that hold neither a duty of their owner nor its name or area (162号 annex 2 名称不规范).

    Only owners whose duties the registry of units tells are judged.
    """
    hits = []
    owners = view.owners()
    for card in view.open_cards():
        unit = owners.get(card.owner)
        if unit is None or not unit.duties:
            continue
        words = [word for word in (*unit.duties, unit.name, unit.area) if word]
        if not any(fold(word) in fold(card.name) for word in words):
            hits.append(
                Hit(
                    check="name_without_duty",
                    clause="昆政办发〔2019〕162号 附件2 名称不规范",
                    accounts=(card.account_id,),
                    unit=card.owner,
                    reason=f"名称“{card.name}”与主办单位职责（{'、'.join(unit.duties)}）不关联",
                )
            )
    return hits


def verification_without_owner(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find public verifications that don't name the owner (162号 annex 2 认证信息不规范); unknown ones are no hits."""
    return [
        Hit(
            check="verification_without_owner",
            clause="昆政办发〔2019〕162号 附件2 认证信息不规范",
            accounts=(card.account_id,),
            unit=card.owner,
            reason=f"公开认证信息“{card.verified_as}”未标明主办单位“{card.owner}”",
        )
        for card in view.open_cards()
        if card.verified_as and card.owner and fold(card.owner) not in fold(card.verified_as)
    ]
