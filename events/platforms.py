"""Platforms: their names among people, the short form in account ids, and the groups of a bulletin."""

SERVICE_ACCOUNT = "微信服务号"
"""The one kind of account that the weekly rule treats apart (昆政办发〔2019〕162号 annex 2)."""

_SHORT = {
    "微信公众号": "wechat",
    "微信订阅号": "wechat",
    "微信服务号": "wechat",
    "视频号": "wechat-channels",
    "微信视频号": "wechat-channels",
    "小程序": "wechat-mini",
    "微信小程序": "wechat-mini",
    "新浪微博": "weibo",
    "微博": "weibo",
    "抖音": "douyin",
    "抖音号": "douyin",
    "快手": "kuaishou",
    "今日头条": "toutiao",
    "头条号": "toutiao",
    "百家号": "baijiahao",
    "企鹅号": "qiehao",
    "澎湃号": "thepaper",
    "小红书": "xiaohongshu",
    "哔哩哔哩": "bilibili",
    "移动客户端": "app",
}


def platform_slug(platform: str) -> str:
    """Return the platform part of an account id; a platform that is not known here stands as it is written."""
    return _SHORT.get(platform.strip(), platform.strip().replace(":", "-"))
