"""The channels that a home's settings give."""

from connectors.notify.channel import Channel
from connectors.notify.jsonl_file import FileChannel
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import Settings, environment_value


def file_channel(home: Home) -> Channel:
    """Build the file of alerts in the home."""
    return FileChannel(home.path / "alerts.jsonl")


def webhook_channel(settings: Settings) -> Channel | None:
    """Build the webhook where one is set; its library is slow to import and most homes have none."""
    hook = settings.webhook
    if hook is None:
        return None
    from connectors.notify.egress import EgressError  # noqa: PLC0415
    from connectors.notify.webhook import Limits, WebhookChannel  # noqa: PLC0415

    authorization = environment_value(hook.header_from) if hook.header_from else None
    if hook.header_from and authorization is None:
        raise UsageError(
            f"[webhook] header_from names {hook.header_from}, which is not set in the environment"
        )
    try:
        return WebhookChannel(
            hook.url,
            authorization=authorization,
            allow_private=hook.allow_private,
            limits=Limits(attempts=3, within_s=15.0),
        )
    except EgressError as e:
        raise UsageError(f"[webhook]: {e}") from None
