"""The sheet of posts handed in."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import ACCOUNT, AT, TIME_EN, TIME_ZH

POSTS = SheetKind(
    "posts",
    "发布",
    (
        *ACCOUNT,
        Column(
            "published_at",
            "发布时间",
            ("发布日期", "发表时间", "推送时间", "published", "publish time"),
            f"{TIME_ZH}；留空表示该账号在申报时段内没有发布",
            f"{TIME_EN}; blank: no post in the declared span",
            AT,
            "yes",
        ),
        Column(
            "link",
            "链接",
            ("文章链接", "作品链接", "网址", "url"),
            "文章链接",
            "Link of the post",
            "https://example.cn/1",
        ),
        Column(
            "post_id",
            "文章ID",
            ("文章编号", "作品ID", "作品编号", "article id"),
            "平台上的文章标识，优先于链接",
            "Id of the post on the platform; goes before the link",
            "2247483650_1",
        ),
    ),
)
