"""The sheet of responsible people: goes into the people store, never into an event."""

from connectors.people.roles import TITLES
from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import OFFICE

PEOPLE = SheetKind(
    "people",
    "人员",
    (
        Column(
            "unit",
            "单位",
            ("单位名称", "主办单位", "主办单位名称", "所在单位", "owner", "owner unit"),
            "主办单位全称",
            "Owner unit in full",
            OFFICE,
            "yes",
            of_owner=True,
        ),
        Column(
            "role",
            "角色",
            ("岗位", "分工", "职责", "人员类别"),
            "从列表选择",
            "Choose",
            "主要领导",
            "yes",
            offered=tuple(TITLES.values()),
        ),
        Column("name", "姓名", ("名字", "人员姓名"), "姓名", "Name", "张某", "yes"),
        Column("post", "职务", ("职位", "行政职务"), "职务", "Post", "主任"),
        Column(
            "phone",
            "联系方式",
            ("联系电话", "电话", "手机", "手机号", "手机号码", "办公电话", "tel", "mobile"),
            "按文本填写",
            "Phone number, as text",
            "010-00000000",
        ),
        Column(
            "wecom",
            "企业微信账号",
            ("企业微信", "企业微信ID", "政务微信账号", "政务微信ID"),
            "通讯录中的账号",
            "User id in WeCom",
            "zhangmou",
        ),
        Column(
            "dingtalk",
            "钉钉账号",
            ("钉钉", "钉钉ID", "钉钉userid", "专有钉钉账号", "浙政钉账号"),
            "通讯录中的 userid",
            "User id in DingTalk",
            "manager01",
        ),
        Column("feishu", "飞书账号", ("飞书", "飞书ID"), "open_id 或 user_id", "Id in Feishu", "ou_84aad35d"),
        Column(
            "mail",
            "电子邮箱",
            ("邮箱", "电子邮件", "邮箱地址", "Email"),
            "邮箱地址",
            "Mail address",
            "zhang@example.cn",
        ),
    ),
)
