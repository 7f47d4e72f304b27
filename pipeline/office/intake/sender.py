"""Who hands papers in, and what they may hand in, see, confirm and undo (docs/design.md, Rights)."""

import msgspec

OFFICE_ROLES = frozenset({"", "clerk", "signer", "auditor"})
"""Roles about everything; empty is the command line."""

UPLOADS = {
    "competent": frozenset({"accounts", "people", "units", "self_check", "answers", "reposts", "assessment"}),
    "owner": frozenset({"self_check", "answers", "reposts"}),
    "firm": frozenset({"looks", "posts", "findings", "site_looks", "site_findings"}),
}
"""Kinds of pages that a role hands in; one that is missing here hands in any."""

CONFIRMS = {
    "competent": frozenset({"self_check"}),
    "owner": frozenset[str](),
    "firm": frozenset({"looks", "posts"}),
}
"""Kinds of pages that a role confirms itself; what it hands in beside them waits for the office."""


class Sender(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who hands something in: an actor, in a role about an area, a unit or a source; blank: the command line."""

    actor: str = ""
    role: str = ""
    scope: str = ""

    @property
    def is_office(self) -> bool:
        """Tell whether somebody of the office hands in: any kind, about everything."""
        return self.role in OFFICE_ROLES

    @property
    def on_behalf(self) -> str:
        """Return the code of whom this is handed in for: `firm:某公司`; empty: the office."""
        return "" if self.is_office else f"{self.role}:{self.scope}"

    def uploads(self, kind: str) -> bool:
        """Tell whether a page of a kind may come from this sender."""
        return self.role not in UPLOADS or kind in UPLOADS[self.role]

    def confirms(self, kind: str) -> bool:
        """Tell whether this sender may confirm a page of a kind."""
        return self.role in ("", "clerk") or kind in CONFIRMS.get(self.role, ())


def sent_by(actor: str, on_behalf: str) -> Sender:
    """Return the sender that an intake names."""
    role, _, scope = on_behalf.partition(":")
    return Sender(actor, role, scope)
