"""docs/bulletin.md says what the code gives."""

import re
from pathlib import Path

import msgspec
import pytest

from events.bulletin import Extras
from projections.bulletin.catalogue import LABELS

PAGE = (Path(__file__).parents[3] / "docs" / "bulletin.md").read_text("utf-8")
pytestmark = pytest.mark.source_tree


def test_the_page_lists_every_figure_with_its_label():
    """Names and labels, in the order of the code."""
    figures = PAGE.partition("## Figures")[2]
    assert LABELS == dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", figures, re.MULTILINE))


def test_the_extras_of_the_page_can_be_handed_in():
    """Each field stands in the example, and the example is read as it stands."""
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    extras = msgspec.toml.decode(example, type=Extras)
    assert all(getattr(extras, field) for field in Extras.__struct_fields__)
