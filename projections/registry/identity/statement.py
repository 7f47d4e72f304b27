"""What is compared to find an account: what a row says, what is known, and the answer."""

from datetime import datetime
from enum import StrEnum

import msgspec

from events.folding import fold, fold_name
from events.ids import is_made_up
from events.platforms import platform_family, platform_slug, wechat_kind


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says of the account that it is about; a text that is empty says nothing."""

    name: str = ""
    platform: str = ""
    account_type: str = ""  # 订阅号 or 服务号, where the platform does not say it
    owner: str = ""
    account_id: str = ""
    national_code: str = ""
    link: str = ""
    area: str = ""  # of the row, or of its page
    opened_at: datetime | None = None  # None: no day is said
    remark: str = ""

    @property
    def folded_name(self) -> str:
        return fold_name(self.name)

    @property
    def family(self) -> str:
        """Return the family of the platform; empty where the row says none."""
        return platform_family(self.platform) if self.platform.strip() else ""

    @property
    def kind(self) -> str:
        return wechat_kind(self.platform, self.account_type)


class FormerName(msgspec.Struct, frozen=True, gc=False):
    """A name that an account bore until a moment."""

    name: str
    until: datetime


class KnownAccount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account with all handles by which it can be meant."""

    subject: str
    name: str
    platform: str
    former_names: tuple[FormerName, ...] = ()  # in the order in which they ended
    merged_ids: tuple[str, ...] = ()  # ids of twins that were merged into it
    owner: str = ""
    given_id: str = ""
    national_code: str = ""
    link: str = ""
    area: str = ""
    opened_at: datetime | None = None  # None: open since before the records
    closed_at: datetime | None = None  # None: open

    @property
    def family(self) -> str:
        return platform_family(self.platform)

    @property
    def kind(self) -> str:
        return wechat_kind(self.platform)

    @property
    def own_id(self) -> str:
        """Return the id on the platform, folded; empty where the account bears an id of ours alone."""
        return own_id(self.given_id, self.platform) or own_id(self.subject.partition(":")[2], self.platform)


class Step(StrEnum):
    """What an account was found by, in the order in which the handles are tried."""

    ID = "id"
    NATIONAL_CODE = "national_code"
    LINK = "link"
    NAME = "name"
    FORMER_NAME = "former_name"
    NAME_ALONE = "name_alone"  # without a platform


class Doubt(StrEnum):
    """Why no account is meant for certain."""

    ID_DIFFERS = "id_differs"  # name and platform of a known account, and another id
    KIND_DIFFERS = "kind_differs"  # name of a known account, a service account beside a subscription account
    SEVERAL = "several"  # more than one account answers to it
    OLD_NAME = "old_name"  # a name that the account no longer bore: an old paper, or a name that came back
    PLATFORM_UNSAID = "platform_unsaid"  # one account has the name, and neither area nor owner agrees
    NEAR = "near"  # a name that is nearly the one of a known account
    RENAMED = "renamed"  # owner and platform of a known account that the page leaves out, under another name
    CLAIMED_TWICE = "claimed_twice"  # two rows of the page mean one account and differ
    NOT_REGISTERED = "not_registered"  # nothing comes near: a ledger opens it, other pages ask


class Match(msgspec.Struct, frozen=True):
    """The account that a row means, or why that is in doubt; exactly one of `by` and `doubt` is told."""

    subject: str | None  # None: in doubt, or not known yet
    by: Step | None = None
    doubt: Doubt | None = None
    candidates: tuple[str, ...] = ()  # who may be meant, the nearest first
    same_as: int | None = None  # place in the page of the equal row that stands for this one


def own_id(native: str, platform: str) -> str:
    """Return an id as ids are compared, without the platform before it; empty for one that was made up here."""
    bare = native.removeprefix(f"{platform_slug(platform)}:").strip()
    return "" if is_made_up(bare) else fold(bare)
