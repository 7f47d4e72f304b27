"""What every page of the console keeps to: its words, its marks, its forms; read from the answer, without a browser."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

ALLOWED_WORDS = frozenset(
    [
        "XLSX",
        "CSV",
        "IPv",  # IPv6, as the form of the national system has it
        "DOCX",
        "PDF",
        "API",
        "QR",
        "JSON",
        "XML",
        "RSS",
        "SHA",
        "URL",
        "URI",
        "HTTP",
        "HTTPS",
        "SQL",
        "OpenAPI",
        "BI",
        "MB",
        "KB",
        "GB",
        "Token",
        "ID",
        "curl",
        "Python",
        "Grafana",
        "Excel",
        "Superset",
        "Metabase",
        "Tableau",
        "pandas",
        "OpenID",
        "TOTP",
        "PNG",
        "JPG",
        "JPEG",
        "MP4",
        "ZIP",
        "TXT",
        "XLS",
        "HTML",
        "SVG",
        "DOC",
        "WPS",
        "Word",
        "Cookie",
    ]
)
"""Names of formats and programs, which have no Chinese one."""

_FILE = re.compile(r"[^\s，“”]*\.(?:xlsx|csv|docx|xls|html|json|zip|png|jpg|svg|toml)\b")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z]+")
_ADDRESS = re.compile(r"https?://[^\s，。；“”]+")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}|\d{2}:\d{2}:\d{2}Z|\+\d{2}:\d{2}\b")
_VETO = re.compile(r"两周无更新")
_VOID = frozenset({"img", "input", "br", "hr", "meta", "link", "path", "circle", "rect", "use", "line"})
_UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
_READ = ("placeholder", "aria-label", "title", "alt")
_UNREAD = frozenset({"script", "style", "symbol"})


class Page(HTMLParser):
    """A page, read once: what is found wrong stands in `faults`."""

    def __init__(self, html: str, *, signed_in: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._needs_token = signed_in
        self.links: list[str] = []
        self.filters: list[str] = []
        """Where forms lead that narrow a list."""
        self.acts: list[tuple[str, str]] = []
        """What forms call: method and address, empty for that of the page."""
        self.words: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._ids: list[str] = []
        self._labels: set[str] = set()
        self._fields: list[tuple[str, str, bool, dict[str, str]]] = []
        self._headings: list[int] = []
        self._form: dict[str, str] | None = None
        self._has_token = False
        self.feed(html)
        self.close()
        self._judge()

    @property
    def text(self) -> str:
        """Return what a reader reads."""
        return " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._judge_tag(tag, said)
        if "id" in said:
            self._ids.append(said["id"])
        match tag:
            case "a" if "href" in said:
                self.links.append(said["href"])
                if re.search(r"[\s\"'<>]", said["href"]):
                    self.faults.append(f"the link {said['href']} is none")
            case "label" if "for" in said:
                self._labels.add(said["for"])
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._headings.append(int(tag[1]))
            case "form":
                self._form, self._has_token = said, False
                self.acts.append((said.get("method", "get").upper(), said.get("action", "")))
                if "filt" in said.get("class", "").split():
                    self.filters.append(said.get("action", ""))
            case "input" | "select" | "textarea":
                self._field(tag, said)
        self.words += [text for name in _READ if (text := said.get(name))]
        if tag not in _VOID:
            self._open.append((tag, said))

    def _judge_tag(self, tag: str, said: dict[str, str]) -> None:
        for name in said:
            if name == "style":
                self.faults.append(f"<{tag}> has a style of its own")
            if re.fullmatch(r"on[a-z]+", name):
                self.faults.append(f"<{tag}> has a script of its own: {name}")
        if tag == "img" and "alt" not in said:
            self.faults.append("a picture without words")
        if tag == "script" and "src" not in said:
            self.faults.append("a script in the page")
        if tag == "style":
            self.faults.append("a sheet in the page")

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, _ = self._open.pop()
            if opened == tag:
                break
        if tag == "form" and self._form is not None:
            if self._form.get("method", "get").lower() == "post" and self._needs_token > self._has_token:
                self.faults.append(f"the form to {self._form.get('action')} has no token")
            self._form = None

    def handle_data(self, data: str) -> None:
        if any(tag in _UNREAD or "hash" in said.get("class", "").split() for tag, said in self._open):
            return
        if any(tag == "datalist" for tag, _ in self._open):
            return
        if data.strip():
            self.words.append(data.strip())

    def _field(self, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if said.get("name") == "_csrf":
            self._has_token = True
        wrapped = any(opened == "label" for opened, _ in self._open)
        if tag != "input" or kind not in _UNLABELLED:
            self._fields.append((said.get("name", ""), said.get("id", ""), wrapped, said))

    def _judge(self) -> None:
        for name, id_, wrapped, said in self._fields:
            if not (wrapped or id_ in self._labels or "aria-label" in said or "aria-labelledby" in said):
                self.faults.append(f"the field {name} has no label")
        for id_ in {one for one in self._ids if self._ids.count(one) > 1}:
            self.faults.append(f"the id {id_} stands twice")
        if self._headings.count(1) != 1:
            self.faults.append(f"{self._headings.count(1)} headings of the first level")
        for before, after in zip(self._headings, self._headings[1:], strict=False):
            if after > before + 1:
                self.faults.append(f"a heading of level {after} right below one of {before}")


def faults_of_words(text: str, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give what is wrong with the words of a page; `names` are those of people and things that the test made."""
    if found := _UUID.search(text):
        yield f"an id: {found[0]}"
    if found := _ISO.search(text):
        yield f"a time of machines: {found[0]}"
    text = _FILE.sub("（文件）", _ADDRESS.sub("（网址）", text))
    for found in _ENGLISH.finditer(text):
        if found[0] not in ALLOWED_WORDS and found[0] not in names:
            near = text[max(found.start() - 20, 0) : found.end() + 20]
            yield f"a foreign word: {found[0]} in “{near}”"
    for found in _VETO.finditer(text):
        near = text[max(found.start() - 12, 0) : found.end() + 12]
        if re.search(r"扣|分|周\s*−", text[found.end() : found.end() + 8]):
            yield f"the name of the veto for something else: “{near}”"
