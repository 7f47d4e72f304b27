"""The one list of channels of a home, for notifiers, imports and `doctor`; `configured` builds a `[[channel]]`."""

import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec

from connectors.notify.channel import Channel
from connectors.notify.console import ConsoleChannel
from connectors.notify.jsonl_file import FileChannel
from connectors.notify.log_lines import LogChannel
from events.messages import joined, message
from pipeline.home.channel_settings import AnyChannel
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME, Settings, environment_value
from pipeline.voice.configured import build_configured


def _always(settings: Settings) -> bool:
    del settings
    return True


def _no_secrets(settings: Settings) -> Mapping[str, str]:
    del settings
    return {}


class ChannelKind(msgspec.Struct, frozen=True):
    """One way on which a home may tell people.

    `build` raises `UsageError` for settings that the channel cannot work with. `secrets` gives by setting what its
    settings refer to: a variable of the environment, or `env:NAME` or `file:PATH`.
    """

    name: str  # that of the channel: deliveries are recorded under it
    build: Callable[[Home], Channel]
    is_given: Callable[[Settings], bool] = _always
    secrets: Callable[[Settings], Mapping[str, str]] = _no_secrets


def _console(home: Home) -> Channel:
    """Build the console; on Kafka it is the log of the notifier, which machines read."""
    return ConsoleChannel(sys.stderr) if home.cluster is None else LogChannel()


def _file(home: Home) -> Channel:
    return FileChannel(home.path / "alerts.jsonl")


def _webhook(home: Home) -> Channel:
    """Build the webhook; its library is slow to import, and most homes have none."""
    from connectors.notify.exchange import Limits  # noqa: PLC0415
    from connectors.notify.webhook import WebhookChannel  # noqa: PLC0415
    from connectors.web.egress import EgressError  # noqa: PLC0415

    hook = home.settings.webhook
    assert hook is not None  # noqa: S101 (else it is not given)
    authorization = environment_value(hook.header_from) if hook.header_from else None
    if hook.header_from and authorization is None:
        raise UsageError(
            message(
                "[webhook] header_from names {header_from}, which is not set in the environment",
                header_from=hook.header_from,
            )
        )
    try:
        return WebhookChannel(
            hook.url,
            authorization=authorization,
            allow_private=hook.allow_private,
            limits=Limits(attempts=3, within_s=15.0),
        )
    except EgressError as e:
        raise UsageError(message("[webhook]: {error}", error=e)) from None


def _webhook_secrets(settings: Settings) -> Mapping[str, str]:
    hook = settings.webhook
    return {"[webhook] header_from": hook.header_from} if hook is not None and hook.header_from else {}


CHANNELS: tuple[ChannelKind, ...] = (
    ChannelKind("console", _console),
    ChannelKind("file", _file),
    ChannelKind("webhook", _webhook, lambda settings: settings.webhook is not None, _webhook_secrets),
)
"""The channels that have a section of their own or need none; behind them come those under `[[channel]]`."""


def given_channels(settings: Settings) -> list[ChannelKind]:
    """Return the channels that the settings give, in the order in which an embedded home tells them."""
    own = [kind for kind in CHANNELS if kind.is_given(settings)]
    return [*own, *(_configured(channel) for channel in settings.channel)]


def _configured(channel: AnyChannel) -> ChannelKind:
    """Return a channel of the settings as an entry of the list."""
    secrets = {f"[[channel]] {channel.name} {field}": value for field, value in channel.secrets.items()}
    return ChannelKind(channel.name, lambda home: build_configured(home, channel), secrets=lambda _: secrets)


def channel_secrets(settings: Settings) -> dict[str, str]:
    """Return what the settings of channels refer to, by setting."""
    return {
        setting: name for kind in given_channels(settings) for setting, name in kind.secrets(settings).items()
    }


def every_channel(home: Home, built: Sequence[Channel]) -> list[Channel]:
    """Return all channels of a home, those that were built already as they are: routing asks for each of them."""
    by_name = {channel.name: channel for channel in built}
    return [by_name.get(kind.name) or kind.build(home) for kind in given_channels(home.settings)]


def build_channels(home: Home, names: Sequence[str] = ()) -> list[Channel]:
    """Build the channels with some names, all that the settings give where none is named; raises `UsageError`."""
    given = given_channels(home.settings)
    known = [kind.name for kind in given]
    if unknown := sorted(set(names) - set(known)):
        raise UsageError(
            message(
                "no channel {unknown}; {path} gives {known} (one that has settings needs its section there)",
                unknown=joined(", ", unknown),
                path=home.path / FILE_NAME,
                known=joined(", ", known),
            )
        )
    return [kind.build(home) for kind in given if kind.name in names or not names]
