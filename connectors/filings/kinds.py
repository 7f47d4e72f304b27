"""The five kinds of sheets and every header that is understood in them."""

from msgspec.structs import replace

from connectors.filings.columns import Column, SheetKind
from connectors.filings.vocabulary import PLATFORMS

_ID_NAMES = ("账号标识", "账号编号", "平台账号ID", "账户ID", "given_id", "id", "native id", "原始ID")
_NAME_NAMES = ("名称", "账号", "账号名", "新媒体名称", "政务新媒体名称", "account name", "account")
_PLATFORM_NAMES = ("平台名称", "所属平台", "开设平台", "平台类型", "账号平台")
_OWNER_NAMES = ("主办单位名称", "开办单位", "主办", "owner unit")
_TIER_NAMES = ("主办单位层级", "单位层级", "层级类别", "级别", "owner tier")
_AREA_NAMES = ("所属地区", "区域", "所属区域", "行政区划", "region")
_TIME_ZH = "如 2021-06-16 17:05；不写时区为北京时间；只写日期按当天 23:59:59 计"
_TIME_EN = "Like 2021-06-16 17:05; no zone means +08:00; a date alone means the end of that day"
_OFFICE = "某市人民政府办公室"
_AT = "2021-06-16 17:05"
_DAY = "2021-06-16"
_ID_ZH = "账号在平台上的唯一标识，按文本填写"
_ID_EN = "The id of the account on its platform, as text"

_NAME = Column("name", "账号名称", _NAME_NAMES, "平台上显示的名称", "Name on the platform", "某市发布", "yes")
_PLATFORM = Column(
    "platform",
    "平台",
    _PLATFORM_NAMES,
    "从列表选择；列表之外的平台可直接填写",
    "Choose, or write another platform",
    "微信订阅号",
    "yes",
    offered=PLATFORMS,
    strict=False,
)
_OWNER = Column("owner", "主办单位", _OWNER_NAMES, "主办单位全称", "Owner unit in full", _OFFICE)
_ID = Column("account_id", "账号ID", _ID_NAMES, _ID_ZH, _ID_EN, "gh_0123456789ab")

# How the other sheets say which account a row is about.
_ACCOUNT = (
    replace(_ID, needed="account"),
    replace(_NAME, needed="account"),
    replace(_PLATFORM, needed="account"),
    _OWNER,
)

ACCOUNTS = SheetKind(
    "accounts",
    "账号",
    (
        _ID,
        _NAME,
        _PLATFORM,
        _OWNER,
        Column(
            "supervisor",
            "主管单位",
            ("主管部门", "competent office"),
            "负责检查本账号的单位",
            "Office that checks the account",
            _OFFICE,
        ),
        Column("tier", "层级", _TIER_NAMES, "主办单位层级", "Tier of the owner unit", "市级部门和单位"),
        Column("area", "地区", _AREA_NAMES, "所属地区", "Area", "某市"),
        Column(
            "opened_at",
            "开设时间",
            ("开设日期", "开通时间", "开通日期", "注册时间", "opened"),
            f"{_TIME_ZH}；不知道可留空",
            f"{_TIME_EN}; blank: not known",
            _DAY,
        ),
        Column(
            "description",
            "说明",
            ("简介", "账号简介", "功能定位", "功能介绍", "purpose"),
            "账号功能定位",
            "Purpose of the account",
            "发布政务信息",
        ),
    ),
)

FILINGS = SheetKind(
    "filings",
    "备案",
    (
        *_ACCOUNT,
        Column(
            "kind",
            "备案类别",
            ("备案类型", "备案事项", "类别", "filing type", "type"),
            "开设、变更、注销或关停",
            "Opening, change, cancelling or closing",
            "变更",
            "yes",
            offered=("开设", "变更", "注销", "关停"),
        ),
        Column(
            "effective_at",
            "生效时间",
            ("办理时间", "实际时间", "变更时间", "注销时间", "关停时间", "开设时间", "生效日期"),
            f"实际开设、变更或注销的时间，{_TIME_ZH}",
            f"When it took effect. {_TIME_EN}",
            _DAY,
            "yes",
        ),
        Column(
            "filed_at",
            "备案时间",
            ("备案日期", "报备时间", "报备日期", "filing date"),
            f"报送备案的时间，{_TIME_ZH}",
            f"When it was filed. {_TIME_EN}",
            _DAY,
        ),
        Column(
            "reason",
            "原因",
            ("备案原因", "变更原因", "注销原因", "关停原因", "理由"),
            "备案原因",
            "Reason",
            "机构改革",
        ),
        Column(
            "new_name",
            "新名称",
            ("变更后名称", "变更后账号名称", "新账号名称"),
            "仅变更时填写",
            "Only for a change",
            "某市政务",
        ),
        Column(
            "new_owner",
            "新主办单位",
            ("变更后主办单位",),
            "仅变更时填写",
            "Only for a change",
            "某市大数据局",
        ),
        Column(
            "new_tier",
            "新层级",
            ("变更后层级", "新主办单位层级"),
            "仅变更时填写",
            "Only for a change",
            "市级部门和单位",
        ),
        Column("new_area", "新地区", ("变更后地区",), "仅变更时填写", "Only for a change", "某市"),
        Column(
            "new_description",
            "新说明",
            ("变更后说明", "新简介", "变更后简介"),
            "仅变更时填写",
            "Only for a change",
            "发布政务信息",
        ),
    ),
)

FINDINGS = SheetKind(
    "findings",
    "问题",
    (
        *_ACCOUNT,
        Column(
            "rule",
            "问题",
            ("指标", "检查指标", "问题类型", "问题指标", "问题/指标", "突出问题", "rule code", "problem"),
            "指标名称或代码",
            "Name or code of the rule",
            "发布商业广告",
            "yes",
        ),
        Column(
            "severity",
            "性质",
            ("问题性质", "是否单项否决", "单项否决/扣分"),
            "单项否决或扣分，可留空按指标确定",
            "Red line or deduction; blank: as the rule says",
            "扣分",
            offered=("单项否决", "扣分"),
        ),
        Column(
            "count",
            "数量",
            ("次数", "条数", "处数", "问题数量", "number"),
            "问题个数，留空为 1",
            "How many; blank: 1",
            "1",
            numeric=True,
        ),
        Column(
            "found_at",
            "发现时间",
            ("发现日期", "检查时间", "检查日期", "found"),
            _TIME_ZH,
            _TIME_EN,
            _AT,
            "yes",
        ),
        Column(
            "finder",
            "发现单位",
            ("检查单位", "监测机构", "监测单位", "来源", "found by"),
            "发现问题的单位，不填个人姓名",
            "Unit that found it, not a person",
            "某监测公司",
        ),
        Column(
            "note",
            "备注",
            ("说明", "问题描述", "具体表现", "情况说明", "details"),
            "具体情况",
            "Details",
            "首页横幅",
        ),
    ),
)

LOOKS = SheetKind(
    "looks",
    "检查",
    (
        *_ACCOUNT,
        Column(
            "looked_at",
            "检查时间",
            ("检查日期", "巡查时间", "巡查日期", "查看时间", "监测时间", "checked at", "looked"),
            _TIME_ZH,
            _TIME_EN,
            _AT,
            "yes",
        ),
        Column(
            "newest_post_at",
            "最新发布时间",
            ("最近发布时间", "最新更新时间", "最后更新时间", "最后发布时间", "newest post", "last post"),
            f"检查时看到的最新一条，{_TIME_ZH}；没有看到可留空",
            f"Newest post seen. {_TIME_EN}; blank: none seen",
            _AT,
        ),
    ),
)

POSTS = SheetKind(
    "posts",
    "发布",
    (
        *_ACCOUNT,
        Column(
            "published_at",
            "发布时间",
            ("发布日期", "发表时间", "推送时间", "published", "publish time"),
            f"{_TIME_ZH}；留空表示该账号在申报时段内没有发布",
            f"{_TIME_EN}; blank: no post in the declared span",
            _AT,
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

KINDS = (ACCOUNTS, FILINGS, FINDINGS, LOOKS, POSTS)
