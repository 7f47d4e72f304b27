"""Links of accounts: which may be shown as one, and by what two of them are the same."""

from urllib.parse import parse_qsl, urlencode, urlsplit

_MOST = 500
_HELD = frozenset({"__biz", "id", "uid", "user_id", "appid", "biz"})
"""Parts of a query that say which account is meant; the others tell how somebody came there."""


def web_link(text: str) -> str:
    """Return a link of the net as it stands, empty for anything else: no script, file or data hides in one."""
    link = text.strip()
    if len(link) > _MOST or any(c.isspace() or not c.isprintable() for c in link):
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    named = parts.hostname and "@" not in parts.netloc
    return link if parts.scheme in ("http", "https") and named else ""


def link_key(text: str) -> str:
    """Return what links are compared by: host and path, with what in the query names the account; empty for no link."""
    text = text.strip()
    if "://" not in text and "." in text.partition("/")[0] and "/" in text and text.isascii():
        text = f"https://{text}"
    link = web_link(text)
    if not link:
        return ""
    parts = urlsplit(link)
    named = sorted((name, value) for name, value in parse_qsl(parts.query) if name.lower() in _HELD)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return f"{host}{parts.path.rstrip('/')}?{urlencode(named)}"
