"""Addresses to go on to: of this server alone, whatever a link says."""

import re

_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_NOT_AGAIN = ("/login", "/logout", "/oidc/", "/setup", "/invite/")


def local_path(path: str, otherwise: str) -> str:
    """Return a path of this server, `otherwise` for anything else: a link to us must lead nobody to strangers."""
    if len(path) > 2000 or _LOCAL.fullmatch(path) is None or path.startswith(_NOT_AGAIN):
        return otherwise
    return path
