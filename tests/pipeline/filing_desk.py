"""A home with one opening that went over the filing desk, and forms that people fill in."""

from pathlib import Path

from docx import Document

from tests.pipeline.program import asked, done, rows

OWNER = "某市交通运输局"
APPLY = ("filings", "apply", "--name", "某市出行", "--platform", "抖音", "--owner", OWNER)
LATER = ("--on", "2023-03-31")


def case(home: Path) -> dict[str, object]:
    """Return the one case of a home as of the end of March 2023."""
    (found,) = rows(home, "filings", "list", *LATER)
    return found


def opened(home: Path, filed: str = "2023-01-29") -> str:
    """Apply, approve, open on 20 January 2023 and file; returns the id of the filing."""
    applied = asked(home, *APPLY, "--purpose", "发布交通信息", "--section", "一科", "--at", "2023-01-10")[
        "cases"
    ][0]
    done(home, "filings", "opinion", applied, "--by", "owner", "--approve", "--at", "2023-01-11")
    done(home, "filings", "opinion", applied, "--by", "office", "--approve", "--at", "2023-01-12")
    done(home, "filings", "file", applied[:8], "--effective", "2023-01-20", "--filed", filed)
    return str(case(home)["id"])


def opened_account(home: Path) -> str:
    """Open an account; returns its id."""
    opened(home)
    (account,) = rows(home, "accounts", "list")
    return str(account["subject"])


def filled(path: Path, texts: dict[str, str]) -> Path:
    """Fill in cells of a form, named by the label before them."""
    document = Document(str(path))
    for row in document.tables[0].rows:
        cells = list(dict.fromkeys(row.cells))
        labels = ["".join(cell.text.split()) for cell in cells]
        for label, text in texts.items():
            first, _, second = label.partition("/")
            if labels[0] == first:
                cells[labels.index(second) + 1 if second else 1].text = text
    document.save(str(path))
    return path
