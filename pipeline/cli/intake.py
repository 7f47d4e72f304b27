"""Commands of the intake 收件: read papers, show what would come of them, store after a yes, undo."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from events.days import chinese_day
from events.messages import message
from pipeline.cli.days import read_day
from pipeline.cli.intake_lookup import Number, plain
from pipeline.cli.intake_lookup import register as register_lookup
from pipeline.cli.intake_shown import say_plan, say_question
from pipeline.cli.intake_watch import register as register_watch
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.withdrawing import Second, due_fields, say_due
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import rule_names
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.intake.confirm import Confirm, Taken, confirm
from pipeline.office.intake.page_answers import settled_pages
from pipeline.office.intake.papers import TakeIn, load_plan, plan_intake
from pipeline.office.intake.plan import Plan
from pipeline.office.intake.shown import plan_contents
from pipeline.office.intake.undo import UndoIntake, undo
from pipeline.office.newcomers import settle_newcomers


class _TakesFiles(TyperGroup):
    """A group whose first word may be a file: `xuncha intake FILE` reads it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command that reads files before arguments that name no command of the group."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["read", *args]
        return super().parse_args(ctx, args)


intake = typer.Typer(
    cls=_TakesFiles,
    help="Intake (收件): ordinary paper goes in; `xuncha intake FILE…` reads, shows and asks.",
    no_args_is_help=True,
)

Reason = Annotated[str, typer.Option(help="Why; never names of people.")]
PlanId = Annotated[str, typer.Argument(help="Id of a plan, as `xuncha intake FILE` prints it.")]
Received = Annotated[
    date | None, typer.Option(parser=read_day, metavar="DAY", help="When they came. Default: today.")
]
Ruleset = Annotated[str | None, typer.Option(help="Ruleset of the findings. Default: the home's.")]
Answers = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="ID=ANSWER", help="Answer a question; again for more of them."),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option("--answers", exists=True, dir_okay=False, help="Answers by question, as JSON or TOML."),
]
Defaults = Annotated[
    bool, typer.Option("--accept-defaults", help="Take the default of each question that has one.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    register_lookup(intake)
    register_watch(intake)
    app.add_typer(intake, name="intake")


@intake.command("read", hidden=True)
def read_files(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(exists=True, help="Sheets of any layout, or a folder of them.")
    ],
    received: Received = None,
    kinds: Annotated[
        list[str] | None, typer.Option("--as", metavar="[PAGE=]KIND", help="What a page is.")
    ] = None,
    times: Annotated[
        list[str] | None, typer.Option("--time", metavar="[PAGE=]TIME", help="When a page was looked at.")
    ] = None,
    areas: Annotated[list[str] | None, typer.Option("--area", metavar="[PAGE=]AREA")] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", metavar="PAGE", help="Do not read a page.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="HEADER=FIELD",
            help="What a column holds, by a header that is known; kept for the sender once it is taken in.",
        ),
    ] = None,
    ruleset: Ruleset = None,
    answer: Answers = None,
    answers: AnswersFile = None,
    accept_defaults: Defaults = False,
    as_json: Json = False,
) -> None:
    """Read papers and show what would come of them; in a terminal it asks and goes on to the yes.

    Example: xuncha intake 第35期周巡查表.xls
    """
    held = [(header, field) for header, _, field in (text.partition("=") for text in columns or ())]
    pages = settled_pages(_by_page(kinds), _by_page(times), _by_page(areas), leave_out or (), held)
    asked = TakeIn(
        tuple(files), received or chinese_day(datetime.now(UTC)), _answers(answer, answers), pages, ruleset
    )
    with open_workspace(home_of(ctx)) as workspace:
        plan = plan_intake(workspace, asked)
        if as_json:
            print_json(plan_contents(plan))
            return
        goes_on = sys.stdin.isatty() and sys.stdout.isatty()
        say_plan(plan, rule_names(workspace.home.path), asks_next=goes_on and not accept_defaults)
        if goes_on:
            _go_on(workspace, plan, accept_defaults=accept_defaults)


@intake.command("confirm")
def confirm_plan(
    ctx: typer.Context,
    plan: PlanId,
    answer: Answers = None,
    answers: AnswersFile = None,
    accept_defaults: Defaults = False,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Store what a plan shows, under a number; rows that wait for an answer are left out.

    Example: xuncha intake confirm 3f9a0c21d4 --accept-defaults
    """
    given = _answers(answer, answers)
    with open_workspace(home_of(ctx)) as workspace:
        if given:
            load_plan(workspace, plan, given)
        taken = confirm(workspace, Confirm(plan, accept_defaults, second), OFFICE)
        settle_newcomers(workspace, OFFICE)
    if as_json:
        print_json(_taken(taken))
    else:
        _say_taken(taken)


@intake.command("plan")
def show_plan(
    ctx: typer.Context,
    plan: PlanId,
    answer: Answers = None,
    answers: AnswersFile = None,
    as_json: Json = False,
) -> None:
    """Show a plan again, as the registry stands now and with the answers given so far.

    Example: xuncha intake plan 3f9a0c21d4
    """
    with open_workspace(home_of(ctx)) as workspace:
        made = load_plan(workspace, plan, _answers(answer, answers))
        words = rule_names(workspace.home.path)
    if as_json:
        print_json(plan_contents(made))
    else:
        say_plan(made, words)


@intake.command("replace")
def replace_one(
    ctx: typer.Context,
    number: Number,
    files: Annotated[list[Path], typer.Argument(exists=True, help="The mended paper.")],
    reason: Reason,
    mends: Annotated[
        str,
        typer.Option(
            "--mends",
            help="Of an intake of several files the one that is mended: name, place (1, 2), or all.",
        ),
    ] = "",
    received: Received = None,
    ruleset: Ruleset = None,
    answer: Answers = None,
    answers: AnswersFile = None,
    accept_defaults: Defaults = False,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Show what a mended paper makes of an intake whose place it takes; confirming the plan replaces it.

    Facts that it states alike stay, the others are withdrawn, and what is new is added. Of an intake of several files
    it takes the place of the one that --mends names, and the others stay. In a terminal it goes on to the yes.

    Example: xuncha intake replace 2026-0007 第35期周巡查表（更正）.xls --reason 更正两处时间
    """
    asked = TakeIn(
        tuple(files),
        received or chinese_day(datetime.now(UTC)),
        _answers(answer, answers),
        ruleset=ruleset,
        replaces=number,
        mends=mends,
        reason=reason,
    )
    with open_workspace(home_of(ctx)) as workspace:
        plan = plan_intake(workspace, asked)
        if as_json:
            print_json(plan_contents(plan))
            return
        say_plan(plan, rule_names(workspace.home.path))
        if sys.stdin.isatty() and sys.stdout.isatty():
            _go_on(workspace, plan, accept_defaults=accept_defaults, second=second)


@intake.command("undo")
def undo_one(
    ctx: typer.Context,
    number: Number,
    reason: Reason,
    although: Annotated[
        bool, typer.Option("--although", help="Go on though other facts rest on accounts that it opened.")
    ] = False,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Take back all that an intake brought; what held before holds again.

    Example: xuncha intake undo 2026-0007 --reason 报错了周次
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = undo(workspace, UndoIntake(number, reason, although, second), OFFICE)
    if as_json:
        print_json(plain(done) | {"revisions_due": [due.round for due in done.revisions_due]})
        return
    if done.undone_before:
        say(f"收件 {done.intake} 此前已撤销")
        return
    say(f"已撤销收件 {done.intake}：撤回事实 {done.withdrawn} 条，恢复人员 {done.people} 人")
    if done.kept:
        say(f"另有 {done.kept} 条因其他收件也有记载而保留")
    say_due(done.revisions_due)


def _by_page(texts: list[str] | None) -> list[tuple[str, str]]:
    """Return what options say of pages, by the name of the page; empty: of all."""
    return [(page, value) for page, _, value in (text.rpartition("=") for text in texts or ())]


def _answers(given: list[str] | None, file: Path | None) -> dict[str, str]:
    answers: dict[str, str] = {}
    if file is not None:
        content = file.read_bytes()
        decode = msgspec.toml.decode if file.suffix.lower() == ".toml" else msgspec.json.decode
        try:
            answers |= decode(content, type=dict[str, str])
        except (msgspec.MsgspecError, UnicodeDecodeError) as e:
            raise UsageError(
                message("{file} holds no answers by question: {error}", file=file, error=e)
            ) from None
    for text in given or ():
        question, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                message("--answer {text!r}: write the id of the question, =, and the answer", text=text)
            )
        answers[question.strip()] = value.strip()
    return answers


def _go_on(workspace: Workspace, plan: Plan, *, accept_defaults: bool, second: str = "") -> None:
    """Ask what is open, also what an answer brings up, then for the yes."""
    put: set[str] = set()
    while questions := [
        q
        for q in plan.open_questions()
        if q.id not in put and not (accept_defaults and q.default is not None)
    ]:
        put.update(q.id for q in questions)
        answers: dict[str, str] = {}
        for question in questions:
            say_question(plan, question, rule_names(workspace.home.path))
            reply = typer.prompt(
                "答复（编号或文字，回车取默认）", default=question.default or "", show_default=False
            )
            answer = _chosen(reply, question.answers)
            if answer:
                answers[question.id] = answer
        if answers:
            plan = load_plan(workspace, plan.id, answers)
            say_plan(plan, rule_names(workspace.home.path), asks_next=True)
    if typer.confirm("是否收件？", default=False):
        taken = confirm(workspace, Confirm(plan.id, accept_defaults=True, second=second), OFFICE)
        settle_newcomers(workspace, OFFICE)
        _say_taken(taken)
    else:
        say(f"未收件。以后再收：xuncha intake confirm {plan.id}")


def _chosen(reply: str, answers: tuple[str, ...]) -> str:
    number = typed_number(reply.strip(), len(answers))
    return answers[number - 1] if number else reply.strip()


def _say_taken(taken: Taken) -> None:
    if taken.taken_before:
        say(f"此前已收过：收{taken.intake}，没有新内容")
        if taken.waiting:
            say(f"尚有 {taken.waiting} 项待答复：--answer 问题=答复，或加 --accept-defaults 取默认答复")
        return
    say(f"已收件 收{taken.intake}：新事实 {taken.new_facts} 条，人员 {taken.people} 人")
    if taken.withdrawn:
        say(f"已替换原收件，撤回不再记载的事实 {taken.withdrawn - 1} 条")
    say_due(taken.revisions_due)
    if taken.known_facts:
        say(f"此前已有 {taken.known_facts} 条，未重复入库")
    if taken.left_out:
        say(f"未收 {len(taken.left_out)} 行，见 xuncha intake plan {taken.plan}")
    say(f"如需撤销：xuncha intake undo {taken.intake} --reason …")


def _taken(taken: Taken) -> dict[str, Any]:
    return {
        "intake": taken.intake,
        "plan": taken.plan,
        "new_facts": taken.new_facts,
        "known_facts": taken.known_facts,
        "people": taken.people,
        "withdrawn": max(taken.withdrawn - 1, 0),
        "revisions_due": due_fields(taken.revisions_due),
        "left_out": [{"page": row.at.page, "row": row.at.row, "fate": row.fate} for row in taken.left_out],
        "taken_before": taken.taken_before,
    }
