"""Users and their roles: what somebody may see and do, and about which accounts."""

from enum import StrEnum

import msgspec

from connectors.signin.port import StoredUser as StoredUser  # noqa: PLC0414 (pages name it, too)
from pipeline.home.actor import Actor


class Role(StrEnum):
    """What somebody is to the city office (docs/design.md, Rights)."""

    CLERK = "clerk"  # 经办人 of the city office
    SIGNER = "signer"  # 签发人: a leader of the city office
    COMPETENT = "competent"  # 主管单位: its scope is an area
    OWNER = "owner"  # 主办单位: its scope is a unit
    FIRM = "firm"  # 监测单位: its scope is the source that it reports as
    CHECKER = "checker"  # 检查组: its scope is the code of its check sheets
    AUDITOR = "auditor"  # 审计
    ADMIN = "admin"  # 系统管理员: accounts to sign in, sources, tokens; no office work


ROLE_TITLES = {
    Role.CLERK: "经办人",
    Role.SIGNER: "签发人",
    Role.COMPETENT: "主管单位",
    Role.OWNER: "主办单位",
    Role.FIRM: "监测单位",
    Role.CHECKER: "检查组",
    Role.AUDITOR: "审计人员",
    Role.ADMIN: "系统管理员",
}


SCOPED = frozenset({Role.COMPETENT, Role.OWNER, Role.FIRM, Role.CHECKER})
"""Roles that are about something: an area, a unit, a source, a code of check sheets."""


class Grant(msgspec.Struct, frozen=True):
    """A role, and about what: an area, a unit, a source or a code of check sheets; empty where the role has all."""

    role: Role
    scope: str = ""


class User(msgspec.Struct, frozen=True):
    """Somebody who may sign in; what they are called never leaves the sign-in store."""

    id: str  # opaque: it stands beside facts as their actor
    login: str
    name: str
    grants: tuple[Grant, ...]
    disabled: bool = False

    @property
    def actor(self) -> Actor:
        """Return who stands beside the facts of this user."""
        return Actor(self.id)

    def grant(self, role: Role) -> Grant | None:
        """Return what the user has of a role."""
        return next((grant for grant in self.grants if grant.role is role), None)


def user_of(stored: StoredUser) -> User:
    """Return a user as the console knows it; a role that waits for a second person is none yet."""
    known = set(Role)
    grants = tuple(
        Grant(Role(one.role), one.scope) for one in stored.grants if one.agreed_by and one.role in known
    )
    return User(stored.id, stored.login, stored.name, grants, disabled=stored.disabled)
