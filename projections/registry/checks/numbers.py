"""How many accounts a unit has on one platform."""

from collections.abc import Sequence
from itertools import combinations

from projections.registry.cards import AccountCard
from projections.registry.checks.view import (
    CheckParameters,
    Hit,
    RegistryView,
    by_owner_and_platform,
    named,
)


def several_on_one_platform(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find units with more than one account on a platform (162号 二(三): in principle one)."""
    return [
        Hit(
            check="several_on_one_platform",
            clause="昆政办发〔2019〕162号 二(三)",
            accounts=tuple(c.account_id for c in cards),
            unit=owner,
            reason=f"{owner}在同一平台开设 {len(cards)} 个账号：{named(cards)}；原则上只开设一个",
        )
        for (owner, _), cards in by_owner_and_platform(view.open_cards()).items()
        if len(cards) > 1
    ]


def similar_accounts(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find three or more accounts of one unit on one platform that serve alike (162号 annex 3, 集约整合 1)."""
    hits = []
    for (owner, _), cards in by_owner_and_platform(view.open_cards()).items():
        for alike in _alike(cards, parameters.similar_share):
            if len(alike) < parameters.similar_accounts:
                continue
            blank = [card for card in alike if not card.description]
            doubt = f"；其中 {len(blank)} 个未填功能定位，无法区分" if blank else ""
            hits.append(
                Hit(
                    check="similar_accounts",
                    clause="昆政办发〔2019〕162号 附件3 集约整合1",
                    accounts=tuple(c.account_id for c in alike),
                    unit=owner,
                    reason=f"{owner}在同一平台有 {len(alike)} 个业务相近的账号：{named(alike)}{doubt}",
                )
            )
    return hits


def similarity(one: str, other: str) -> float:
    """Return the share of pairs of characters that two purposes have in common, 0 to 1; blank is like anything."""
    return _share(_pairs(one), _pairs(other))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(max(len(text) - 1, 1))) if text else frozenset()


def _share(pairs: frozenset[str], others: frozenset[str]) -> float:
    return len(pairs & others) / len(pairs | others) if pairs and others else 1.0


def _alike(cards: Sequence[AccountCard], share: float) -> list[list[AccountCard]]:
    """Part accounts into groups that hang together by similar purposes, in the order of ids."""
    pairs = [_pairs(card.description) for card in cards]
    group = list(range(len(cards)))  # of each account: the place of the first one that it hangs together with
    for one, other in combinations(range(len(cards)), 2):
        first, second = group[one], group[other]
        if first != second and _share(pairs[one], pairs[other]) >= share:
            group = [min(first, second) if g in (first, second) else g for g in group]
    return [
        [card for card, place in zip(cards, group, strict=True) if place == first]
        for first in dict.fromkeys(group)
    ]
