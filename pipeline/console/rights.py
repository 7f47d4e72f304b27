"""The one table of rights: who may call which route, about what, and which rule of two persons holds there.

A route without a row does not start. What a reach means for a list is the scope of its query, never a check in a
template (docs/design.md, Rights).
"""

from collections.abc import Iterable

from pipeline.access.users import Role
from pipeline.console.right import Reach, Right, listed
from pipeline.console.year_rights import YEAR_RIGHTS

__all__ = [
    "EVERYBODY",
    "PROGRAM",
    "PUBLIC",
    "RIGHTS",
    "SIGNED_IN",
    "Reach",
    "Right",
    "require_rights",
    "right_of",
]

_OFFICE = {Role.CLERK: Reach.ALL, Role.SIGNER: Reach.ALL}
_WHOLE_CITY = {**_OFFICE, Role.AUDITOR: Reach.ALL}
_SIGNER = {Role.SIGNER: Reach.ALL}
_READERS = {**_OFFICE, Role.AUDITOR: Reach.ALL, Role.COMPETENT: Reach.AREA}
_CLERK = {Role.CLERK: Reach.ALL}
_WITH_OWNERS = Right({**_READERS, Role.OWNER: Reach.UNIT})
_ACCOUNT = _WITH_OWNERS
_ACCOUNTS = Right({**_READERS, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.NAMES})
_EVERY_ROLE = dict.fromkeys(Role, Reach.ALL)
_FILINGS = {**_READERS, Role.OWNER: Reach.UNIT}
_APPLICANTS = {**_CLERK, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT}
_SENDERS = Right(
    {Role.CLERK: Reach.ALL, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.OWN}
)
"""Who hands papers in; of what, and which of it they see, `pipeline/office/intake/sender.py` says."""

_SENDERS_READ = Right({**_SENDERS.who, Role.SIGNER: Reach.ALL, Role.AUDITOR: Reach.ALL})
_READS_SOURCES = Right({**_OFFICE, Role.ADMIN: Reach.ALL, Role.AUDITOR: Reach.ALL, Role.FIRM: Reach.OWN})
_REPAIRS_SOURCES = Right({Role.CLERK: Reach.ALL, Role.ADMIN: Reach.ALL, Role.FIRM: Reach.OWN})
_REPORTERS = Right({Role.CLERK: Reach.ALL, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT})
_REPORTS_READ = _WITH_OWNERS
_LOOK = Right({Role.CLERK: Reach.ALL, Role.COMPETENT: Reach.AREA, Role.FIRM: Reach.NAMES})
_LOOKERS = Right({**_LOOK.who, Role.SIGNER: Reach.ALL})
_AFTER_ISSUE = {
    Role.CLERK: Reach.ALL,
    Role.SIGNER: Reach.ALL,
    Role.AUDITOR: Reach.ALL,
    Role.COMPETENT: Reach.AREA,
    Role.OWNER: Reach.NAMES,
    Role.FIRM: Reach.NAMES,
    Role.CHECKER: Reach.NAMES,
}
"""A bulletin before it went out is the office's that runs its round, afterwards everybody's who signs in."""
EVERYBODY = Right(everybody=True)
SIGNED_IN = Right(signed_in=True)
PUBLIC = Right(everybody=True, unsigned=True)
_USERS = Right(
    {Role.ADMIN: Reach.ALL, Role.AUDITOR: Reach.ALL, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT}
)
_ADDERS = Right({Role.ADMIN: Reach.ALL, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT})
_ADMINS = Right({Role.ADMIN: Reach.ALL, Role.COMPETENT: Reach.AREA})
_TOKENS = Right({Role.ADMIN: Reach.ALL, Role.AUDITOR: Reach.ALL, Role.FIRM: Reach.OWN})
_TRAIL = Right({**_READERS, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.OWN, Role.CHECKER: Reach.OWN})
PROGRAM = Right(program=True)
_ROUND_READERS = Right(_READERS)
_RUNS = {**_CLERK, Role.COMPETENT: Reach.AREA}
"""Who plans and runs rounds: the city's office, and competent offices those of their area alone (`acts_in`)."""
_SIGNS = {**_SIGNER, Role.COMPETENT: Reach.AREA}
_SHEETS = {**_RUNS, Role.CHECKER: Reach.OWN}
_FINDINGS = {**_READERS, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.OWN, Role.CHECKER: Reach.OWN}
_OBJECTIONS = {**_READERS, Role.OWNER: Reach.UNIT}
_OBJECTS = {**_CLERK, Role.OWNER: Reach.UNIT}


RIGHTS: dict[tuple[str, str], Right] = {
    # the frame
    ("POST", "/views"): SIGNED_IN,
    ("POST", "/views/remove"): SIGNED_IN,
    ("GET", "/"): EVERYBODY,
    ("GET", "/assets/{name}"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    # 今日, 账号
    **listed("/today", Right(_READERS)),
    ("GET", "/search"): _ACCOUNTS,
    **listed("/accounts", _ACCOUNTS),
    ("GET", "/accounts/{number}"): _ACCOUNT,
    ("GET", "/accounts/{number}/year"): _ACCOUNT,
    ("GET", "/accounts/{number}/year.svg"): _ACCOUNT,
    ("GET", "/accounts/{number}/score"): Right(_READERS),
    ("POST", "/accounts/{number}/contact"): Right(
        {**_OFFICE, Role.COMPETENT: Reach.AREA, Role.OWNER: Reach.UNIT}
    ),
    ("POST", "/accounts/{number}/acknowledge"): Right(_APPLICANTS),
    ("POST", "/accounts/{number}/snooze"): Right({**_CLERK, Role.COMPETENT: Reach.AREA}),
    ("POST", "/accounts/{number}/mute"): Right({**_CLERK, Role.COMPETENT: Reach.AREA}),
    ("POST", "/accounts/{number}/resume"): Right({**_CLERK, Role.COMPETENT: Reach.AREA}),
    ("POST", "/accounts/{number}/posted"): Right(_APPLICANTS),
    # who signs in, and what is theirs
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): EVERYBODY,
    ("POST", "/logout"): SIGNED_IN,
    ("GET", "/invite/{token}"): EVERYBODY,
    ("POST", "/invite/{token}"): EVERYBODY,
    ("GET", "/oidc/login"): EVERYBODY,
    ("GET", "/oidc/callback"): EVERYBODY,
    ("GET", "/me"): SIGNED_IN,
    ("GET", "/me/token"): SIGNED_IN,
    ("POST", "/me/large"): SIGNED_IN,
    ("POST", "/me/password"): SIGNED_IN,
    ("GET", "/me/codes"): SIGNED_IN,
    ("POST", "/me/codes"): SIGNED_IN,
    ("POST", "/me/codes/drop"): SIGNED_IN,
    ("GET", "/me/proof"): SIGNED_IN,
    ("POST", "/me/proof"): SIGNED_IN,
    ("POST", "/me/sessions/end"): SIGNED_IN,
    ("POST", "/me/sessions/{session}/end"): SIGNED_IN,
    # the first run
    ("GET", "/setup"): EVERYBODY,
    ("POST", "/setup"): EVERYBODY,
    ("GET", "/setup/office"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/setup/office"): Right({Role.CLERK: Reach.ALL}),
    ("GET", "/setup/data"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/setup/data"): Right({Role.CLERK: Reach.ALL}),
    # users; what each of them may do about whom the pages' own rules narrow further
    ("GET", "/users"): _USERS,
    ("GET", "/users.xlsx"): _USERS,
    ("GET", "/users.csv"): _USERS,
    ("GET", "/users/new"): _ADDERS,
    ("POST", "/users"): _ADDERS,
    ("GET", "/users/{user}"): _USERS,
    ("POST", "/users/{user}/grant"): Right({Role.ADMIN: Reach.ALL}, second="admin"),
    ("POST", "/users/{user}/agree"): Right({Role.ADMIN: Reach.ALL}, second="admin"),
    ("POST", "/users/{user}/revoke"): Right({Role.ADMIN: Reach.ALL}),
    ("POST", "/users/{user}/disable"): _ADMINS,
    ("POST", "/users/{user}/enable"): _ADMINS,
    ("POST", "/users/{user}/invite"): _ADMINS,
    ("POST", "/users/{user}/sessions/end"): _ADMINS,
    ("POST", "/users/{user}/codes/drop"): Right({Role.ADMIN: Reach.ALL}),
    # tokens
    ("GET", "/tokens"): _TOKENS,
    ("GET", "/tokens.xlsx"): _TOKENS,
    ("GET", "/tokens.csv"): _TOKENS,
    ("GET", "/tokens/new"): Right({Role.ADMIN: Reach.ALL}),
    ("POST", "/tokens"): Right({Role.ADMIN: Reach.ALL}),
    ("POST", "/tokens/{token}/revoke"): Right({Role.ADMIN: Reach.ALL, Role.FIRM: Reach.OWN}),
    # the trail of acts
    ("GET", "/audit"): _TRAIL,
    ("GET", "/audit.xlsx"): _TRAIL,
    ("GET", "/audit.csv"): _TRAIL,
    # programs; a page as JSON has the rights of the page
    ("POST", "/api/v1/events"): PROGRAM,
    ("POST", "/api/v1/hints"): PROGRAM,
    ("GET", "/api/v1/push/{source}"): PUBLIC,  # hubs; what they push is signed with the secret of the source
    ("POST", "/api/v1/push/{source}"): PUBLIC,
    ("GET", "/api/v1/{page}"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    # parts of pages, for developers
    ("GET", "/parts"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.xlsx"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.csv"): Right({Role.ADMIN: Reach.ALL}),
    # 规则
    ("GET", "/rulesets"): Right(_EVERY_ROLE),
    ("GET", "/rulesets.xlsx"): Right(_EVERY_ROLE),
    ("GET", "/rulesets.csv"): Right(_EVERY_ROLE),
    ("GET", "/rulesets/{label}"): Right(_EVERY_ROLE),
    ("POST", "/rulesets/{label}/propose"): Right(_CLERK),
    ("POST", "/rulesets/{label}/adopt"): Right({Role.SIGNER: Reach.ALL}, second="ruleset"),
    # 单位与人员
    ("GET", "/units"): Right(_FILINGS),
    ("GET", "/units.xlsx"): Right(_FILINGS),
    ("GET", "/units.csv"): Right(_FILINGS),
    ("POST", "/units/duty"): Right(_CLERK),
    ("GET", "/units/{code}"): Right(_FILINGS),
    ("POST", "/units/{code}/person"): Right({**_APPLICANTS, Role.SIGNER: Reach.ALL}),
    ("POST", "/units/{code}/people"): Right(_APPLICANTS),
    ("POST", "/units/{code}/erase"): Right(_APPLICANTS),
    ("POST", "/units/{code}/erase/agree"): Right(_OFFICE, second="erase"),
    # 重点关注
    **listed("/focus", Right(_READERS)),
    ("POST", "/focus/flag"): Right({**_CLERK, Role.COMPETENT: Reach.AREA}),
    ("GET", "/focus/update"): Right(_CLERK),
    ("POST", "/focus/update"): Right(_CLERK),
    ("GET", "/focus/{number}"): Right(_READERS),
    ("POST", "/focus/{number}/withdraw"): Right(_CLERK),
    # 备案
    ("GET", "/filings"): Right(_FILINGS),
    ("GET", "/filings.xlsx"): Right(_FILINGS),
    ("GET", "/filings.csv"): Right(_FILINGS),
    ("GET", "/filings/form.docx"): Right(_FILINGS),
    ("GET", "/filings/new"): Right(_APPLICANTS),
    ("POST", "/filings/new"): Right(_APPLICANTS),
    ("GET", "/filings/{number}"): Right(_FILINGS),
    ("GET", "/filings/{number}/form.docx"): Right(_FILINGS),
    ("POST", "/filings/{number}/opinion"): Right({**_OFFICE, Role.OWNER: Reach.UNIT}, second="approve"),
    ("POST", "/filings/{number}/file"): Right(_CLERK),
    ("POST", "/filings/{number}/forward"): Right(_CLERK),
    ("POST", "/filings/{number}/withdraw"): Right({**_CLERK, Role.OWNER: Reach.UNIT}),
    # 数据报送 and 无法识别
    ("GET", "/in"): _SENDERS_READ,
    ("GET", "/in.xlsx"): _SENDERS_READ,
    ("GET", "/in.csv"): _SENDERS_READ,
    ("POST", "/in"): _SENDERS,
    ("GET", "/in/plans/{plan}"): _SENDERS,
    ("POST", "/in/plans/{plan}"): _SENDERS,
    ("POST", "/in/plans/{plan}/confirm"): Right(_SENDERS.who, second="replace"),
    ("POST", "/in/plans/{plan}/back"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/in/plans/{plan}/drop"): _SENDERS,
    ("POST", "/in/plans/{plan}/original"): _SENDERS,
    ("GET", "/in/letters"): _READS_SOURCES,
    ("GET", "/in/letters.xlsx"): _READS_SOURCES,
    ("GET", "/in/letters.csv"): _READS_SOURCES,
    ("POST", "/in/letters/replay"): _REPAIRS_SOURCES,
    ("GET", "/in/letters/{letter}"): _READS_SOURCES,
    ("POST", "/in/letters/{letter}/replay"): _REPAIRS_SOURCES,
    ("POST", "/in/letters/{letter}/erase"): Right({Role.CLERK: Reach.ALL, Role.ADMIN: Reach.ALL}),
    ("GET", "/in/{number}"): _SENDERS_READ,
    ("GET", "/in/{number}/records.xlsx"): _SENDERS_READ,
    ("GET", "/in/{number}/records.csv"): _SENDERS_READ,
    ("POST", "/in/{number}/undo"): Right(_SENDERS.who, second="undo"),
    ("POST", "/in/{number}/replace"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/in/{number}/original"): _SENDERS,
    # 数据来源
    ("GET", "/sources"): _READS_SOURCES,
    ("GET", "/sources.xlsx"): _READS_SOURCES,
    ("GET", "/sources.csv"): _READS_SOURCES,
    ("GET", "/sources/{source}"): _READS_SOURCES,
    ("POST", "/sources/{source}/stall"): Right(_CLERK),
    ("POST", "/sources/{source}/lift"): Right(_OFFICE, second="override"),
    # 疑似线索
    **listed("/suggestions", Right(_READERS)),
    ("GET", "/suggestions/{suggestion}"): Right(_READERS),
    ("POST", "/suggestions/{suggestion}/confirm"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/suggestions/{suggestion}/dismiss"): Right({Role.CLERK: Reach.ALL}),
    # 自查报送
    ("GET", "/reports"): _REPORTS_READ,
    ("GET", "/reports/{quarter}"): _REPORTS_READ,
    ("GET", "/reports/{quarter}/list.xlsx"): _REPORTS_READ,
    ("GET", "/reports/{quarter}/list.csv"): _REPORTS_READ,
    ("GET", "/reports/{quarter}/fill"): _REPORTERS,
    ("POST", "/reports/{quarter}/fill"): _REPORTERS,
    ("POST", "/reports/{quarter}/withdraw"): Right({Role.CLERK: Reach.ALL}, second="withdraw"),
    # 巡查清单
    **listed("/looks", _LOOKERS),
    ("GET", "/looks/record"): _LOOK,
    ("POST", "/looks/record"): _LOOK,
    # rounds: from the plan to the freeze
    ("GET", "/rounds"): Right({**_READERS, Role.CHECKER: Reach.OWN}),
    ("GET", "/rounds.xlsx"): _ROUND_READERS,
    ("GET", "/rounds.csv"): _ROUND_READERS,
    ("GET", "/rounds/new"): Right(_RUNS),
    ("POST", "/rounds/new"): Right(_RUNS),
    ("GET", "/rounds/{name}"): Right({**_READERS, Role.CHECKER: Reach.OWN}),
    ("GET", "/rounds/{name}/plan"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample.xlsx"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample.csv"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results.xlsx"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results.csv"): _ROUND_READERS,
    ("GET", "/rounds/{name}/verify"): _ROUND_READERS,
    ("POST", "/rounds/{name}/draw"): Right(_RUNS),
    ("POST", "/rounds/{name}/serve"): Right(_RUNS),
    ("POST", "/rounds/{name}/propose"): Right(_RUNS),
    ("POST", "/rounds/{name}/freeze"): Right({**_RUNS, **_SIGNER}, second="freeze"),
    ("POST", "/rounds/{name}/revise"): Right(_RUNS),
    ("POST", "/rounds/{name}/close"): Right(_RUNS),
    ("POST", "/rounds/{name}/cancel"): Right(_RUNS),
    ("GET", "/rounds/{name}/sheets"): Right({**_SHEETS, Role.SIGNER: Reach.ALL}),
    ("POST", "/rounds/{name}/sheets"): Right(_RUNS),
    ("GET", "/rounds/{name}/sheets.zip"): Right(_RUNS),
    ("GET", "/rounds/{name}/sheets/{checker}"): Right(_SHEETS),
    ("POST", "/rounds/{name}/sheets/{checker}"): Right(_SHEETS),
    ("GET", "/rounds/{name}/sheets/{checker}/form"): Right(_SHEETS),
    ("POST", "/rounds/{name}/sheets/{checker}/form"): Right(_SHEETS),
    # findings and objections
    **listed("/findings", Right(_FINDINGS)),
    ("GET", "/findings/new"): Right(_CLERK),
    ("POST", "/findings/new"): Right(_CLERK),
    ("GET", "/findings/{number}"): Right(_FINDINGS),
    ("GET", "/findings/{number}/evidence/{digest}"): Right(_FINDINGS),
    ("POST", "/findings/{number}/recheck"): Right(_SHEETS, second="recheck"),
    ("POST", "/findings/{number}/withdraw"): Right(_CLERK, second="take_back"),
    ("POST", "/findings/{number}/object"): Right(_OBJECTS),
    ("GET", "/objections"): Right(_OBJECTIONS),
    ("GET", "/objections.xlsx"): Right(_OBJECTIONS),
    ("GET", "/objections.csv"): Right(_OBJECTIONS),
    ("GET", "/objections/new"): Right(_OBJECTS),
    ("POST", "/objections/new"): Right(_OBJECTS),
    ("GET", "/objections/{number}"): Right(_OBJECTIONS),
    ("GET", "/objections/{number}/evidence/{digest}"): Right(_OBJECTIONS),
    ("POST", "/objections/{number}/propose"): Right(_RUNS),
    ("POST", "/objections/{number}/decide"): Right(_SIGNS, second="decide"),
    # comparison of moments, and the rules of two persons
    **listed("/compare", Right({**_OFFICE, Role.AUDITOR: Reach.ALL})),
    ("GET", "/two-persons"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL, Role.ADMIN: Reach.ALL}),
    ("POST", "/two-persons"): Right({Role.SIGNER: Reach.ALL}),
    # the public's pages, and what the office does with their reports
    ("GET", "/p"): PUBLIC,
    ("GET", "/p/check"): PUBLIC,
    ("GET", "/p/counts"): PUBLIC,
    ("GET", "/p/open"): PUBLIC,
    ("GET", "/p/open/accounts.csv"): PUBLIC,
    ("GET", "/p/open/accounts.json"): PUBLIC,
    ("GET", "/p/privacy"): PUBLIC,
    ("GET", "/p/report"): PUBLIC,
    ("POST", "/p/report"): PUBLIC,
    ("GET", "/p/{number}"): PUBLIC,
    ("GET", "/reports-from-public"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public.xlsx"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public.csv"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public/{number}"): Right(_WHOLE_CITY),
    ("POST", "/reports-from-public/{number}/finding"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/counterfeit"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/close"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/contact"): Right(_OFFICE),
    ("POST", "/reports-from-public/{number}/erase"): Right({Role.CLERK: Reach.ALL}),
    # 通报
    ("GET", "/bulletins"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins.csv"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins.xlsx"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/files/{ending}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/figures/{place}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/words"): Right(_RUNS),
    ("POST", "/bulletins/{name}/words"): Right(_RUNS),
    ("POST", "/bulletins/{name}/draft"): Right(_RUNS),
    ("POST", "/bulletins/{name}/check"): Right(_RUNS),
    ("POST", "/bulletins/{name}/submit"): Right(_RUNS),
    ("POST", "/bulletins/{name}/sign"): Right(_SIGNS, second="sign"),
    ("POST", "/bulletins/{name}/issue"): Right(_RUNS, second="sign"),
    ("GET", "/bulletins/{name}/correction"): Right(_READERS),
    ("GET", "/bulletins/{name}/correction/files/{ending}"): Right(_READERS),
    ("POST", "/bulletins/{name}/correction"): Right(_RUNS),
    ("POST", "/bulletins/{name}/correction/sign"): Right(_SIGNS, second="sign"),
    ("POST", "/bulletins/{name}/correction/issue"): Right(_RUNS, second="sign"),
    # 我的账号
    ("GET", "/my"): Right({Role.OWNER: Reach.UNIT}),
    ("POST", "/my/{account}/known"): Right({Role.OWNER: Reach.UNIT}),
    ("POST", "/my/{account}/posted"): Right({Role.OWNER: Reach.UNIT}),
    ("POST", "/my/{account}/later"): Right({Role.OWNER: Reach.UNIT}),
    # signed links: the token is the right
    ("GET", "/s/{token}"): PUBLIC,
    ("POST", "/s/{token}/known"): PUBLIC,
    # the office's year
    **YEAR_RIGHTS,
}
"""By method and path of each route."""


def right_of(method: str, path: str) -> Right:
    """Return the row of a route; raises `KeyError` where there is none."""
    return RIGHTS["GET" if method == "HEAD" else method, path]


def require_rights(routes: Iterable[tuple[str, str]]) -> None:
    """Demand a row for each route, and a route for each row; raises `KeyError` with those that lack the other."""
    served = {route for route in routes if route[0] not in ("HEAD", "OPTIONS")}
    if served != RIGHTS.keys():
        raise KeyError(*sorted(served ^ RIGHTS.keys()))
