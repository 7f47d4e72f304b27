"""The sheet of addresses at which a source of the patrol finds accounts; it has no template."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT

ADDRESSES = SheetKind(
    "addresses",
    "地址",
    (
        *ACCOUNT,
        Column(
            "address",
            "地址",
            ("订阅地址", "网址", "链接", "url", "feed", "feed url"),
            "来源取数的地址",
            "Where the source finds the account",
            "https://rss.example.org/a.xml",
            "yes",
        ),
    ),
)
