"""检查: the pages of rounds by role, and what is done from them."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import LAST_ROUND, NOW, ROUND, USERS

ALL = (Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.COMPETENT)
PAGES = [
    ("/rounds", {*ALL, Role.CHECKER}),
    ("/rounds.xlsx", set(ALL)),
    ("/rounds.csv", set(ALL)),
    ("/rounds/new", {Role.CLERK}),
    (f"/rounds/{ROUND}", set(ALL)),
    (f"/rounds/{LAST_ROUND}", set(ALL)),
    (f"/rounds/{ROUND}/plan", set(ALL)),
    (f"/rounds/{ROUND}/sample", set(ALL)),
    (f"/rounds/{ROUND}/sample.xlsx", set(ALL)),
    (f"/rounds/{ROUND}/sample.csv", set(ALL)),
    (f"/rounds/{ROUND}/results", set(ALL)),
    (f"/rounds/{ROUND}/results?verdict=unknown", set(ALL)),
    (f"/rounds/{LAST_ROUND}/results.xlsx", set(ALL)),
    (f"/rounds/{LAST_ROUND}/results.csv", set(ALL)),
    (f"/rounds/{LAST_ROUND}/verify", set(ALL)),
    (f"/rounds/{ROUND}/sheets", {Role.CLERK, Role.SIGNER, Role.CHECKER}),
    (f"/rounds/{ROUND}/sheets.zip", {Role.CLERK}),
    (f"/rounds/{ROUND}/sheets/C1", {Role.CLERK}),
    (f"/rounds/{ROUND}/sheets/C2", {Role.CLERK, Role.CHECKER}),
    (f"/rounds/{ROUND}/sheets/C2/form", {Role.CLERK, Role.CHECKER}),
    (f"/rounds/{ROUND}/sheets/C9", set()),
    ("/rounds/nowhere", set()),
    (f"/rounds/{ROUND}/nowhere", set()),
    ("/compare", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    (f"/compare?round={LAST_ROUND}&a=frozen&b=now", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    (f"/compare?round={LAST_ROUND}&b=2026-07-01+10:00", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    ("/compare.xlsx", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    ("/compare.csv", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    ("/two-persons", {Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.ADMIN}),
]


@pytest.fixture(scope="module")
def seen(city):
    """The console over the city, for looking alone."""
    with console_of(city, *USERS.values(), now=NOW) as browser:
        yield browser


@pytest.mark.parametrize(("url", "who"), PAGES)
def test_a_page_is_shown_to_whom_the_table_says(seen, url, who):
    """Everybody else hears that there is no such page."""
    for role, user in USERS.items():
        answer = seen.sign_in(user).get(url)
        expected = 200 if role in who else 404
        if (role, url) == (Role.CHECKER, f"/rounds/{ROUND}"):
            expected = 303
        assert (url, role, expected) == (url, role, answer.status_code), text_of(answer.text)[-600:]
