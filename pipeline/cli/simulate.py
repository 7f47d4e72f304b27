"""Commands that make a simulated place, to try things out and to put load on a machine."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from events.messages import message
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.errors import UsageError
from pipeline.home.new_home import make_home
from pipeline.home.workspace import open_workspace
from pipeline.simulate.national import load_nation, simulate_nation
from pipeline.simulate.place import load_place, load_year
from pipeline.simulate.run import Simulated, simulate_city
from pipeline.simulate.sample import LEDGER, write_sample
from pipeline.simulate.year_place import load_year_place, year_names
from pipeline.simulate.year_run import SimulatedYear, simulate_year

NATIONAL = "national"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("simulate")(simulate)
    app.command("sample")(sample)


def simulate(
    ctx: typer.Context,
    place: Annotated[
        str,
        typer.Argument(
            help="suzhou, wuxi, xiangtan, kunshan-2020, or national; with --year suzhou or sample."
        ),
    ],
    seed: Annotated[int | None, typer.Option(help="Chance; default: that of the place.")] = None,
    accounts: Annotated[int | None, typer.Option(min=1, help="Accounts of the nation.")] = None,
    posts: Annotated[int | None, typer.Option(min=0, help="Posts of the nation.")] = None,
    year: Annotated[
        bool,
        typer.Option(
            "--year", help="A year of it: rounds, bulletins, answers, reports; suzhou and sample have one."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a city whose registry, posts and findings lead to the figures of a real bulletin; nothing in it happened.

    The home is made where there is none; one that holds other accounts is refused. The last round is announced, drawn
    and checked, and waits for its freeze.

    Example: xuncha --home suzhou simulate suzhou; xuncha --home suzhou round freeze suzhou-2023Q1
    """
    if place == NATIONAL:
        _national(ctx, seed, accounts, posts, as_json=as_json)
        return
    if place in year_names():
        _assessed_year(ctx, place, as_json=as_json)
        return
    if accounts is not None or posts is not None:
        raise UsageError(
            message(
                "--accounts and --posts are for {national}; a city's numbers stand in its place file",
                national=NATIONAL,
            )
        )
    planned = load_year(place) if year else load_place(place)
    chosen = planned.seed if seed is None else seed
    make_home(ctx.obj.home_path, over=ctx.obj.over)
    made: Simulated | SimulatedYear
    with open_workspace(home_of(ctx)) as workspace:
        made = (simulate_year if year else simulate_city)(workspace, planned, chosen)
    if as_json:
        print_json(msgspec.to_builtins(made))
        return
    home = ctx.obj.home_path
    say(
        f"模拟数据 simulated, nothing of it happened: {made.accounts} accounts, {made.posts} posts, seed {made.seed}"
    )
    say(f"下一步 next: xuncha --home {home} round freeze {made.rounds[-1]}")
    say(f"             xuncha --home {home} bulletin draft {made.rounds[-1]}")


def _assessed_year(ctx: typer.Context, name: str, *, as_json: bool) -> None:
    from pipeline.simulate.assessed_year import simulate_assessed_year  # noqa: PLC0415 (brings the bulletin)

    place = load_year_place(name)
    make_home(ctx.obj.home_path, over=ctx.obj.over)
    with open_workspace(home_of(ctx)) as workspace:
        made = simulate_assessed_year(workspace, place)
    if as_json:
        print_json({name: getattr(made, name) for name in made.__struct_fields__})
        return
    home, until = ctx.obj.home_path, (made.check_point - timedelta(days=1)).date()
    say(f"模拟数据 simulated, nothing of it happened: {made.units} units, {made.accounts} accounts")
    say(f"下一步 next: xuncha --home {home} assessment draft {made.year} --check-point {until}")


def _national(
    ctx: typer.Context, seed: int | None, accounts: int | None, posts: int | None, *, as_json: bool
) -> None:
    nation = load_nation(accounts=accounts, posts=posts, seed=seed)
    home = make_home(ctx.obj.home_path, over=ctx.obj.over)
    log = home.open_log()
    try:
        facts = simulate_nation(log, nation)
        home.example_path.touch()
    finally:
        log.close()
    if as_json:
        print_json({"accounts": nation.accounts, "posts": nation.posts, "facts": facts})
        return
    say(f"模拟数据 simulated, nothing of it happened: {facts} facts")
    say(f"下一步 next: xuncha --home {home.path} score --check-point {nation.check_point.isoformat()}")


def sample(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write into.")],
    seed: Annotated[int | None, typer.Option(help="Chance; default: that of the place.")] = None,
    as_json: Json = False,
) -> None:
    """Write the sheets of an invented city of 40 accounts, to play with: a ledger, looks of a quarter, mistakes.

    Nothing is stored; no home is needed.

    Example: xuncha sample 云汀; xuncha intake 云汀/1-账号台账.xlsx
    """
    made = write_sample(folder, seed)
    if as_json:
        print_json({"folder": str(made.folder), "files": [str(p) for p in made.files], "seed": made.seed})
        return
    say(
        f"已写 written {made.folder}，均为虚构 invented: {len(made.files)} files, {made.accounts} accounts,"
        f" seed {made.seed}"
    )
    say(f"下一步 next: xuncha intake {made.folder / LEDGER}")
