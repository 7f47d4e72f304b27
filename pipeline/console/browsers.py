"""Browsers by the names that people know them by, from what they call themselves."""

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"),
    ("QIHU", "360 浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "Firefox 浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "视窗"),
    ("Mac OS", "苹果电脑"),
    ("Kylin", "麒麟"),
    ("UOS", "统信"),
    ("Linux", "Linux"),
)


def named(client: str) -> str:
    """Return how a browser is called in a list; 其他浏览器 for one that nobody knows."""
    browser = next((title for mark, title in _BROWSERS if mark in client), "其他浏览器")
    system = next((title for mark, title in _SYSTEMS if mark in client), "")
    return f"{browser}（{system}）" if system else browser
