"""Whether text is hidden, struck through or part of a list, by its own properties and by those of its styles."""

from typing import Any

import msgspec

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off", "none"})
_LONGEST_CHAIN = 20


class Look(msgspec.Struct, frozen=True):
    """How text is shown."""

    hidden: bool
    struck: bool


class Styles:
    """The styles of a document (ECMA-376 part 1, 17.7)."""

    def __init__(self, root: Any | None) -> None:
        self._by_id: dict[str, Any] = {}
        self._toggles: dict[tuple[str, str], bool | None] = {}
        self._default_paragraph = ""
        self._defaults: Any | None = None
        if root is None:
            return
        self._defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for style in root.iter(f"{W}style"):
            identity = str(style.get(f"{W}styleId"))
            self._by_id[identity] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._default_paragraph = identity

    def is_hidden(self, run_properties: Any | None, paragraph_properties: Any | None) -> bool:
        """Tell a run that nobody sees."""
        return self._is_on("vanish", run_properties, paragraph_properties)

    def look(self, run_properties: Any | None, paragraph_properties: Any | None) -> Look:
        """Return how a run is shown."""
        return Look(
            hidden=self.is_hidden(run_properties, paragraph_properties),
            struck=self._is_on("strike", run_properties, paragraph_properties)
            or self._is_on("dstrike", run_properties, paragraph_properties),
        )

    def fonts(self, run_properties: Any | None, paragraph_properties: Any | None) -> Any | None:
        """Return the fonts of a run, None where nothing names any."""
        for level in self._levels(run_properties, paragraph_properties):
            found = level.find(f"{W}rFonts")
            if found is not None and (found.get(f"{W}ascii") or found.get(f"{W}hAnsi")):
                return found
        return None

    def is_listed(self, paragraph_properties: Any | None) -> bool:
        """Tell a paragraph with a number or a bullet before it."""
        own = _child(paragraph_properties, "numPr")
        levels = [own] if own is not None else []
        levels += [
            number
            for style in self._chain(self._paragraph_style(paragraph_properties))
            if (number := style.find(f"{W}pPr/{W}numPr")) is not None
        ]
        number = _child(levels[0], "numId") if levels else None
        return number is not None and number.get(f"{W}val") != "0"

    def _is_on(self, name: str, run_properties: Any | None, paragraph_properties: Any | None) -> bool:
        """Resolve a toggle: set on the run it counts, among styles two that set it cancel each other (17.7.3)."""
        own = _toggle(run_properties, name)
        if own is not None:
            return own
        by_style = [
            self._toggled(identity, name)
            for identity in (_run_style(run_properties), self._paragraph_style(paragraph_properties))
        ]
        if by_style == [None, None]:
            return bool(_toggle(self._defaults, name))
        return by_style.count(True) == 1

    def _toggled(self, identity: str, name: str) -> bool | None:
        """Return what a style, or the nearest that it is based on, says about a property; of a thousand runs once."""
        if (identity, name) not in self._toggles:
            values = (_toggle(_rpr(style), name) for style in self._chain(identity))
            self._toggles[identity, name] = next((value for value in values if value is not None), None)
        return self._toggles[identity, name]

    def _levels(self, run_properties: Any | None, paragraph_properties: Any | None) -> list[Any]:
        levels = [run_properties]
        for identity in (_run_style(run_properties), self._paragraph_style(paragraph_properties)):
            levels.extend(_rpr(style) for style in self._chain(identity))
        return [level for level in (*levels, self._defaults) if level is not None]

    def _paragraph_style(self, paragraph_properties: Any | None) -> str:
        named = _child(paragraph_properties, "pStyle")
        return str(named.get(f"{W}val")) if named is not None else self._default_paragraph

    def _chain(self, identity: str) -> list[Any]:
        """Return a style and those that it is based on."""
        chain: list[Any] = []
        while identity in self._by_id and len(chain) < _LONGEST_CHAIN:
            chain.append(self._by_id[identity])
            based = _child(chain[-1], "basedOn")
            identity = str(based.get(f"{W}val")) if based is not None else ""
        return chain


def _child(element: Any | None, name: str) -> Any | None:
    return None if element is None else element.find(f"{W}{name}")


def _rpr(style: Any) -> Any | None:
    return _child(style, "rPr")


def _run_style(run_properties: Any | None) -> str:
    named = _child(run_properties, "rStyle")
    return str(named.get(f"{W}val")) if named is not None else ""


def _toggle(properties: Any | None, name: str) -> bool | None:
    """Return what a property says, None where it is not set."""
    found = _child(properties, name)
    return None if found is None else str(found.get(f"{W}val", "1")) not in _OFF
