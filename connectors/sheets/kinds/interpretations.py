"""The sheet of policy interpretation 政策解读: a row for each interpretation, or for a document that has none."""

from connectors.sheets.columns import Column, SheetKind
from connectors.sheets.kinds.shared import DAY, TIME_EN, TIME_ZH

INTERPRETATIONS = SheetKind(
    "interpretations",
    "政策解读",
    (
        Column(
            "number",
            "文号",
            ("发文字号", "文件字号", "文件编号", "document number"),
            "文件的发文字号；同一文件可占多行",
            "Number of the document; it may take several rows",
            "某府规〔2022〕1号",
            "yes",
        ),
        Column(
            "title",
            "标题",
            ("文件标题", "文件名称", "规范性文件名称", "document title"),
            "文件标题；已登记的文件可留空",
            "Title of the document; blank where it is known",
            "关于印发某办法的通知",
        ),
        Column(
            "unit",
            "牵头起草部门",
            ("起草部门", "起草单位", "制定机关", "发文单位", "责任单位", "drafted by"),
            "牵头起草的部门；已登记的文件可留空",
            "Who drafted it; blank where the document is known",
            "某市水利局",
        ),
        Column(
            "published",
            "发布日期",
            ("印发日期", "发文日期", "成文日期", "公布日期", "published on"),
            f"文件的发布日期，{TIME_ZH}；已登记的文件可留空",
            f"Day of the document. {TIME_EN}; blank where it is known",
            DAY,
        ),
        Column(
            "normative",
            "是否规范性文件",
            ("规范性文件", "normative"),
            "是或否；空白为是",
            "Yes or no; blank: yes",
            "是",
            offered=("是", "否"),
        ),
        Column(
            "form",
            "解读形式",
            ("解读方式", "形式", "interpretation form"),
            "问答、访谈、图解、音频或H5；没有解读则留空",
            "Questions, interview, graphic, audio or H5; blank: not interpreted",
            "问答",
            "yes",
            offered=("问答", "访谈", "图解", "音频", "H5"),
            strict=False,
        ),
        Column(
            "url",
            "解读链接",
            ("解读网址", "链接", "网址", "interpretation link"),
            "解读页面的链接",
            "Page of the interpretation",
            "https://example.cn/jd/1",
        ),
        Column(
            "interpreted",
            "解读日期",
            ("解读发布日期", "解读时间", "interpreted on"),
            f"解读的发布日期，{TIME_ZH}；填了解读形式时必填",
            f"Day of the interpretation. {TIME_EN}; needed beside a form",
            DAY,
        ),
    ),
)
