"""What the reader may ask: one statement that reads, with no way to files, net or state of the server.

chDB lets `file('/etc/passwd')` and KILL QUERY pass even at `readonly=1`, so this is one layer of several: the
class that the engine's own parser gives a statement, this guard over the text as the engine itself writes it
(escapes, comments and quotes resolved), `readonly=1` with limits, and confinement by the kernel.
"""

import re
from itertools import pairwise
from typing import Any

from connectors.history.server.errors import ACCESS_DENIED, READONLY, SYNTAX_ERROR, QueryError

_READ_CLASS = 0  # chDB's query_class.READ_ONLY
_BEGINNINGS = re.compile(
    r"\(*(?:SELECT|WITH|DESCRIBE|EXPLAIN|EXISTS|SHOW (?:TABLES|DATABASES|(?:FULL )?COLUMNS"
    r"|CREATE (?:TABLE|VIEW|DATABASE)))\b"
)
# those that are functions of values too are named in `_NAMES`
OUTWARD_TABLE_FUNCTIONS = """
SELECT lower(name) FROM system.table_functions
WHERE NOT allow_readonly AND name NOT IN ('zeros', 'zeros_mt')
  AND name NOT IN (SELECT name FROM system.functions)
"""
_SYSTEM_TABLES = frozenset(
    {
        *(
            "columns",
            "contributors",
            "data_type_families",
            "databases",
            "dictionaries",
            "formats",
            "functions",
        ),
        *(
            "keywords",
            "numbers",
            "numbers_mt",
            "one",
            "settings",
            "table_engines",
            "tables",
            "time_zones",
            "zeros",
        ),
    }
)
# `default` is chDB's database of files: a table of it is any file that has this name
_NAMES = re.compile(
    r"(?:default|file|eval|python|cluster|clusterallreplicas|merge|sleep|sleepeachrow|catboostevaluate|showcertificate"
    r"|getserversetting|hascolumnintable|getmacro|addresstoline|addresstolinewithinlines|addresstosymbol|demangle|trap|logtrace"
    r"|filesystem\w*|mergetree\w*|fuzzquery)"
)
# case counts for functions named ai…: aiGenerate is one, the column `air` is none
_AI_FUNCTION = re.compile(r"(?:ai|AI)[A-Z]\w*")
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\]|\\.)*)"|([^\W\d]\w*)|\s+|.""", re.DOTALL
)
_PATH_IN_A_NAME = re.compile(r"[\\/.:]")
_IDENTIFIER_PARAMETER = re.compile(r"\{\s*\w+\s*:\s*Identifier", re.IGNORECASE)


def check_class(classified: dict[str, Any], why: str) -> None:
    """Refuse a statement that the engine does not class as reading (code 164)."""
    if classified["statement_count"] and int(classified["query_class"]) != _READ_CLASS:
        raise QueryError.refused(READONLY, f"Cannot execute query in readonly mode: {why}.")


def check_reader(connection: Any, sql: bytes, database: str, outward: frozenset[str]) -> None:
    """Refuse what a trusted reader has no use for (code 497).

    `connection` is asked only to parse; `outward` are the lines that `OUTWARD_TABLE_FUNCTIONS` gives.
    Raises RuntimeError of the engine for text that it can't parse.
    """
    if database.lower() == "system":
        raise _denied("the database system; name its tables in full")
    text = _normalised(connection, sql)
    if not _BEGINNINGS.match(text):
        raise _denied(f"statements that begin {text[:40]!r}")
    if _IDENTIFIER_PARAMETER.search(text):
        raise _denied("parameters of type Identifier")
    _check_settings(text)
    _check_names(text, outward)


def _check_settings(text: str) -> None:
    """Refuse SETTINGS anywhere in a statement, in a subquery too: a limit would be lifted where it counts.

    As the engine writes them keywords are large, and what follows a column or table of that name is one, or no word.
    """
    tokens = [token for token in _TOKEN.finditer(text) if not token[0].isspace()]
    for clause, name in pairwise(tokens):
        if clause[3] == "SETTINGS" and (name[1] or name[2] or (name[3] and not name[3].isupper())):
            raise _denied(
                f"SETTINGS {name[0]}; limits are those of the reader, and the client chooses the format"
            )


def _check_names(text: str, outward: frozenset[str]) -> None:
    before = ("", "")  # the last two tokens that are no blanks: is this name behind `system.`?
    for token in _TOKEN.finditer(text):
        quoted = token[1] or token[2]
        name = quoted or token[3]
        if quoted and _PATH_IN_A_NAME.search(quoted):
            raise _denied(f"the identifier {quoted!r}: a name with / . : or a backslash may be a path")
        if before[1] == "into" and token[0] == "OUTFILE":
            raise _denied("INTO OUTFILE; send the output to a file instead")
        if name and before == ("system", ".") and name.lower() not in _SYSTEM_TABLES:
            raise _denied(f"system.{name}")
        if name and _is_forbidden(name):
            raise _denied(f"the name {name}")
        if token[0] == "(" and before[1] in outward:
            raise _denied(f"the table function {before[1]}")
        if not token[0].isspace():
            before = (before[1], (name or token[0]).lower())


def _is_forbidden(name: str) -> bool:
    return bool(_NAMES.fullmatch(name.lower()) or _AI_FUNCTION.fullmatch(name))


def _normalised(connection: Any, sql: bytes) -> str:
    try:
        text = sql.decode()
    except UnicodeDecodeError as error:
        raise QueryError.refused(SYNTAX_ERROR, f"The query is not UTF-8 at byte {error.start}.") from None
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    answer = connection.query("SELECT formatQuerySingleLine({q:String})", "RawBLOB", params={"q": escaped})
    return bytes(answer.bytes()).decode()


def _denied(what: str) -> QueryError:
    return QueryError.refused(ACCESS_DENIED, f"reader: not allowed: {what}.")
