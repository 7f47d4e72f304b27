"""Accounts that hardly anybody keeps: to be merged or closed."""

from datetime import timedelta

from projections.registry.checks.view import CheckParameters, Hit, RegistryView


def low_and_unkept(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find open accounts that post little and then nothing for long (162号 二(三); Wuxi 2022Q4 三(二)).

    Only what is proven counts: posts known without a gap, and looks that show the silence.
    """
    hits = []
    for card in view.open_cards():
        figures = view.figures.get(card.account_id)
        if figures is None or figures.proven_until is None or not figures.covered:
            continue
        since = figures.newest_post_at or card.opened_at
        if since is None or figures.recent_posts > parameters.low_posts:
            continue
        silent = figures.proven_until - since
        if silent > timedelta(days=parameters.unkept_days):
            hits.append(
                Hit(
                    check="low_and_unkept",
                    clause="昆政办发〔2019〕162号 二(三)",
                    accounts=(card.account_id,),
                    unit=card.owner,
                    reason=(
                        f"“{card.name}”{parameters.low_days} 天内发布 {figures.recent_posts} 条，"
                        f"已 {silent.days} 天没有更新，建议整合或关停"
                    ),
                )
            )
    return hits
