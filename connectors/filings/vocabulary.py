"""Words that cells of handed-in sheets are known to hold."""

from collections.abc import Mapping


def words(meanings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Turn meaning -> words into word -> meaning."""
    return {word: meaning for meaning, several in meanings.items() for word in several}


PLATFORMS = (
    *("微信订阅号", "微信服务号", "视频号", "小程序", "新浪微博", "抖音", "快手"),
    *("今日头条", "百家号", "企鹅号", "澎湃号", "小红书", "哔哩哔哩", "移动客户端"),
)
FILING_WORDS = words(
    {
        "opened": ("开设", "新设", "新增", "开通", "opened", "open"),
        "changed": ("变更", "changed", "change"),
        "closed": ("注销", "关停", "关闭", "closed", "close"),
    }
)
SEVERITY_WORDS = words(
    {
        "red": ("单项否决", "红线", "是", "red"),
        "yellow": ("扣分", "扣分指标", "黄线", "否", "yellow"),
    }
)
CHANGES = ("name", "owner", "tier", "area", "description")  # each has a column new_…
