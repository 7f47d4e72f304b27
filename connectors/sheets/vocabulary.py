"""Words that cells of handed-in sheets are known to hold."""

from collections.abc import Mapping


def words(meanings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Turn meaning -> words into word -> meaning."""
    return {word: meaning for meaning, several in meanings.items() for word in several}


PLATFORMS = (
    *("微信订阅号", "微信服务号", "视频号", "小程序", "新浪微博", "抖音", "快手"),
    *("今日头条", "百家号", "企鹅号", "澎湃号", "小红书", "哔哩哔哩", "移动客户端"),
)
NONE_WORDS = frozenset({"无", "none"})
"""What stands for no post at all; a blank cell says nothing."""
CLEARED_WORDS = frozenset({"已清空", "清空", "全部删除", "cleared"})
"""What stands for no post any more: somebody made sure that all of them were taken down."""
FILING_WORDS = words(
    {
        "opened": ("开设", "新设", "新增", "开通", "opened", "open"),
        "changed": ("变更", "changed", "change"),
        "stopped": ("关停", "停用", "关闭", "closed", "close", "stopped", "stop"),
        "cancelled": ("注销", "cancelled", "cancel"),
    }
)
SEVERITY_WORDS = words(
    {
        "red": ("单项否决", "红线", "是", "red"),
        "yellow": ("扣分", "扣分指标", "黄线", "否", "yellow"),
    }
)
UNIT_WORDS = words(
    {
        "city_office": ("市政府办公室", "政府办公室", "city_office"),
        "competent_office": ("主管单位", "主管部门", "competent_office"),
        "owner": ("主办单位", "owner"),
        "operator": ("运维机构", "运维单位", "第三方机构", "operator"),
    }
)
CHANGES = (  # each has a column new_…
    *("name", "owner", "supervisor", "tier", "area", "description"),
    *("link", "section", "operator", "verified_as"),
)
