"""What a check sheet lists: the accounts of a checker, and the rules to choose from."""

import msgspec


class SheetAccount(msgspec.Struct, frozen=True):
    """One account of a sheet."""

    account_id: str
    name: str
    platform: str
    owner: str


class SheetRule(msgspec.Struct, frozen=True):
    """One rule that a checker may choose."""

    code: str
    name: str
    line: str  # 单项否决 or 扣分
    clause: str
