"""Who writes while the server dies: clerks in browsers, who do nothing twice, and programs, which send again."""

import re
import threading
from datetime import datetime
from typing import Any

import httpx

from events.instants import SHANGHAI
from tests.pipeline.console.signed import PASSWORD

RULE = "发布商业广告"
BATCH = 20
_PATIENCE_S = 20.0
_AWAY_S = 0.05
_HIDDEN = re.compile(r'<input type="hidden" name="(_csrf|_begun)" value="([^"]*)"')


class Writer(threading.Thread):
    """Acts until it is told to stop; `acked` holds what the server answered for, `sent` all that it was asked."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name=name, daemon=True)
        self.url = url
        self.sent: list[str] = []
        self.acked: list[str] = []
        self.odd: list[str] = []  # answers that nobody should get
        self._ending = threading.Event()
        self._acts = 0

    def stop(self) -> None:
        """Let the act under way end, and no other begin."""
        self._ending.set()

    def run(self) -> None:
        """Act, whoever answers."""
        with httpx.Client(base_url=self.url, timeout=_PATIENCE_S) as client:
            while not self._ending.is_set():
                try:
                    self.act(client)
                except httpx.HTTPError:
                    self._ending.wait(_AWAY_S)

    def act(self, client: httpx.Client) -> None:
        raise NotImplementedError

    def name_of_act(self) -> str:
        """Return a mark that no other act has."""
        self._acts += 1
        return f"{self.name}之{self._acts}"


class Clerk(Writer):
    """Records findings, or flags accounts, in turn; what was not answered is not sent again."""

    def __init__(self, login: str, url: str, accounts: list[str]) -> None:
        super().__init__(login, url)
        self._accounts = accounts
        self._in = False

    def act(self, client: httpx.Client) -> None:
        if not self._in:
            self._sign_in(client)
            return
        mark = self.name_of_act()
        account = self._accounts[self._acts % len(self._accounts)]
        today = datetime.now(SHANGHAI).date().isoformat()
        if self._acts % 2:
            page, path = "/findings/new", "/findings/new"
            fields = {"account": account, "rule": RULE, "found_at": today, "note": mark}
        else:
            page, path = "/focus", "/focus/flag"
            fields = {"account": account, "at": today, "by": "市监测中心", "reason": mark}
        hidden = self._hidden(client, page)
        if not hidden:
            return
        self.sent.append(mark)
        answer = client.post(path, data={**fields, **hidden})
        if answer.status_code == httpx.codes.SEE_OTHER and "/login" not in answer.headers["location"]:
            self.acked.append(mark)
        elif answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            self.odd.append(f"{path} {answer.status_code} {_said(answer.text)}")

    def _sign_in(self, client: httpx.Client) -> None:
        hidden = self._hidden(client, "/login")
        if hidden:
            answer = client.post("/login", data={"username": self.name, "password": PASSWORD, **hidden})
            self._in = answer.status_code == httpx.codes.SEE_OTHER

    def _hidden(self, client: httpx.Client, page: str) -> dict[str, str]:
        """Return what a form of the page sends by itself; empty: no page came."""
        shown = client.get(page)
        return dict(_HIDDEN.findall(shown.text)) if shown.status_code == httpx.codes.OK else {}


class Program(Writer):
    """Hands in posts by the API, the same batch again until it was answered; `acked` holds the ids of facts."""

    def __init__(self, name: str, url: str, accounts: list[str], token: str) -> None:
        super().__init__(name, url)
        self._accounts, self._token = accounts, token
        self._waiting: list[dict[str, Any]] = []

    def act(self, client: httpx.Client) -> None:
        if not self._waiting:
            now = datetime.now(SHANGHAI).isoformat(timespec="seconds")
            keys = [self.name_of_act() for _ in range(BATCH)]
            self.sent += keys
            self._waiting = [
                {
                    "type": "post",
                    "account": {"id": self._accounts[n % len(self._accounts)]},
                    "at": now,
                    "key": key,
                }
                for n, key in enumerate(keys)
            ]
        answer = client.post(
            "/api/v1/events", json=self._waiting, headers={"Authorization": f"Bearer {self._token}"}
        )
        if answer.status_code != httpx.codes.OK:
            if answer.status_code not in (429, 500, 502, 503):
                self.odd.append(f"api {answer.status_code} {answer.text[:200]}")
            self._ending.wait(_AWAY_S)
            return
        for said in answer.json()["rows"]:
            if said["status"] == "accepted":
                self.acked.append(said["id"])
            else:
                self.odd.append(f"api row {said}")
        self._waiting = []


def _said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()[:300]
