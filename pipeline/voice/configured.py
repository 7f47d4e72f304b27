"""Channels of the settings, `[[channel]]`: built from what the settings say and the secrets that they refer to."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from events.messages import message
from pipeline.home import channel_settings as given
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import secret_value

if TYPE_CHECKING:
    from connectors.notify.channel import AddressBook, Channel
    from connectors.notify.counters import Rate
    from connectors.notify.exchange import Service

COUNTS_FILE = "channels.sqlite"
"""Our own counts of what each channel was sent, shared by the processes of a home; may be removed at any time."""

ATTEMPTS, WITHIN_S = 3, 15.0
"""Of one turn: whoever is told later waits for no longer. What fails for now is tried again by the notifier."""


def build_configured(home: Home, settings: given.AnyChannel) -> "Channel":
    """Build a channel; raises `UsageError` for settings that it cannot work with, and where a secret is missing."""
    from connectors.web.egress import EgressError  # noqa: PLC0415 (its library is slow to import)

    try:
        return _BUILDS[type(settings)](Parts(home, settings), settings)
    except (EgressError, OSError) as e:
        raise UsageError(message("[[channel]] {name}: {error}", name=settings.name, error=e)) from None


class Parts:
    """What channels are put together from."""

    def __init__(self, home: Home, settings: given.ChannelSettings) -> None:
        from connectors.notify.counters import Counters  # noqa: PLC0415 (slow to import)
        from connectors.notify.exchange import Limits  # noqa: PLC0415

        self._home = home
        self._settings = settings
        self.name = settings.name
        self.limits: Limits = Limits(attempts=ATTEMPTS, within_s=WITHIN_S)
        self.counters: Counters = Counters(home.path / COUNTS_FILE, settings.name)

    @property
    def book(self) -> "AddressBook":
        """Return what knows the addresses of people."""
        from pipeline.voice.address_book import StoreAddressBook  # noqa: PLC0415 (slow to import)

        return StoreAddressBook(self._home)

    def secret(self, field: str) -> str:
        """Return a secret, "" where the settings have none; raises `UsageError` where its reference leads nowhere."""
        reference = self._settings.secrets.get(field)
        if reference is None:
            return ""
        value = secret_value(reference)
        if value is None:
            raise UsageError(
                message(
                    "[[channel]] {name}: {setting} names {reference}, behind which there is nothing",
                    name=self.name,
                    setting=field,
                    reference=reference,
                )
            )
        return value

    def service(self, base: str = "", hosts: Sequence[str] = ()) -> "Service":
        """Return the service at the base URL; it may call the vendor's own hosts, and those that the settings name."""
        from connectors.notify.exchange import Service  # noqa: PLC0415

        settings = self._settings
        self.require_tls()
        return Service(
            settings.url or base,
            hosts=(*hosts, *settings.hosts),
            allow_private=settings.allow_private,
            limits=self.limits,
        )

    def require_tls(self) -> None:
        """Raise `UsageError` for a URL without TLS: secrets go that way; to a private address it may be meant."""
        if self._settings.url.lower().startswith("http:") and not self._settings.allow_private:
            raise UsageError(
                message(
                    "[[channel]] {name}: url needs https; http is for private addresses alone", name=self.name
                )
            )

    def rates(self, own: "Sequence[Rate]") -> "Sequence[Rate]":
        """Return the rates of the settings, or the vendor's where these say nothing."""
        from connectors.notify.counters import Rate  # noqa: PLC0415

        settings = self._settings
        limits = ((settings.per_minute, 60), (settings.per_hour, 3600), (settings.per_day, 86_400))
        return [Rate(most, within_s) for most, within_s in limits if most is not None] or own


def _wecom_robot(parts: Parts, _: given.WeComRobotSettings) -> "Channel":
    from connectors.notify import wecom as w  # noqa: PLC0415

    service, rates = parts.service(w.BASE, w.HOSTS), parts.rates(w.ROBOT_RATES)
    return w.WeComRobot(parts.name, service, parts.secret("key"), counters=parts.counters, rates=rates)


def _wecom_app(parts: Parts, settings: given.WeComAppSettings) -> "Channel":
    from connectors.notify import wecom as w  # noqa: PLC0415

    return w.WeComApp(
        parts.name,
        parts.service(w.BASE, w.HOSTS),
        parts.book,
        corporation=settings.corporation,
        agent=settings.agent,
        secret=parts.secret("secret"),
        cards=settings.cards,
        counters=parts.counters,
        rates=parts.rates(w.PERSON_RATES),
    )


def _dingtalk_robot(parts: Parts, _: given.DingTalkRobotSettings) -> "Channel":
    from connectors.notify import dingtalk as d  # noqa: PLC0415

    service, rates = parts.service(d.BASE, d.HOSTS), parts.rates(d.ROBOT_RATES)
    key, secret = parts.secret("key"), parts.secret("secret")
    return d.DingTalkRobot(parts.name, service, key, secret=secret, counters=parts.counters, rates=rates)


def _dingtalk_notice(parts: Parts, settings: given.DingTalkNoticeSettings) -> "Channel":
    from connectors.notify import dingtalk as d  # noqa: PLC0415

    return d.DingTalkNotice(
        parts.name,
        parts.service(d.BASE, d.HOSTS),
        parts.book,
        application=settings.application,
        agent=settings.agent,
        secret=parts.secret("secret"),
        counters=parts.counters,
        rates=parts.rates(d.PERSON_RATES),
    )


def _feishu_robot(parts: Parts, _: given.FeishuRobotSettings) -> "Channel":
    from connectors.notify import feishu as f  # noqa: PLC0415

    service, rates = parts.service(f.BASE, f.HOSTS), parts.rates(f.ROBOT_RATES)
    key, secret = parts.secret("key"), parts.secret("secret")
    return f.FeishuRobot(parts.name, service, key, secret=secret, counters=parts.counters, rates=rates)


def _feishu_app(parts: Parts, settings: given.FeishuAppSettings) -> "Channel":
    from connectors.notify import feishu as f  # noqa: PLC0415

    return f.FeishuApp(
        parts.name,
        parts.service(f.BASE, f.HOSTS),
        parts.book,
        application=settings.application,
        secret=parts.secret("secret"),
        id_type=settings.id_type,
        counters=parts.counters,
        rates=parts.rates(f.PERSON_RATES),
    )


def _mail(parts: Parts, settings: given.MailSettings) -> "Channel":
    from connectors.notify import mail as m  # noqa: PLC0415

    server = m.MailServer(
        settings.host,
        settings.port,
        settings.sender,
        tls=settings.tls,
        user=settings.user,
        password=parts.secret("password"),
        ca_file=settings.ca_file,
        allow_private=settings.allow_private,
    )
    if settings.to:
        return m.MailToGroup(parts.name, server, settings.to, limits=parts.limits)
    rates = parts.rates(m.PERSON_RATES)
    return m.MailToPeople(
        parts.name, server, parts.book, counters=parts.counters, rates=rates, limits=parts.limits
    )


def _sms(parts: Parts, settings: given.SmsSettings) -> "Channel":
    from connectors.notify import sms as s  # noqa: PLC0415

    template = s.Template(
        query=settings.query,
        form=settings.form,
        json=settings.json,
        headers=settings.headers,
        code=settings.code,
        success=settings.success,
        again=settings.again,
        text_characters=settings.text_characters,
    )
    return s.SmsChannel(
        parts.name,
        parts.service(),
        parts.book,
        template,
        secret=parts.secret("secret"),
        counters=parts.counters,
        rates=parts.rates(s.PERSON_RATES),
    )


def _webhook(parts: Parts, settings: given.WebhookSettings) -> "Channel":
    from connectors.notify.webhook import WebhookChannel  # noqa: PLC0415

    parts.require_tls()
    return WebhookChannel(
        settings.url,
        authorization=parts.secret("authorization") or None,
        secret=parts.secret("secret") or None,
        hosts=settings.hosts,
        allow_private=settings.allow_private,
        limits=parts.limits,
        name=parts.name,
    )


def _apprise(parts: Parts, settings: given.AppriseSettings) -> "Channel":
    from connectors.notify.apprise_tail import AppriseChannel  # noqa: PLC0415

    return AppriseChannel(parts.name, parts.secret("service"), hosts=settings.hosts, limits=parts.limits)


_BUILDS: dict[type, Callable[[Parts, Any], "Channel"]] = {
    given.WeComRobotSettings: _wecom_robot,
    given.WeComAppSettings: _wecom_app,
    given.DingTalkRobotSettings: _dingtalk_robot,
    given.DingTalkNoticeSettings: _dingtalk_notice,
    given.FeishuRobotSettings: _feishu_robot,
    given.FeishuAppSettings: _feishu_app,
    given.MailSettings: _mail,
    given.SmsSettings: _sms,
    given.WebhookSettings: _webhook,
    given.AppriseSettings: _apprise,
}
"""What builds a channel of each kind."""
