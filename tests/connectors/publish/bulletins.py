"""Contents of bulletins for tests of documents: few accounts, many, and names that try to be something else."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from connectors.publish.templates import Templates, load_templates
from events.bulletin import Extras, Imprint, Practice
from events.bulletin_content import BulletinContent
from events.facts import VerdictRow
from events.figures import Conventions, Finish
from projections.bulletin.content import content_of
from projections.bulletin.material import Material, Remark
from tests.projections.bulletin.city import FAILED, finding, material, row, silent

SCRIPT = "<script>alert(1)</script>&名"
FORMULA = "=HYPERLINK(1)"
LONG = "很长的账号名称" * 20
EXTRAS = Extras(
    practices=(Practice("用图表解读政策。", "政策解读"),),
    report_deadline=date(2023, 3, 15),
    report_to="市政府办公室",
)
IMPRINT = Imprint(document="某府办〔2022〕3号", indicators="政务新媒体检查指标")
FINISH = Finish(
    number="某府办〔2023〕12号",
    issued_on=date(2023, 2, 21),
    signed_by="市政府办公室主任",
    copy_to=("省政府办公厅",),
)
SECRET = finding(1, "red-2-secrets")


def content(
    *rows: VerdictRow, edition: Any = "public", finish: Finish = FINISH, **fields: Any
) -> BulletinContent:
    """Return the content of a bulletin over these rows."""
    return of(material(*rows, **fields), edition=edition, finish=finish)


def of(made: Material, *, edition: Any = "public", finish: Finish = FINISH) -> BulletinContent:
    """Return the content of a bulletin of this material."""
    return replace(content_of(made, Conventions(), edition, extras=EXTRAS, imprint=IMPRINT), finish=finish)


def small(edition: Any = "public") -> BulletinContent:
    """Return a bulletin with a silent account, a secret finding with a note, and a platform of each group."""
    rows = [
        row(1, reason="red-2-secrets", evidence=(SECRET.id,), **FAILED),
        silent(2, 20, name=SCRIPT, platform="新浪微博", tier="县级市（区）", area="甲县"),
        row(3, platform="抖音"),
        row(4, platform="视频号"),
    ]
    return content(
        *rows,
        edition=edition,
        findings=(SECRET,),
        remarks={SECRET.id: Remark("某监测公司", "编号A-17")},
    )


def many(number: int) -> BulletinContent:
    """Return a bulletin whose annex has this many accounts."""
    return content(*(silent(i, 15 + i % 80) for i in range(number)))


def templates(**style: Any) -> Templates:
    """Return the release's templates, with a style of their own."""
    own = load_templates()
    return replace(own, style=replace(own.style, **style))
