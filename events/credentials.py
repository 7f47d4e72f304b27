"""Papers that a filing asks for since 2024: who has them, as the filing or a list says."""

from typing import ClassVar, Literal

from events.base import Payload

Credential = Literal[
    "establishment_certificate", "news_licence", "audiovisual_licence", "ipv6", "owner_change_notice"
]
"""编制部门证书, 互联网新闻信息服务许可, 网络视听许可, 客户端支持IPv6, 主办单位变更公告."""


class AccountDocumented(Payload, frozen=True):
    """At `time` an account had a paper, or lacked it; the last one of a kind counts."""

    type: ClassVar[str] = "account.documented"

    credential: Credential
    held: bool
    number: str = ""  # of the certificate or licence
