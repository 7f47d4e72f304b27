"""Columns and words that several kinds of sheets share."""

from msgspec.structs import replace

from connectors.sheets.columns import Column
from connectors.sheets.vocabulary import PLATFORMS

ID_NAMES = ("账号标识", "账号编号", "平台账号ID", "账户ID", "given_id", "id", "native id", "原始ID")
NAME_NAMES = ("名称", "账号", "账号名", "新媒体名称", "政务新媒体名称", "account name", "account")
PLATFORM_NAMES = ("平台名称", "所属平台", "开设平台", "平台类型", "账号平台")
OWNER_NAMES = ("主办单位名称", "开办单位", "主办", "owner unit")
TIER_NAMES = ("主办单位层级", "单位层级", "层级类别", "级别", "owner tier")
AREA_NAMES = ("所属地区", "区域", "所属区域", "行政区划", "region")
TIME_ZH = "如 2021-06-16 17:05；不写时区为北京时间；只写日期按当天 23:59:59 计"
TIME_EN = "Like 2021-06-16 17:05; no zone means +08:00; a date alone means the end of that day"
OFFICE = "某市人民政府办公室"
AT = "2021-06-16 17:05"
DAY = "2021-06-16"
ID_ZH = "账号在平台上的唯一标识，按文本填写"
ID_EN = "The id of the account on its platform, as text"

NAME = Column("name", "账号名称", NAME_NAMES, "平台上显示的名称", "Name on the platform", "某市发布", "yes")
PLATFORM = Column(
    "platform",
    "平台",
    PLATFORM_NAMES,
    "从列表选择；列表之外的平台可直接填写",
    "Choose, or write another platform",
    "微信订阅号",
    "yes",
    offered=PLATFORMS,
    strict=False,
)
OWNER = Column("owner", "主办单位", OWNER_NAMES, "主办单位全称", "Owner unit in full", OFFICE, of_owner=True)
ID = Column("account_id", "账号ID", ID_NAMES, ID_ZH, ID_EN, "gh_0123456789ab")

TIER = Column(
    "tier", "层级", TIER_NAMES, "主办单位层级", "Tier of the owner unit", "市级部门和单位", of_owner=True
)
AREA = Column("area", "地区", AREA_NAMES, "所属地区", "Area", "某市", of_owner=True)

# How the other sheets say which account a row is about.
ACCOUNT = (
    replace(ID, needed="account"),
    replace(NAME, needed="account"),
    replace(PLATFORM, needed="account"),
    OWNER,
)

LINK = Column(
    "link",
    "账号链接",
    ("账号网址", "账号地址", "主页链接", "account link"),
    "账号主页或二维码的链接",
    "Link of the account's page",
    "https://example.cn/account",
)
SECTION = Column(
    "section",
    "管理科室",
    ("责任科室", "主管科室", "负责科室", "section"),
    "主办单位内负责管理的科室",
    "Section of the owner that manages it",
    "政务公开科",
    of_owner=True,
)
OPERATOR = Column(
    "operator",
    "运维机构",
    ("运维单位", "运营单位", "代运营单位", "operating firm"),
    "受委托承担日常运维的机构",
    "Firm that runs it for the owner",
    "某文化传媒公司",
)
VERIFIED_AS = Column(
    "verified_as",
    "认证信息",
    ("认证主体", "公开认证信息", "认证名称", "verification"),
    "平台上公开的认证信息",
    "What the public verification on the platform says",
    OFFICE,
    of_owner=True,
)

REFERENCE = Column(
    "reference",
    "证据编号",
    ("证据索引", "reference"),
    "另行保管的证据的编号；泄密和有害内容只填编号，不写内容",
    "Reference of what is kept elsewhere; the only evidence of secrets and harmful content",
    "保密柜-2021-07",
)
