"""XLSX files: every page, visible or not, read as a person sees it; transitional and strict Open XML alike."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from connectors.sheets.areas import TooLargeError
from connectors.sheets.cell_values import SAVE_AGAIN
from connectors.sheets.cells import clean
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.packages import require_sound_package
from connectors.sheets.page import Page, Workings, read_page
from connectors.sheets.signatures import foreign_kind, package_kind
from connectors.sheets.styles import read_styles, read_texts
from connectors.sheets.xml_parts import Attributes, DamagedPartError, is_true, relation, walk
from events.messages import message

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_PAGES = 1_000
MAX_TITLE = 60  # characters that are shown of the name of a page; Excel allows 31
MAX_RELATIONS = 200_000
SMALLER = message("split it into several sheets")

_ROOT = "_rels/.rels"
_KINDS = {"worksheet": "sheet", "chartsheet": "chart", "dialogsheet": "dialog", "macrosheet": "macro"}


class PageEntry(msgspec.Struct, frozen=True):
    """One page as the workbook lists it."""

    title: str
    part: str
    kind: Literal["sheet", "chart", "dialog", "macro"]
    hidden: bool


class _Relation(msgspec.Struct, frozen=True):
    """Where a part leads to."""

    kind: str  # last word of its type
    target: str  # part of the package, or an address outside
    external: bool


class WorkbookFile:
    """A workbook that is open for reading."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._pages, self._workings = _opened(path, archive)

    @property
    def pages(self) -> list[PageEntry]:
        """Every page, in the order of the tabs."""
        return self._pages

    def read(self, entry: PageEntry) -> Page:
        """Read a page; raises SheetError that names it."""
        try:
            with _named(self._path, message("page {title}", title=entry.title)):
                addresses = {
                    key: found.target
                    for key, found in _relations(self._archive, entry.part).items()
                    if found.kind == "hyperlink" and found.external
                }
                return read_page(self._archive, entry.part, addresses, self._workings)
        except TooLargeError as error:
            problem = message("page {title} {problem}", title=entry.title, problem=error.problem)
            raise SheetTooLargeError(self._path, problem, error.remedy) from error


@contextmanager
def open_workbook(path: Path, content: bytes) -> Iterator[WorkbookFile]:
    """Open the bytes of a workbook; raises SheetError where they are none, are damaged, locked or too large."""
    foreign = foreign_kind(content)
    if foreign is not None:
        raise UnreadableSheetError(
            path, message("is {foreign}", foreign=foreign), message("save it as .xlsx without a password")
        )
    require_sound_package(
        path,
        content,
        limit=MAX_UNPACKED_BYTES,
        noun=message("workbook"),
        suffix=".xlsx",
        again=SAVE_AGAIN,
        smaller=SMALLER,
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield WorkbookFile(path, archive)


@contextmanager
def _named(path: Path, where: str) -> Iterator[None]:
    """Turn damage into one kind of error that names the file and the place."""
    try:
        yield
    except DamagedPartError as error:
        raise UnreadableSheetError(
            path, message("is damaged ({where}: {error})", where=where, error=error), SAVE_AGAIN
        ) from error
    except (ValueError, zipfile.BadZipFile, RuntimeError) as error:
        raise UnreadableSheetError(
            path, message("is damaged ({where}: {error})", where=where, error=error), SAVE_AGAIN
        ) from error


def _opened(path: Path, archive: zipfile.ZipFile) -> tuple[list[PageEntry], Workings]:
    with _named(path, message("workbook")):
        main = next(
            (r.target for r in _relations(archive, "").values() if r.kind == "officeDocument"),
            "xl/workbook.xml",
        )
        if main not in archive.namelist() or not main.endswith(".xml"):
            raise UnreadableSheetError(
                path,
                message("is {package_kind}", package_kind=package_kind(archive)),
                message("save it as .xlsx"),
            )
        relations = _relations(archive, main)
        pages, from_1904 = _listed(archive, main, relations)
        if not pages:
            raise UnreadableSheetError(
                path,
                message("is {package_kind}", package_kind=package_kind(archive)),
                message("save it as .xlsx"),
            )
        if len(pages) > MAX_PAGES:
            raise SheetTooLargeError(
                path, message("has more than {max_pages} pages", max_pages=MAX_PAGES), SMALLER
            )
        for entry in pages:
            if entry.kind == "sheet" and entry.part not in archive.namelist():
                raise DamagedPartError(message("page {title} is missing", title=entry.title))
        styles = _part(archive, main, relations, "styles")
        texts = _part(archive, main, relations, "sharedStrings")
        workings = Workings(
            styles=[] if styles is None else read_styles(archive, styles),
            texts=[] if texts is None else read_texts(archive, texts),
            from_1904=from_1904,
        )
    return pages, workings


def _part(archive: zipfile.ZipFile, main: str, relations: dict[str, _Relation], kind: str) -> str | None:
    """Return the part of a kind; where nothing leads to it, the one of its usual name."""
    usual = posixpath.join(posixpath.dirname(main), f"{kind}.xml")
    led = (found.target for found in relations.values() if found.kind == kind and not found.external)
    part = next(led, usual)
    return part if part in archive.namelist() else None


def _listed(
    archive: zipfile.ZipFile, main: str, relations: dict[str, _Relation]
) -> tuple[list[PageEntry], bool]:
    """List the pages, and tell whether dates count from 1904."""
    pages: list[PageEntry] = []
    from_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal from_1904
        if name == "workbookPr":
            from_1904 = is_true(attributes.get("date1904"))
        elif name == "sheet" and len(pages) <= MAX_PAGES:
            title = clean(attributes.get("name", ""))[:MAX_TITLE]
            found = relations.get(relation(attributes, "id") or "")
            if found is None:
                raise DamagedPartError(message("page {title} leads nowhere", title=title))
            hidden = attributes.get("state", "visible") != "visible"
            kind = _KINDS.get(found.kind, "macro")
            pages.append(PageEntry(title, found.target, kind, hidden))  # type: ignore[arg-type]

    walk(archive, main, start, None, None)
    return pages, from_1904


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, _Relation]:
    """Return where a part leads to, by id; the whole package for an empty name (ECMA-376 part 2, 9.3)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels") if part else _ROOT
    found: dict[str, _Relation] = {}
    if rels not in archive.namelist():
        return found

    def start(element: str, attributes: Attributes) -> None:
        if element != "Relationship":
            return
        if len(found) > MAX_RELATIONS:
            raise DamagedPartError(
                message(
                    "{rels}: more than {max_relations} relationships", rels=rels, max_relations=MAX_RELATIONS
                )
            )
        kind = attributes.get("Type", "").rpartition("/")[2]
        external = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[attributes.get("Id", "")] = _Relation(kind, target, external)

    walk(archive, rels, start, None, None)
    return found
