"""What a browser would send of a form as it stands on a page."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._open: list[tuple[str, str]] | None = None
        self._select: str | None = None
        self._chosen: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.forms.setdefault(told.get("id") or told.get("action", ""), [])
        elif self._open is None or "disabled" in told:
            return
        elif tag == "input" and told.get("name"):
            kind = told.get("type", "text")
            if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in told):
                return
            self._open.append((told["name"], told.get("value", "")))
        elif tag == "select":
            self._select, self._chosen, self._first = told.get("name"), None, None
        elif tag == "option" and self._select is not None:
            value = told.get("value", "")
            self._first = value if self._first is None else self._first
            if "selected" in told:
                self._chosen = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select is not None and self._open is not None:
            chosen = self._chosen if self._chosen is not None else self._first
            self._open.append((self._select, chosen or ""))
            self._select = None


def fields_of(page: str, form: str, **changed: str | list[str]) -> dict[str, list[str]]:
    """Return the fields of a form by its id or address, without the token of the session, some of them changed."""
    reader = _Forms()
    reader.feed(page)
    fields: dict[str, list[str]] = {}
    for name, value in reader.forms[form]:
        if name != "_csrf":
            fields.setdefault(name, []).append(value)
    for name, value in changed.items():
        fields[name] = [value] if isinstance(value, str) else value
    return fields
