"""检查: the pages of rounds by role, and what is done from them."""

import re

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import EAST, LAST_ROUND, NOW, ROUND, USERS

ALL = (Role.CLERK, Role.SIGNER, Role.AUDITOR, Role.COMPETENT)
FINDERS = {*ALL, Role.OWNER, Role.FIRM, Role.CHECKER}
OBJECTORS = {*ALL, Role.OWNER}
PAST = "known_at=2026-09-16+12:00"
PAGES = [
    ("/findings", FINDERS),
    ("/findings.xlsx", FINDERS),
    ("/findings.csv", FINDERS),
    ("/findings?state=taken&sort=-found_at&q=水务", FINDERS),
    ("/findings/new", {Role.CLERK}),
    ("/findings/2026-4", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    ("/findings/2026-999", set()),
    ("/objections", OBJECTORS),
    ("/objections.xlsx", OBJECTORS),
    ("/objections.csv", OBJECTORS),
    ("/objections/new", {Role.CLERK, Role.OWNER}),
    ("/objections/2026-01", {Role.CLERK, Role.SIGNER, Role.AUDITOR}),
    ("/objections/2026-99", set()),
    (f"/rounds?{PAST}", {*ALL, Role.CHECKER}),
    (f"/rounds/{LAST_ROUND}?known_at=2026-06-20", set(ALL)),
    (f"/findings?{PAST}", FINDERS),
    (f"/objections?{PAST}", OBJECTORS),
    ("/rounds", {*ALL, Role.CHECKER}),
    ("/rounds.xlsx", set(ALL)),
    ("/rounds.csv", set(ALL)),
    ("/rounds/new", {Role.CLERK, Role.COMPETENT}),
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


def test_a_look_at_the_past_shows_what_was_known_then_and_has_no_forms(seen):
    """Before the freeze of the second quarter there was no result of it; the objection came later."""
    clerk = seen.sign_in(USERS[Role.CLERK])
    then = clerk.get(f"/rounds/{LAST_ROUND}?known_at=2026-06-20").text
    assert "检查中" not in text_of(clerk.get(f"/rounds/{LAST_ROUND}").text)
    assert '<form method="post"' not in then
    assert "您在查看过去的情况" in then
    assert "没有异议" in text_of(clerk.get(f"/objections?{PAST}").text)


def test_pages_say_no_codes_and_no_ids(seen):
    """No English, no ids, no ISO times in sight of people."""
    clerk = seen.sign_in(USERS[Role.CLERK])
    for url in (
        "/rounds",
        f"/rounds/{ROUND}",
        "/findings",
        "/objections/2026-01",
        f"/rounds/{ROUND}/results",
    ):
        page = re.sub(r'<p class="hash">.*?</p>|<span class="hash">.*?</span>', "", clerk.get(url).text)
        said = text_of(re.sub(r"<(script|style|title)\b.*?</\1>", "", page, flags=re.DOTALL))
        found = re.findall(r"[A-Za-z][A-Za-z_\-]{2,}|\d{4}-\d\d-\d\dT|[0-9a-f]{8}-[0-9a-f]{4}", said)
        assert set(found) <= {"XLSX", "CSV"}, (url, found)


def test_a_competent_office_sees_rows_of_its_area_alone(seen):
    """Scope is a filter of the query."""
    page = text_of(seen.sign_in(USERS[Role.COMPETENT]).get(f"/rounds/{ROUND}/results").text)
    assert EAST in page
    assert "西山县" not in page


def test_a_checker_reaches_the_own_sheet_alone(seen):
    """The sheet of another checker is not there, nor are results."""
    checker = seen.sign_in(USERS[Role.CHECKER])
    assert "检查组 1" not in text_of(checker.get(f"/rounds/{ROUND}/sheets").text)
    assert 404 == checker.post(f"/rounds/{ROUND}/sheets/C1", files={"files": ("a.xlsx", b"PK")}).status_code
