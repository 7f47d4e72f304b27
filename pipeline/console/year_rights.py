"""Rights of the pages of the office's year, which stand in the one table (`rights.py`) with the others."""

from pipeline.access.users import Role
from pipeline.console.right import Reach, Right, listed

_WHOLE_CITY = {Role.CLERK: Reach.ALL, Role.SIGNER: Reach.ALL, Role.AUDITOR: Reach.ALL}
_READERS = {**_WHOLE_CITY, Role.COMPETENT: Reach.AREA}
_READ = Right({**_READERS, Role.OWNER: Reach.UNIT})
_OFFICE = Right(_WHOLE_CITY)
_CLERK = {Role.CLERK: Reach.ALL}
_WRITE = Right(_CLERK)
_SIGNER = {Role.SIGNER: Reach.ALL}
_CLERK_OR_SIGNER = {**_CLERK, **_SIGNER}
_TESTS = Right({**_READERS, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.OWN})

YEAR_RIGHTS: dict[tuple[str, str], Right] = {
    # 政策解读, 重要时间节点, 转载任务, 网站
    ("GET", "/interpretation"): _READ,
    ("GET", "/interpretation.csv"): _READ,
    ("GET", "/interpretation.xlsx"): _READ,
    ("POST", "/interpretation"): _WRITE,
    ("POST", "/interpretation/withdraw"): _WRITE,
    ("GET", "/key-periods"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("GET", "/key-periods.csv"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("GET", "/key-periods.xlsx"): Right({**_READERS, Role.OWNER: Reach.ALL}),
    ("POST", "/key-periods"): _WRITE,
    ("GET", "/key-periods/{period}"): _OFFICE,
    ("POST", "/key-periods/{period}/end"): _WRITE,
    ("POST", "/key-periods/{period}/withdraw"): _WRITE,
    ("GET", "/key-periods/{period}/reports/{day}/{ending}"): _OFFICE,
    ("GET", "/reposts"): _READ,
    ("GET", "/reposts.csv"): _READ,
    ("GET", "/reposts.xlsx"): _READ,
    ("GET", "/reposts/order"): _WRITE,
    ("POST", "/reposts/order"): _WRITE,
    ("GET", "/reposts/{order}"): _READ,
    ("POST", "/reposts/{order}/done"): Right({Role.CLERK: Reach.ALL, Role.OWNER: Reach.UNIT}),
    ("POST", "/reposts/{order}/withdraw"): _WRITE,
    ("GET", "/sites"): _READ,
    ("GET", "/sites.xlsx"): _READ,
    ("GET", "/sites.csv"): _READ,
    ("GET", "/sites/{domain}"): _READ,
    ("POST", "/sites/{domain}/finding"): _WRITE,
    ("POST", "/sites/{domain}/confirm"): Right({Role.CLERK: Reach.ALL, Role.COMPETENT: Reach.AREA}),
    ("POST", "/sites/{domain}/dismiss"): Right({Role.CLERK: Reach.ALL, Role.COMPETENT: Reach.AREA}),
    ("GET", "/site-checks"): _OFFICE,
    ("GET", "/site-checks.xlsx"): _OFFICE,
    ("GET", "/site-checks.csv"): _OFFICE,
    ("POST", "/site-checks/keep"): _WRITE,
    ("GET", "/site-checks/{name}"): _OFFICE,
    ("POST", "/site-checks/{name}/verify"): _OFFICE,
    # 阅评: what was read stands on these pages, so the firm and those below the city have none
    ("GET", "/review"): _OFFICE,
    ("GET", "/review.xlsx"): _OFFICE,
    ("GET", "/review.csv"): _OFFICE,
    ("GET", "/review/figures"): _OFFICE,
    ("GET", "/review/{suspicion}"): _OFFICE,
    ("POST", "/review/{suspicion}/confirm"): _WRITE,
    ("POST", "/review/{suspicion}/dismiss"): _WRITE,
    ("POST", "/review/{suspicion}/undo"): _WRITE,
    # 互动测试
    ("GET", "/interaction"): _TESTS,
    ("GET", "/interaction.xlsx"): _TESTS,
    ("GET", "/interaction.csv"): _TESTS,
    ("GET", "/interaction/{test}"): _TESTS,
    ("GET", "/interaction/plan"): _WRITE,
    ("POST", "/interaction/plan"): _WRITE,
    ("GET", "/interaction/ask"): _WRITE,
    ("POST", "/interaction/ask"): _WRITE,
    ("POST", "/interaction/{test}/asked"): _WRITE,
    ("POST", "/interaction/{test}/answer"): _WRITE,
    ("POST", "/interaction/{test}/withdraw"): _WRITE,
    **listed("/interaction/functions", Right(_READERS)),
    ("POST", "/interaction/functions"): _WRITE,
    ("POST", "/interaction/functions/notice"): _WRITE,
    ("POST", "/interaction/functions/notice/withdraw"): _WRITE,
    ("GET", "/interaction/functions/{failure}"): Right(_READERS),
    ("POST", "/interaction/functions/{failure}/confirm"): _WRITE,
    ("POST", "/interaction/functions/{failure}/dismiss"): _WRITE,
    ("POST", "/interaction/functions/{failure}/withdraw"): _WRITE,
    ("POST", "/interaction/{test}/confirm"): _WRITE,
    ("POST", "/interaction/{test}/dismiss"): _WRITE,
    # 适用规则、条线、备案材料
    **listed("/rulings", Right(_READERS)),
    ("POST", "/rulings"): _WRITE,
    ("POST", "/rulings/class"): _WRITE,
    ("POST", "/rulings/originals"): _WRITE,
    **listed("/rulings/lines", _OFFICE),
    ("POST", "/rulings/lines"): _WRITE,
    **listed("/rulings/papers", Right(_READERS)),
    ("POST", "/rulings/papers"): _WRITE,
    # 历年数据
    **listed("/counts", Right(_READERS)),
    ("GET", "/counts/{figure}"): Right(_READERS),
    # 提升整合关停
    **listed("/advice", Right(_READERS)),
    # 监测验收: a firm sees its own
    **listed("/firm", Right({**_WHOLE_CITY, Role.FIRM: Reach.OWN})),
    ("GET", "/firm/sheet"): Right({**_WHOLE_CITY, Role.FIRM: Reach.OWN}),
    ("POST", "/advice/decide"): _WRITE,
    ("POST", "/advice/withdraw"): _WRITE,
    # 季度报告
    **listed("/upward", _OFFICE),
    ("GET", "/upward/{name}"): _OFFICE,
    ("GET", "/upward/{name}/files/{ending}"): _OFFICE,
    # 上级工单
    **listed("/work-orders", Right(_READERS)),
    ("POST", "/work-orders"): _WRITE,
    ("POST", "/work-orders/answer"): _WRITE,
    ("POST", "/work-orders/withdraw"): _WRITE,
    ("GET", "/work-orders/answer.docx"): Right(_READERS),
    # 整改
    **listed("/tasks", _READ),
    **listed("/tasks/units", _READ),
    ("GET", "/tasks/sheet"): _READ,
    # 年度考核: a unit sees its own once it was told
    ("GET", "/assessment"): _READ,
    ("GET", "/assessment.csv"): _READ,
    ("GET", "/assessment.xlsx"): _READ,
    ("GET", "/assessment/draft"): _WRITE,
    ("POST", "/assessment/draft"): _WRITE,
    ("POST", "/assessment/tell"): _WRITE,
    ("POST", "/assessment/withdraw-telling"): _WRITE,
    ("POST", "/assessment/finalize"): Right(_SIGNER, second="sign"),
    ("GET", "/assessment/{year}/{unit}"): _READ,
    ("GET", "/assessment/{year}/{unit}/sheet"): _READ,
    ("GET", "/assessment/{year}/{unit}/evidence/{sha256}"): _READ,
    ("POST", "/assessment/{year}/{unit}/note"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    ("POST", "/assessment/{year}/{unit}/object"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    ("POST", "/assessment/{year}/{unit}/review"): Right(_CLERK, second="approve"),
    ("POST", "/assessment/{year}/{unit}/withdraw"): _WRITE,
    ("POST", "/assessment/{year}/{unit}/decide"): Right(_CLERK_OR_SIGNER, second="decide"),
    ("POST", "/assessment/{year}/{unit}/withdraw-objection"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    ("GET", "/tasks/order"): _WRITE,
    ("POST", "/tasks/order"): _WRITE,
    ("GET", "/tasks/{task}"): _READ,
    ("POST", "/tasks/{task}/answer"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    ("POST", "/tasks/{task}/take-back"): _WRITE,
    ("POST", "/tasks/{task}/recheck"): Right(_CLERK_OR_SIGNER, second="recheck"),
    ("POST", "/tasks/{task}/recheck/take-back"): Right(_CLERK_OR_SIGNER),
    ("GET", "/tasks/{task}/evidence/{sha256}"): _READ,
    # 督导
    **listed("/supervision", _READ),
    **listed("/supervision/month", Right(_READERS)),
    ("GET", "/supervision/new"): _WRITE,
    ("POST", "/supervision/new"): _WRITE,
    ("GET", "/supervision/{one}"): _READ,
    ("GET", "/supervision/{one}/document"): _READ,
    ("GET", "/supervision/{one}/evidence/{sha256}"): _READ,
    ("POST", "/supervision/{one}/answer"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    ("POST", "/supervision/{one}/take-back"): _WRITE,
    ("POST", "/supervision/{one}/withdraw"): _WRITE,
}
"""By method and path of each route."""
