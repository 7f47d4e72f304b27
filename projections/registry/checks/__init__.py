"""Checks of the registry, each with a reason for every hit; all but two rest on 昆政办发〔2019〕162号."""

from collections.abc import Callable

from projections.registry.checks.cancelling import awaiting_and_silent, closed_without_filing
from projections.registry.checks.closing import closed_but_posting, closed_without_notice, reopened
from projections.registry.checks.filed import opened_without_approval, renamed_without_filing, unfiled
from projections.registry.checks.naming import (
    inner_office,
    name_without_duty,
    same_name_other_owner,
    verification_without_owner,
)
from projections.registry.checks.numbers import several_on_one_platform, similar_accounts
from projections.registry.checks.papers import papers_missing
from projections.registry.checks.upkeep import low_and_unkept
from projections.registry.checks.view import CheckParameters, Hit, RegistryView

Check = Callable[[RegistryView, CheckParameters], list[Hit]]
"""Looks at the registry as of a moment and says what it found."""

CHECKS: dict[str, tuple[str, Check]] = {
    check.__name__: (title, check)
    for title, check in (
        ("同一平台多个账号", several_on_one_platform),
        ("三个以上相近账号", similar_accounts),
        ("同名不同主办单位", same_name_other_owner),
        ("以内设机构名义开设", inner_office),
        ("名称与职责不关联", name_without_duty),
        ("认证信息未标明主办单位", verification_without_owner),
        ("关停未发停更公告", closed_without_notice),
        ("关停后仍发布", closed_but_posting),
        ("关停后重新开设", reopened),
        ("拟关停账号未更新", awaiting_and_silent),
        ("关停未备案", closed_without_filing),
        ("备案材料不全", papers_missing),
        ("更名未备案", renamed_without_filing),
        ("开设未经申请或批准", opened_without_approval),
        ("巡查发现未备案账号", unfiled),
        ("低活跃无力维护", low_and_unkept),
    )
}
"""Each check by its name, with its title for people."""


def run_checks(view: RegistryView, parameters: CheckParameters = CheckParameters()) -> list[Hit]:  # noqa: B008 (frozen)
    """Return the hits of every check, in the order of `CHECKS`, each by its accounts."""
    return [
        hit
        for _, check in CHECKS.values()
        for hit in sorted(check(view, parameters), key=lambda h: h.accounts)
    ]
