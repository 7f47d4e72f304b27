"""Links to the profile of an account; a home page, an article or a search means no account."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

_PROFILES: Mapping[str, tuple[str, ...]] = {
    "weibo": (
        r"weibo\.(?:com|cn)/(?:u/|profile/|p/100\d{3})?(\d{9,11})(?:/home)?",
        r"weibo\.(?:com|cn)/(?!u/|n/|p/|ttarticle|tv|search|login|newlogin|hot|home)([A-Za-z][\w-]{3,})",
    ),
    "douyin": (r"(?:ies)?douyin\.com/(?:share/)?user/([\w-]+)",),
    "kuaishou": (r"kuaishou\.com/(?:profile|user)/([\w-]+)",),
    "toutiao": (r"toutiao\.com/(?:c/user(?:/token)?|user)/([\w-]+)",),
    "xiaohongshu": (r"xiaohongshu\.com/user/profile/(\w+)",),
    "bilibili": (r"space\.bilibili\.com/(\d+)(?:/(?:video|dynamic))?",),
    "baijiahao": (r"author\.baidu\.com/home/(\w+)",),
    "thepaper": (r"thepaper\.cn/(?:gov_|user_)(\d+)",),
    "zhihu": (r"zhihu\.com/(?:org|people)/([\w-]+)",),
    "appstore": (r"apps\.apple\.com/(?:\w{2}/)?app/(?:[^/]+/)?(id\d+)",),
}
_PATTERNS = [(site, re.compile(p)) for site, patterns in _PROFILES.items() for p in patterns]
_HOST = re.compile(r"^(?:www|m|v|mp|mobile|live|pc)\.(?=[\w-]+\.)")
_SCHEME = re.compile(r"(?:\w+:)?//")
_WECHAT = "mp.weixin.qq.com"


def profile_of(link: str) -> str:
    """Return the profile that a link names, as `site:id` whatever the spelling; empty where it names none."""
    text = link.strip()
    if "/" not in text:
        return ""
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if host == _WECHAT:
        account = parse_qs(parts.query).get("__biz", [""])[0]
        return f"wechat:{account}" if account and parts.path == "/mp/profile_ext" else ""
    address = _HOST.sub("", host) + parts.path.rstrip("/")
    for site, pattern in _PATTERNS:
        if found := pattern.fullmatch(address):
            return f"{site}:{found[1]}"
    return ""
