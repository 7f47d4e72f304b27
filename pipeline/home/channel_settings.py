"""Channels as `[[channel]]` of the settings writes them: where they send, by which secrets, and how much at most."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
_Reference = Annotated[str, Meta(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")]
_Host = Annotated[str, Meta(pattern=r"^\.?[A-Za-z0-9\[\]:][A-Za-z0-9.\-:\[\]]*$")]
_Most = Annotated[int, Meta(ge=1, le=100_000)] | None


class ChannelSettings(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"
):
    """What every channel may say. A secret is `env:NAME` or `file:PATH`, and never stands here itself."""

    name: _Name  # for ever: deliveries are recorded under it
    url: str = ""  # base URL; blank: the vendor's own
    hosts: tuple[
        _Host, ...
    ] = ()  # allowed beside the vendor's own; one that begins with a point: all below it
    allow_private: bool = False  # may stand at a private or loopback address
    per_minute: _Most = (
        None  # messages to one destination; what is said here stands in the place of all our own
    )
    per_hour: _Most = None
    per_day: _Most = None

    @property
    def secrets(self) -> dict[str, str]:
        """Return the references to secrets that are given, by field."""
        fields = {name: getattr(self, name) for name in SECRET_FIELDS if hasattr(self, name)}
        return {name: reference for name, reference in fields.items() if reference}


SECRET_FIELDS = ("key", "secret", "password", "authorization", "service")


class WeComRobotSettings(ChannelSettings, frozen=True, tag="wecom-robot"):
    """A robot in a group of 企业微信 or 政务微信."""

    key: _Reference  # of its webhook, behind key=


class WeComAppSettings(ChannelSettings, frozen=True, tag="wecom-app"):
    """An application of 企业微信 or 政务微信 that writes to people."""

    corporation: str  # corpid
    agent: int  # agentid
    secret: _Reference
    cards: bool = False  # messages that can be renewed; the application needs an address for callbacks


class DingTalkRobotSettings(ChannelSettings, frozen=True, tag="dingtalk-robot"):
    """A robot in a group of 钉钉 or 专有钉钉."""

    key: _Reference  # of its webhook, behind access_token=
    secret: _Reference | None = None  # of the signature 加签


class DingTalkNoticeSettings(ChannelSettings, frozen=True, tag="dingtalk-notice"):
    """Work notices 工作通知 of an application."""

    application: str  # AppKey
    agent: int  # AgentId
    secret: _Reference  # AppSecret


class FeishuRobotSettings(ChannelSettings, frozen=True, tag="feishu-robot"):
    """A robot in a group of 飞书."""

    key: _Reference  # of its webhook, behind hook/
    secret: _Reference | None = None  # of the signature 签名校验


class FeishuAppSettings(ChannelSettings, frozen=True, tag="feishu-app"):
    """An application of 飞书 that sends cards to people."""

    application: str  # app_id
    secret: _Reference  # app_secret
    id_type: Literal["open_id", "user_id", "union_id", "email"] = "open_id"


class MailSettings(ChannelSettings, frozen=True, tag="mail"):
    """Mail to people, or to boxes of the office where `to` names some."""

    host: str
    sender: str  # its address
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    tls: Literal["implicit", "starttls", "none"] = "starttls"
    user: str = ""
    password: _Reference | None = None
    ca_file: str = ""  # of the server's own authority
    to: tuple[str, ...] = ()


class SmsSettings(ChannelSettings, frozen=True, tag="sms"):
    """Short messages by one plain HTTP request; values may hold {mobile}, {text}, {id} and {secret}."""

    secret: _Reference | None = None
    query: dict[str, str] = {}
    form: dict[str, str] = {}
    json: dict[str, str] = {}
    headers: dict[str, str] = {}
    code: str = ""  # field of the answer that says what became of it; blank: the status does
    success: tuple[str, ...] = ("0",)
    again: tuple[str, ...] = ()
    text_characters: Annotated[int, Meta(ge=10, le=2000)] = 300


class WebhookSettings(ChannelSettings, frozen=True, tag="webhook"):
    """An HTTP endpoint that takes CloudEvents."""

    secret: _Reference | None = None  # of the signature
    authorization: _Reference | None = None  # value of the header


class AppriseSettings(ChannelSettings, frozen=True, tag="apprise"):
    """Any service of apprise, by its URL."""

    service: _Reference  # the URL of apprise, which holds secrets


AnyChannel = (
    WeComRobotSettings
    | WeComAppSettings
    | DingTalkRobotSettings
    | DingTalkNoticeSettings
    | FeishuRobotSettings
    | FeishuAppSettings
    | MailSettings
    | SmsSettings
    | WebhookSettings
    | AppriseSettings
)
"""One `[[channel]]`; its `kind` says which."""

TAKEN = frozenset({"console", "file"})
"""Names of channels that every home has; `webhook` is that of the section [webhook]."""
