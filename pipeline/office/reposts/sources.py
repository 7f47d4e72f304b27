"""Source units of reposts (稿源单位): whose pieces the office may order to carry, where its settings name them."""

from collections.abc import Collection, Iterable

from events.folding import fold


def unlisted(named: Iterable[str], listed: Collection[str]) -> str:
    """Return the first unit that is not on the list; empty where all are, or where nobody is listed.

    昆政办发〔2019〕162号 二(四): 原则上只转载市委市政府确定的稿源单位发布的信息.
    """
    known = {fold(unit) for unit in listed}
    return next((unit for unit in named if known and fold(unit) not in known), "")
