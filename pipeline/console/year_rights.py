"""Rights of the pages of the office's year, which stand in the one table (`rights.py`) with the others."""

from pipeline.access.users import Role
from pipeline.console.right import Reach, Right

_WHOLE_CITY = {Role.CLERK: Reach.ALL, Role.SIGNER: Reach.ALL, Role.AUDITOR: Reach.ALL}
_READERS = {**_WHOLE_CITY, Role.COMPETENT: Reach.AREA}
_READ = Right({**_READERS, Role.OWNER: Reach.UNIT})
_OFFICE = Right(_WHOLE_CITY)
_WRITE = Right({Role.CLERK: Reach.ALL})

YEAR_RIGHTS: dict[tuple[str, str], Right] = {
    ("GET", "/interpretation"): _READ,
    ("GET", "/interpretation.csv"): _READ,
    ("GET", "/interpretation.xlsx"): _READ,
    ("POST", "/interpretation"): _WRITE,
    ("POST", "/interpretation/withdraw"): _WRITE,
    ("GET", "/key-periods"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("GET", "/key-periods.csv"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("GET", "/key-periods.xlsx"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("POST", "/key-periods"): _WRITE,
    ("GET", "/key-periods/{period}"): _OFFICE,
    ("POST", "/key-periods/{period}/end"): _WRITE,
    ("POST", "/key-periods/{period}/withdraw"): _WRITE,
    ("GET", "/key-periods/{period}/reports/{day}/{ending}"): _OFFICE,
    ("GET", "/reposts"): _READ,
    ("GET", "/reposts.csv"): _READ,
    ("GET", "/reposts.xlsx"): _READ,
    ("GET", "/reposts/order"): _WRITE,
    ("POST", "/reposts/order"): _WRITE,
    ("GET", "/reposts/{order}"): _READ,
    ("POST", "/reposts/{order}/done"): Right({Role.CLERK: Reach.ALL, Role.OWNER: Reach.UNIT}),
    ("POST", "/reposts/{order}/withdraw"): _WRITE,
}
"""By method and path of each route."""
