"""Files that come without a path: the same bounds, and archives that swell stay packed."""

import io
import zipfile

from connectors.papers.folder import files_in


def _archive(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in parts.items():
            writer.writestr(name, content)
    return kept.getvalue()


def test_a_file_is_one_and_an_archive_is_a_folder():
    """A plain file is given as it is, an archive by its files, one level deep."""
    assert [file.name for file in files_in("甲.csv", b"a,b")] == ["甲.csv"]
    found = files_in("包.zip", _archive({"甲.csv": b"a", "下/乙.csv": b"b"}))
    assert {file.name: file.left_out.code if file.left_out else "" for file in found} == {
        "甲.csv": "",
        "下/乙.csv": "too_deep",
    }


def test_an_archive_that_swells_is_left_out_as_a_whole():
    """More than 64 MB and a hundredfold of what came."""
    found = files_in("炸.zip", _archive({f"{n}.csv": bytes(16 << 20) for n in range(5)}))
    assert [(file.name, file.left_out.code if file.left_out else "") for file in found] == [
        ("炸.zip", "too_large")
    ]


def test_hidden_files_and_locks_are_passed_over():
    """As those of a folder are."""
    assert [file.left_out.code for file in files_in("~$台账.xlsx", b"x") if file.left_out] == ["lock_file"]
    assert [file.left_out.code for file in files_in(".台账.xlsx", b"x") if file.left_out] == ["hidden_file"]
