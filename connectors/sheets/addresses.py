"""Reader of a sheet of addresses: which account a source finds where."""

from pathlib import Path

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.addresses import ADDRESSES
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import AccountRef


class AddressRow(msgspec.Struct, frozen=True):
    """Where a source finds an account."""

    row: int
    account: AccountRef
    address: str


def read_addresses(path: Path) -> Rows[AddressRow]:
    """Read a sheet of addresses; raises `SheetError`, and for bad cells `SheetErrors`."""
    return read_rows(path, ADDRESSES, _address)


def _address(fields: RowFields) -> AddressRow | None:
    fields.need("address")
    account, address = fields.account(), fields.text("address")
    return None if fields.errors else AddressRow(fields.number, account, address)
