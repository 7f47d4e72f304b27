"""Content controls: what is typed into them is text, a prompt is not, and a check box is its sign."""

import re
from collections.abc import Iterable
from typing import Any

from connectors.word.names import W, local
from connectors.word.shown import Seen
from events.messages import message

TICKED, EMPTY = "☑", "□"
_PROMPT = re.compile(
    r"(?: (?:单击|点击|单击或点击|请单击|请点击|点按) .{0,20} (?:此处|这里|输入|选择|日期) .{0,20}"
    r" | 选择一项 [。.]? | (?:click|tap) .{0,20} \b here\b .{0,40} | (?:choose|select) \s an? \s item [.]? )",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TICKS = frozenset("☑☒✓✔√■●⦿☼⊠✗✘×")
_BLANKS = frozenset("□☐○◯")


def is_prompt(text: str) -> bool:
    """Tell the words that Word shows in a control that nobody has filled in."""
    return _PROMPT.fullmatch(text.strip()) is not None


def prompt_or_box(control: Any, seen: Seen) -> Seen:
    """Return what a control shows, `seen` being its content."""
    properties = control.find(f"{W}sdtPr")
    if properties is None:
        return seen
    box = next((child for child in properties if local(child) == "checkbox"), None)
    if box is not None:
        return _box(box, seen)
    flag = properties.find(f"{W}showingPlcHdr")
    if flag is None or flag.get(f"{W}val") in ("0", "false", "off"):
        return seen
    text = seen.text.strip()
    if is_prompt(text) or not text:
        return Seen("", seen.obstacle, seen.listed, seen.drawn, seen.pictures)
    obstacle = message(
        "a content control that is marked as not filled in, with the words “{text}”", text=text[:20]
    )
    return Seen(seen.text, seen.obstacle or obstacle, seen.listed, seen.drawn, seen.pictures)


def seen_control(seen: Seen, controls: Iterable[Any]) -> Seen:
    """Return what is shown of a cell that stands in content controls, the innermost last."""
    for control in reversed(list(controls)):
        seen = prompt_or_box(control, seen)
    return seen


def _box(box: Any, seen: Seen) -> Seen:
    state = next((child for child in box if local(child) == "checked"), None)
    value = "" if state is None else next((str(v) for k, v in state.items() if k.endswith("val")), "1")
    ticked = value in ("1", "true", "on")
    signs = set(seen.text)
    differ = (ticked and signs & _BLANKS) or (not ticked and signs & _TICKS)
    return Seen(
        TICKED if ticked else EMPTY, message("a check box whose sign and state differ") if differ else ""
    )
