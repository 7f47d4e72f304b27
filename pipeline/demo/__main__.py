"""The demo: the whole job on committed facts of 128 accounts, names invented, then a continuation that is generated."""

import contextlib
import io
import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from events.instants import local_iso
from pipeline.cli.program import app
from pipeline.cli.tables import out
from pipeline.demo import data as demo_data
from pipeline.demo.data import LAST_GENERATED, LAST_RECORDED, generated_polls, recorded_polls, write_polls
from pipeline.demo.kafka import processes, write_settings
from pipeline.home.logs import configure_logs

RULESETS = ("national-2019-19", "jiangsu-kunshan-2019-162", "suzhou-practice-2023")
_MARK = "xuncha-demo"
_EXAMPLE = "SELECT type, count() FROM records GROUP BY type ORDER BY 2 DESC"
_FINDINGS = """账号ID,问题,性质,数量,发现时间,发现单位,备注
{slip},严重表述错误,单项否决,1,2021-06-20 10:00,第三方机构,演示数据
{odd},内容发布不当,扣分,2,2021-06-21 15:00,第三方机构,演示数据
"""
_FILINGS = """账号ID,备案类别,生效时间,备案时间,原因
{closed},注销,2021-06-01 10:00,2021-06-28 09:00,演示数据：补报
"""
CLOSED = "MzIxNjAwOTM1Nw=="
SILENT = "MzU3NDU2MzY5NA=="  # stale at the last recorded poll, and no part of the revision
SLIP = "MjM5NTA5NzYyMA=="
ODD = "MjM5Njc5NjIwMA=="


class Demo:
    """Runs commands on one home and shows each as it would be typed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.inputs = home / "inputs"

    def run(self, *args: str) -> None:
        """Show a command and its output."""
        out().print(f"\n[bold cyan]$ xuncha --home {self.home} {shlex.join(args)}[/]", soft_wrap=True)
        self._call(*args)

    def ask(self, *args: str) -> dict[str, Any]:
        """Run a command and return its JSON."""
        captured = io.StringIO()
        with contextlib.redirect_stdout(captured):
            self._call(*args, "--json")
        answer: dict[str, Any] = msgspec.json.decode(captured.getvalue())
        return answer

    def _call(self, *args: str) -> None:
        code = app(["--home", str(self.home), *args], standalone_mode=False)
        if code:
            raise SystemExit(f"{args[0]} ended with {code}")


def main() -> None:
    """Run the demo in the folder that the first argument names; on Kafka where a second one names brokers."""
    home = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-home")
    brokers = sys.argv[2] if len(sys.argv) > 2 else None
    configure_logs()
    begin = time.monotonic()
    demo = Demo(_fresh(home))
    if brokers is not None:
        write_settings(home, brokers)
    demo.run("init")
    with processes(home) if brokers is not None else contextlib.nullcontext():
        _recorded(demo)
        _generated(demo)
        _revision(demo)
    _farewell(demo, time.monotonic() - begin, on_kafka=brokers is not None)


def _recorded(demo: Demo) -> None:
    _title(
        "一、128 个公众号，2021 年 6 月 16 日至 17 日的九轮巡检：时间真实，名称虚构（real times, invented names）"
    )
    (demo.inputs / "accounts.csv").write_bytes(demo_data.accounts_csv())
    write_polls(demo.inputs / "polls", recorded_polls())
    check_point = local_iso(LAST_RECORDED) or ""
    demo.run("accounts", "import", str(demo.inputs / "accounts.csv"))
    demo.run("polls", "replay", str(demo.inputs / "polls"))
    demo.run("run", "--until-idle")
    demo.run("status", "--check-point", check_point, "--only", "stale")
    for ruleset in RULESETS:
        demo.run("score", "--check-point", check_point, "--ruleset", ruleset)
    for run in demo.ask("rounds")["rows"]:
        demo.run("verify", run["run_id"])


def _generated(demo: Demo) -> None:
    _title("二、模拟续篇：以下内容均为生成，并非事实（generated from here on: nothing below happened）")
    write_polls(demo.inputs / "generated-polls", generated_polls(recorded_polls()))
    demo.run("polls", "replay", str(demo.inputs / "generated-polls"))
    demo.run("run", "--until-idle")
    out().print("\n一个账号：第 10 天预警，超过两周，更新后解除（warned, over the limit, cleared）")
    demo.run("alerts", "--account", demo_data.QUIET)
    out().print(
        "\n数据来源停滞 48 小时：一条消息，不打扰主办单位（frozen source: one message, no owner alert）"
    )
    stalls = [a for a in demo.ask("alerts")["rows"] if a["type"].startswith("source.")]
    for alert in stalls:
        out().print(f"  {alert['at']}  {alert['type']}  {alert['account_id']}")


def _revision(demo: Demo) -> None:
    _title("三、季度评分之后：补报的备案与核减的问题改变结果，旧轮次不变（later knowledge makes a new run）")
    findings, filings = demo.inputs / "findings.csv", demo.inputs / "filings.csv"
    findings.write_text(_FINDINGS.format(slip=SLIP, odd=ODD), "utf-8")
    filings.write_text(_FILINGS.format(closed=CLOSED), "utf-8")
    check_point = local_iso(LAST_GENERATED) or ""
    demo.run("findings", "import", str(findings))
    first = demo.ask("score", "--check-point", check_point)["run_id"]
    demo.run("filings", "import", str(filings))
    slip = next(f for f in demo.ask("findings", "list")["rows"] if f["account_id"] == SLIP)
    demo.run("findings", "withdraw", slip["finding_id"], "--reason", "误报：原文无误")
    demo.run("score", "--check-point", check_point)
    second = demo.ask("rounds")["rows"][-1]["run_id"]
    demo.run("verify", first)
    demo.run("diff", first, second)


def _farewell(demo: Demo, seconds: float, *, on_kafka: bool) -> None:
    first = (
        "先在另一个终端启动 start this in another terminal first:\n"
        f"  .venv/bin/xuncha --home {demo.home} run --no-ticks\n"
        if on_kafka
        else ""
    )
    _title(f"完成，用时 {seconds:.0f} 秒（done）")
    out().print(
        f"数据目录 files: {demo.home}/（log.sqlite 事件日志，history/ 历史库，alerts.jsonl 提醒，inputs/ 输入）\n"
        f"{first}接下来可以输入 type next:\n"
        f"  .venv/bin/xuncha --home {demo.home} explain {SILENT} --check-point {local_iso(LAST_RECORDED)}\n"
        f"  .venv/bin/xuncha --home {demo.home} alerts\n"
        f"  .venv/bin/xuncha --home {demo.home} sql '{_EXAMPLE}'\n"
        "  .venv/bin/xuncha --home my-home init",
        soft_wrap=True,
        markup=False,
    )


def _title(text: str) -> None:
    out().print(f"\n[bold]{text}[/]", soft_wrap=True)


def _fresh(home: Path) -> Path:
    """Clear the folder of an earlier demo; a folder that is none is left alone."""
    mark = home / _MARK
    if home.exists() and not mark.exists():
        raise SystemExit(f"{home} exists and is no demo; name another folder")
    shutil.rmtree(home, ignore_errors=True)
    (home / "inputs").mkdir(parents=True)
    mark.touch()
    return home


if __name__ == "__main__":
    main()
