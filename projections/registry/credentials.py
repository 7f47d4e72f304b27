"""Which papers accounts have at a moment, as filings and lists say."""

from collections.abc import Iterable
from datetime import datetime

from events.codec import Event
from events.credentials import AccountDocumented, Credential
from events.known import Known

PAPERS: dict[Credential, str] = {
    "establishment_certificate": "编制部门证书",
    "news_licence": "新闻信息服务许可",
    "audiovisual_licence": "视听许可",
    "ipv6": "IPv6",
    "owner_change_notice": "变更公告",
}
"""What the papers are called."""


def papers_at(known: Iterable[Known], at: datetime) -> dict[tuple[str, str], Event[AccountDocumented]]:
    """Return what is said last of each paper of each account by T, by account id and paper."""
    return {
        (k.event.subject, k.event.data.credential): k.event
        for k in known
        if isinstance(k.event.data, AccountDocumented) and k.event.time <= at
    }
