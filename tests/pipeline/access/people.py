"""Users of tests."""

from datetime import UTC, datetime, timedelta

from connectors.signin.port import StoredUser
from pipeline.access.store import Store
from pipeline.access.user_care import SYSTEM, AddUser, add_user
from pipeline.access.users import Grant, Role

NOW = datetime(2026, 9, 18, 1, 12, tzinfo=UTC)
PASSWORD = "纸鸢 河灯 三月 石桥"  # noqa: S105
ADMIN, CLERK = Grant(Role.ADMIN), Grant(Role.CLERK)


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def add(store: Store, login: str, *grants: Grant, password: str = PASSWORD) -> StoredUser:
    return add_user(store, AddUser(login, "某人", grants, password), SYSTEM, NOW)
