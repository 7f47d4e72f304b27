"""The commands: by the first word of each what it does, and the modules that add it. Nothing slow is imported here."""

from typing import NamedTuple


class Command(NamedTuple):
    """What a first word stands for."""

    modules: tuple[str, ...]  # of `pipeline.cli`
    does: str  # one line, as its own help begins
    reads: tuple[str, ...] = ()  # words behind it, "" for none, that ask, and leave the log as it was
    now: str = ""  # of a former name: what the command is called now


COMMANDS: dict[str, Command] = {
    "init": Command(
        ("imports",), "Make the home: log, history and settings. One that exists is left as it is."
    ),
    "templates": Command(
        ("imports",),
        "Write an empty XLSX of each kind of sheet, with Chinese headers and a page that explains them.",
        reads=("",),
    ),
    "today": Command(
        ("today",),
        "Show what today asks: who fails when if nothing is posted, who is over the limit, what came in, what waits.",
        reads=("",),
    ),
    "changes": Command(
        ("changes",),
        "Show what changed since a day: verdicts and why, accounts opened and closed, findings; nothing else.",
        reads=("",),
    ),
    "intake": Command(
        ("intake",),
        "Intake (收件): ordinary paper goes in; `xuncha intake FILE…` reads, shows and asks.",
        reads=("list",),
    ),
    "findings": Command(("imports",), "Findings of checkers.", reads=("list",)),
    "looks": Command(("looks",), "Looks by hand.", reads=("due",)),
    "posts": Command(("imports",), "Posts handed in."),
    "accounts": Command(
        ("accounts",),
        "The registry of accounts.",
        reads=("list", "show", "responsible", "twins", "papers", "lines"),
    ),
    "units": Command(("units",), "Units (单位): who runs accounts, who checks them.", reads=("list", "tree")),
    "filings": Command(
        ("filings", "filing_lists", "filing_forms"),
        "Filings (备案): applied for, approved, filed, forwarded.",
        reads=("list", "late", "form"),
    ),
    "registry": Command(
        ("registry",),
        "The registry as a whole: checks and the national sheet.",
        reads=("check", "export-national", "reconcile"),
    ),
    "counterfeits": Command(("counterfeits",), "Counterfeit accounts (假冒).", reads=("list",)),
    "sites": Command(
        ("sites", "site_checks", "site_reading"),
        "Websites of government (政府网站) and of public institutions.",
        reads=("list", "columns", "suggestions", "facts", "status", "show", "checks", "result", "verify"),
    ),
    "interaction": Command(
        ("interaction",),
        "Interaction tests (互动测试) of accounts and websites, and functions that fail.",
        reads=("tests", "functions"),
    ),
    "suggestions": Command(
        ("suggestions",), "Suggestions of patrol about accounts (疑似线索).", reads=("list",)
    ),
    "review": Command(
        ("review",),
        "Reading review (阅评): texts read with the office's lexicon, which suggests and never finds.",
        reads=("list", "show", "figures", "lexicon"),
    ),
    "polls": Command(("sources",), "Recorded polls of feeds."),
    "feed": Command(("sources",), "Single feeds."),
    "dead-letters": Command(
        ("sources",), "What could not be read: listed, shown, replayed.", reads=("", "list", "show")
    ),
    "patrol": Command(
        ("patrol",), "Look at the sources of the settings, each account when a look is due, until a signal."
    ),
    "sources": Command(
        ("patrol_sources",),
        "Sources (来源): last good look, lag, failures, coverage, quota, log-in; whether one is stalled.",
        reads=("", "list", "check", "kinds"),
    ),
    "run": Command(("watch",), "Fold the log, keep the history, raise and deliver alerts."),
    "serve": Command(
        ("console",),
        "Run a home and serve its pages, in one command, until a signal: `run` and `console` together.",
    ),
    "console": Command(("console",), "Serve the pages of a home until a signal: the web server alone."),
    "users": Command(("users",), "Users (用户): who signs in to the console, and as what.", reads=("list",)),
    "tokens": Command(
        ("tokens",), "Tokens (接口令牌): which programs hand in what, until when.", reads=("list",)
    ),
    "links": Command(("links",), "Links in messages (消息中的链接): the key that signs them."),
    "alerts": Command(
        ("alerts", "alert_answers", "alert_views"),
        "List the alerts, oldest first: raised, skipped, cleared, and stalled sources.",
        reads=("", "list", "answers", "reasons", "preview", "burden", "sent", "waiting"),
    ),
    "emergencies": Command(
        ("emergencies",),
        "Emergencies (应急处置): severe suspicions, from the first word to the review.",
        reads=("list", "show"),
    ),
    "status": Command(
        ("rounds",),
        "Show who is fresh, stale or unknown at a check point, as known now or at --known-at.",
        reads=("",),
    ),
    "score": Command(
        ("rounds",), "Score a round over all open accounts, and store its rows, manifest and digest."
    ),
    "explain": Command(
        ("rounds",),
        "Say why an account has its verdict: posts, looks, weeks, findings, each deduction with clause and event.",
        reads=("",),
    ),
    "verify": Command(
        ("rounds",),
        "Prove a run again: recompute its rows from what was known then, and compare digests. Exit 1 if they differ.",
        reads=("",),
    ),
    "diff": Command(
        ("rounds",), "Compare two runs: which verdicts changed, and which events caused it.", reads=("",)
    ),
    "runs": Command(("rounds",), "List the runs: every scoring that was stored.", reads=("",)),
    "rounds": Command(("rounds",), "List the runs: every scoring that was stored.", reads=("",), now="runs"),
    "round": Command(
        ("round",), "Rounds of checks (抽查): plan, sample, check sheets, freeze.", reads=("show", "list")
    ),
    "bulletin": Command(
        ("bulletin",),
        "The bulletin 通报 of a round: DOCX, HTML and XLSX from its rows.",
        reads=("burden", "check", "figures", "list", "show", "templates"),
    ),
    "office": Command(
        ("office",),
        "The office (本办): name and heading of its documents, order of areas.",
        reads=("show",),
    ),
    "claims": Command(
        ("claims",), "Claims (占用): what must hold once is claimed before it is done.", reads=("list",)
    ),
    "evidence": Command(
        ("evidence",), "Evidence files (证据) of findings and objections.", reads=("verify",)
    ),
    "focus": Command(
        ("focus",), "The focus list (重点关注名单): who is watched daily.", reads=("list", "history", "watch")
    ),
    "work-orders": Command(
        ("work_orders",), "Work orders from above (上级工单), each with its own clock.", reads=("list",)
    ),
    "firm": Command(("firm",), "The monitoring firm (监测单位): how good its work was.", reads=("quality",)),
    "advice": Command(
        ("advice",),
        "Advice about accounts (提升、整合、关停): improve, merge or close; people decide.",
        reads=("list",),
    ),
    "counts": Command(
        ("counts",),
        "Count accounts, results, silence, focus list and rectification by quarter (历年数据).",
        reads=("",),
    ),
    "reports": Command(
        ("reports",), "Reports from below (季度自查): self-checks of areas and units.", reads=("due",)
    ),
    "rectification": Command(
        ("rectification",),
        "Rectification (整改): who has to answer what, answers, rechecks, orders.",
        reads=("due", "units", "sheet"),
    ),
    "assessment": Command(
        ("assessment", "assessment_notes", "assessment_objections"),
        "The yearly assessment (年度考核) of the units that supervise.",
        reads=("schemes", "list", "show", "objections", "verify", "suspected", "notes"),
    ),
    "supervision": Command(
        ("supervision",),
        "Monthly supervision (月督导): the month by unit, letters (提醒函), orders (督办单), answers.",
        reads=("month", "list", "document"),
    ),
    "upper-checks": Command(("reports",), "Results of checks from above (上级抽查).", reads=("list",)),
    "interpretation": Command(
        ("interpretation",),
        "Policy interpretation (政策解读): documents, their forms, what is missing.",
        reads=("list", "missing"),
    ),
    "reposts": Command(
        ("reposts",),
        "Repost orders (转载任务): who has to carry a piece, who did, who did all.",
        reads=("list", "show", "missing", "units", "suggest", "praise"),
    ),
    "key-period": Command(
        ("key_periods",),
        "Key periods (重要时间节点): denser looks, duty, a report of every day.",
        reads=("list", "report"),
    ),
    "people": Command(
        ("people",),
        "Responsible people (负责人员): stored apart, erasable.",
        reads=("show", "list", "access"),
    ),
    "texts": Command(
        ("texts",), "Texts that people typed (文字): stored apart, erasable.", reads=("list", "access")
    ),
    "site": Command(
        ("site",),
        "Write the pages for the public as files that need no server: directory, verification, open data.",
        reads=("",),
    ),
    "public-reports": Command(("site",), "Reports of the public (公众纠错、好差评).", reads=("list",)),
    "reconcile": Command(
        ("reconcile",),
        "Recompute which alerts and provisional scores must exist, and compare with those that do.",
        reads=("",),
    ),
    "sql": Command(("reference",), "Ask the history with SQL, read-only.", reads=("",)),
    "events": Command(("reference",), "The events that the log holds.", reads=("schema",)),
    "rulesets": Command(
        ("rulesets",),
        "The rules, and what they say.",
        reads=("", "list", "show", "ladders", "check", "assigned"),
    ),
    "ticker": Command(
        ("operations",), "Write clock ticks into every partition until a signal; one a log is enough."
    ),
    "lag": Command(
        ("operations",),
        "Show how far workers, sinks and notifiers have come: committed against end, and since when a record waits.",
        reads=("",),
    ),
    "doctor": Command(
        ("doctor",),
        "Check settings, log, history, rules, calendar and clocks, and say what to do about what is wrong.",
        reads=("",),
    ),
    "topics": Command(("topics",), "The topics of a log on Kafka.", reads=("check",)),
    "worker": Command(
        ("kafka_processes",),
        "Fold the facts of a log on Kafka: alerts and scores; start more of them to share the work.",
    ),
    "live": Command(
        ("kafka_processes",),
        "Keep a live view of alerts and lag in run/live.json of the home; it may miss or repeat what happens.",
    ),
    "notifier": Command(
        ("notifier",),
        "Tell alerts to the channels of the home until a signal; each channel has a position of its own.",
    ),
    "sink": Command(
        ("sink",),
        "Store facts and derived events in the history until a signal; start more of them to share the work.",
    ),
    "migrate": Command(
        ("migrate",),
        "Bring the tables and views of the history to this release; a home without a server does so by itself.",
    ),
    "readmodel": Command(("today",), "The read model (视图): what `today` reads; it follows from the log."),
    "export": Command(
        ("transfer",),
        "Write facts, derived events, rounds and what the connectors remember into a folder, for `xuncha import`.",
        reads=("",),
    ),
    "import": Command(
        ("transfer",),
        "Take an export into this home, whose log must be new: old rounds still verify, and nobody is told twice.",
    ),
    "simulate": Command(
        ("simulate",),
        "Make a city whose registry, posts and findings lead to the figures of a real bulletin; nothing in it"
        " happened.",
    ),
    "sample": Command(
        ("simulate",),
        "Write the sheets of an invented city of 40 accounts, to play with: a ledger, looks of a quarter, mistakes.",
    ),
}
"""In the order of `xuncha --help`, which leaves former names out."""
