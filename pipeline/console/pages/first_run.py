"""The first run: from an empty home to the first look at today, by the hand.

Only open until somebody can sign in, and only to whoever has the code of the terminal: else the first to find the port
would own it.
"""

import threading
from typing import Any

import structlog
from litestar import Response, get, post

from pipeline.access.first_run import is_code, setup_code
from pipeline.access.signing_in import sign_in_known
from pipeline.access.throttle import WaitError, attempt, limits_of_act, succeeded
from pipeline.access.user_care import AddUser, add_first_users, is_empty
from pipeline.access.users import Grant, Role
from pipeline.console.begun import begun_page, require_begun
from pipeline.console.navigation import may_open
from pipeline.console.pages.signin import let_in
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.proof import waited
from pipeline.console.visit import Asked, Visit
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.folder import Home
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.own_office import DescribeOffice, describe_office, office_now

_log = structlog.get_logger(__name__)


class _Sample:
    """The invented city, taken in beside the requests; one at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self.error = ""

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is being taken in."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, home: Home, actor: Actor) -> None:
        """Begin, unless it is under way."""
        with self._turn:
            if not self.is_under_way:
                self.error = ""
                self._thread = threading.Thread(target=self._take, args=(home, actor), daemon=True)
                self._thread.start()

    def _take(self, home: Home, actor: Actor) -> None:
        from pipeline.simulate.sample_intake import take_sample  # noqa: PLC0415 (it is large, and done once)

        try:
            with open_workspace(home) as workspace:
                take_sample(workspace, actor)
        except (UsageError, ConflictError) as e:
            self.error = said_by(e)
        except Exception as e:  # noqa: BLE001 (a thread has nobody else to tell)
            _log.error("sample", error=type(e).__name__)
            self.error = "示例数据没有全部入库，请在数据报送中查看。"


_sample = _Sample()


@get("/setup", sync_to_thread=True)
def show_setup(visit: Asked) -> Response[Any]:
    """Ask for the code and the first users."""
    if not is_empty(visit.signin):
        raise no_such_page()
    setup_code(visit.home, visit.signin)
    return begun_page(visit, "signin/setup.html", errors={})


@post("/setup", sync_to_thread=True)
def take_setup(visit: Asked) -> Response[Any]:
    """Make the first administrator and the first clerk, and sign the clerk in."""
    if not is_empty(visit.signin):
        raise no_such_page()
    require_begun(visit)
    errors = _code_errors(visit) or _password_errors(visit)
    if errors:
        return begun_page(visit, "signin/setup.html", status=422, errors=errors)
    try:
        made = add_first_users(visit.signin, _first_users(visit), visit.now)
    except (UsageError, ConflictError) as e:
        return begun_page(visit, "signin/setup.html", status=422, errors={"": said_by(e)})
    setup_code(visit.home, visit.signin)  # it is used up
    done = sign_in_known(visit.signin, made[-1].login, visit.browser.address, visit.browser.client, visit.now)
    return let_in(visit, done, "", begin="/setup/office")


@get("/setup/office", sync_to_thread=True)
def show_office(visit: Asked) -> Response[Any]:
    """Ask what the office is called; later, let it be changed."""
    with visit.workspace() as workspace:
        return visit.page("signin/setup_office.html", office=office_now(workspace), error="")


@post("/setup/office", sync_to_thread=True)
def take_office(visit: Asked) -> Response[Any]:
    """Record what the office is called."""
    name, letterhead = visit.form.text("name"), visit.form.text("letterhead")
    areas = tuple(
        one.strip() for one in visit.form.text("areas").replace("，", "、").split("、") if one.strip()
    )
    asked = DescribeOffice(name, letterhead, areas or None)
    with visit.workspace() as workspace:
        is_named = bool(office_now(workspace).name)
        try:
            describe_office(workspace, asked, visit.actor)
        except UsageError as e:
            return visit.page(
                "signin/setup_office.html", status=422, office=office_now(workspace), error=said_by(e)
            )
    return visit.go("/bulletins" if is_named else "/setup/data", done="office-named")


@get("/setup/data", sync_to_thread=True)
def show_data(visit: Asked) -> Response[Any]:
    """Lead on to a ledger, or to the invented city."""
    return _data_page(visit)


@post("/setup/data", sync_to_thread=True)
def take_data(visit: Asked) -> Response[Any]:
    """Take in the invented city, beside the requests; the page tells how far it is."""
    with visit.workspace() as workspace:
        if registry_now(workspace).entries and not _sample.is_under_way:
            raise no_such_page()
    _sample.begin(visit.home, visit.actor)
    return visit.go("/setup/data")


def _data_page(visit: Visit) -> Response[Any]:
    with visit.workspace() as workspace:
        accounts = len(registry_now(workspace).entries)
    return visit.page(
        "signin/setup_data.html",
        accounts=accounts,
        under_way=_sample.is_under_way,
        error=_sample.error,
        intake=_opens(visit, "/in"),
        today=_opens(visit, "/today"),
    )


def _opens(visit: Visit, path: str) -> bool:
    return visit.user is not None and may_open(visit.user, path)


def _first_users(visit: Visit) -> tuple[AddUser, ...]:
    admin, clerk = _user(visit, "admin"), _user(visit, "clerk")
    if visit.form.text("same") == "1":
        both = AddUser(admin.login, admin.name, (Grant(Role.ADMIN), Grant(Role.CLERK)), admin.password)
        return (both,)
    return (
        AddUser(admin.login, admin.name, (Grant(Role.ADMIN),), admin.password),
        AddUser(clerk.login, clerk.name, (Grant(Role.CLERK),), clerk.password),
    )


def _user(visit: Visit, prefix: str) -> AddUser:
    password = next(iter(visit.form.fields.get(f"{prefix}_password", ())), "")
    return AddUser(visit.form.text(f"{prefix}_login"), visit.form.text(f"{prefix}_name"), (), password)


def _code_errors(visit: Visit) -> dict[str, str]:
    limits = limits_of_act("setup", "")
    try:
        with visit.signin.transaction():
            attempt(visit.signin, limits, visit.now)
    except WaitError as e:
        return {"code": f"请 {waited(e.seconds)}后再试。"}
    if not is_code(visit.home, visit.signin, visit.form.text("code")):
        return {"code": "安装码不正确。请查看启动程序的终端。"}
    with visit.signin.transaction():
        succeeded(visit.signin, limits, visit.now)
    return {}


def _password_errors(visit: Visit) -> dict[str, str]:
    asked = ["admin"] if visit.form.text("same") == "1" else ["admin", "clerk"]
    return {
        f"{prefix}_password": "请设置密码。"
        for prefix in asked
        if not next(iter(visit.form.fields.get(f"{prefix}_password", ())), "")
    }


HANDLERS = [show_setup, take_setup, show_office, take_office, show_data, take_data]
