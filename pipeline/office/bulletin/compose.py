"""Composing a bulletin: its content from the rows, and the office's templates that put it into words."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.documents.errors import TemplateError
from connectors.publish.templates import Templates, load_templates
from events.bulletin import BulletinDrafted, Edition, Extras, Imprint, Override
from events.bulletin_content import BulletinContent
from events.fields import marked
from events.figures import Finish
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside import Beside, beside_at, beside_now
from pipeline.office.bulletin.imprint import imprint_now
from pipeline.office.bulletin.material import gather
from pipeline.office.own_office import is_example
from pipeline.office.rounds.state import load_round
from projections.bulletin.content import content_of, unknown_accounts
from projections.bulletin.material import Material, put_by_line

TEMPLATES = "templates"
"""Folder of a home whose files stand in for the templates of this release."""


class Bulletin(msgspec.Struct, frozen=True):
    """One edition of a round's bulletin, composed once a command and handed on to whatever writes or reads it."""

    round: str
    content: BulletinContent
    templates: Templates
    unknown: tuple[str, ...]  # account ids that wait for a look by hand or an override

    def with_overrides(self, overrides: tuple[Override, ...]) -> "Bulletin":
        """Return the bulletin that lets these accounts stay unknown."""
        return msgspec.structs.replace(
            self, content=msgspec.structs.replace(self.content, overrides=overrides)
        )

    def with_finish(self, finish: Finish) -> "Bulletin":
        """Return the bulletin with the number, date and copies under which it goes out."""
        return msgspec.structs.replace(self, content=msgspec.structs.replace(self.content, finish=finish))


def compose(
    workspace: Workspace,
    name: str,
    *,
    extras: Extras | None = None,
    edition: Edition = "public",
    run_id: UUID | None = None,
    imprint: Imprint | None = None,
    beside: Callable[[Workspace, Material, Edition, int], Beside] = beside_now,
) -> Bulletin:
    """Compose a bulletin from the newest run of a frozen round, or from the one named; nothing is recorded.

    `imprint` is that of its draft; None: what the office says now. `beside` gives the parts that stand beside the
    accounts: those of today, unless a draft has its own.
    """
    extras = extras or Extras()
    templates = templates_of(workspace.home, example=is_example(workspace))
    material = gather(workspace, name, extras.outside, run_id)
    if edition == "line":
        material = put_by_line(material)
        if not material.areas:
            raise UsageError(
                message(
                    "no account of {name} belongs to a line; `xuncha accounts line` says which do", name=name
                )
            )
    _require_known(extras, material)
    if imprint is None:
        imprint = imprint_now(workspace, templates.style, load_round(workspace, name).announced)
    given = beside(workspace, material, edition, templates.style.conventions.digits)
    content = content_of(
        material,
        templates.style.conventions,
        edition,
        extras=extras,
        imprint=imprint,
        beside=given.parts,
        beside_known_at=given.known_at,
    )
    return Bulletin(name, content, templates, tuple(a.account_id for a in unknown_accounts(material)))


def composed_of(
    workspace: Workspace, name: str, draft: BulletinDrafted, run_id: UUID | None = None
) -> Bulletin:
    """Compose the bulletin of a draft: its extras, its imprint, its parts as known then; `run_id`: see `compose`."""
    return compose(
        workspace,
        name,
        extras=draft.extras,
        edition=draft.edition,
        run_id=run_id,
        imprint=draft.imprint,
        beside=beside_at(draft.beside_known_at),
    )


def _require_known(extras: Extras, material: Material) -> None:
    """Refuse praise of accounts that the registry does not have under this name."""
    names = {entry.name for entry in material.population.values()}
    strangers = sorted({a for p in extras.practices for a in p.accounts} - names)
    if strangers:
        raise UsageError(
            message(
                "practices name {strangers}, which the registry does not have at the check point;"
                " write the account's name as it is registered",
                strangers="、".join(strangers),
            )
        )


def templates_of(home: Home, *, example: bool = False) -> Templates:
    """Return the templates of a home, which mark what is an `example`; raises `UsageError` for a damaged one."""
    folder = home.path / TEMPLATES
    try:
        return load_templates(folder if folder.is_dir() else None, example=example)
    except TemplateError as e:
        raise UsageError(marked(e)) from None


def folder_of(home: Home, name: str, edition: Edition) -> Path:
    """Return where the documents of a round are kept when nobody names another folder."""
    return home.path / "bulletins" / name / edition
