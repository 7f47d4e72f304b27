"""One server that answers as the vendors do: it checks what a sender must get right, and errs as it is told."""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
SECRET = "SECq7Zx9-very-secret-0123456789"  # noqa: S105 (what must not show)
MEMBER = "zhangwei"
CHAT_ID = "ou_7d8a6e6df7621556ce0d21922b676706"
MOBILE = "13912345678"
TOKEN = "token-that-lives"  # noqa: S105


@dataclass(frozen=True)
class Fault:
    """How one request fails, or what is answered to it."""

    body: Any = None  # JSON, or bytes as they are
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    slow: bool = False  # takes the message and says nothing
    closed: bool = False  # hangs up before it answers


class Vendors(ThreadingHTTPServer):
    """All vendors under one address; `faults` are used up by requests that send, `token_faults` by those for tokens."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.released = threading.Event()
        self.reset()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def reset(self) -> None:
        self.faults: list[Fault] = []
        self.token_faults: list[Fault] = []
        self.taken: list[dict[str, Any]] = []  # what was delivered, as it was sent
        self.asked: list[str] = []  # paths
        self.tokens = 0
        self.cards: dict[str, Any] = {}  # by the reference that the sender was given
        self.notices: dict[int, str] = {}  # results of work notices, by task

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    def answer(self, path: str, query: dict[str, str], headers: Any, content: Any) -> dict[str, Any] | int:
        """Answer as the vendor of a path does where nothing goes wrong."""
        answer: dict[str, Any] | int = {"code": 0}
        match path.strip("/").split("/"):
            case ["cgi-bin", "webhook", "send"]:
                answer = self._wecom_robot(query, content)
            case ["cgi-bin", "message", what]:
                answer = self._wecom_app(what, query, content)
            case ["robot", "send"]:
                answer = self._dingtalk_robot(query, content)
            case ["topapi", "message", "corpconversation", what]:
                answer = self._dingtalk_notice(what, query, content)
            case ["open-apis", "bot", "v2", "hook", key]:
                answer = self._feishu_robot(key, content)
            case ["open-apis", "im", "v1", "messages", *reference]:
                answer = self._feishu_app(reference, headers, content)
            case _:
                self.taken.append(content)
        return answer

    def token(self, path: str) -> dict[str, Any] | None:
        """Return a token where a path is one that gives them."""
        if path.strip("/") in ("cgi-bin/gettoken", "gettoken"):
            self.tokens += 1
            return {"errcode": 0, "errmsg": "ok", "access_token": TOKEN, "expires_in": 7200}
        if path.endswith("tenant_access_token/internal"):
            self.tokens += 1
            return {"code": 0, "msg": "ok", "tenant_access_token": TOKEN, "expire": 7200}
        return None

    def _wecom_robot(self, query: dict[str, str], content: Any) -> dict[str, Any]:
        if query.get("key") != KEY:
            return {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1234567890], from ip: 10.1.2.3"}
        if len(content["text"]["content"].encode()) > 2048:
            return {
                "errcode": 40058,
                "errmsg": "text.content exceed max length 2048. invalid Request Parameter",
            }
        self.taken.append(content)
        return {"errcode": 0, "errmsg": "ok"}

    def _wecom_app(self, what: str, query: dict[str, str], content: Any) -> dict[str, Any]:
        if query.get("access_token") != TOKEN:
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        if what == "update_template_card":
            if self.cards.pop(content["response_code"], None) is None:
                return {"errcode": 42099, "errmsg": "response_code is used"}
            self.taken.append(content)
            return {"errcode": 0, "errmsg": "ok"}
        if content["touser"] != MEMBER:
            return {"errcode": 81013, "errmsg": f"user & party & tag all invalid {content['touser']}"}
        self.taken.append(content)
        answer = {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "m1"}
        if content["msgtype"] == "template_card":
            code = f"code-{len(self.taken)}"
            self.cards[code] = content
            answer["response_code"] = code
        return answer

    def _dingtalk_robot(self, query: dict[str, str], content: Any) -> dict[str, Any]:
        if query.get("access_token") != KEY:
            return {"errcode": 300005, "errmsg": "token is not exist"}
        at_ms = query.get("timestamp", "")
        sign = hmac.new(SECRET.encode(), f"{at_ms}\n{SECRET}".encode(), hashlib.sha256).digest()
        if query.get("sign") != base64.b64encode(sign).decode():
            return {"errcode": 310000, "errmsg": "description:sign not match;"}
        if abs(time.time() * 1000 - int(at_ms)) > 3_600_000:
            return {"errcode": 310000, "errmsg": "description:timestamp is out of range"}
        self.taken.append(content)
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk_notice(self, what: str, query: dict[str, str], content: Any) -> dict[str, Any]:
        if query.get("access_token") != TOKEN:
            return {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token"}
        if what == "asyncsend_v2":
            task = len(self.notices) + 1
            same = any(each["msg"] == content["msg"] for each in self.taken)
            self.notices[task] = content["userid_list"] if not same else f"again:{content['userid_list']}"
            if not same:
                self.taken.append(content)
            return {"errcode": 0, "errmsg": "ok", "task_id": task}
        to = self.notices[content["task_id"]]
        result: dict[str, Any] = {"read_user_id_list": [], "unread_user_id_list": []}
        if to.startswith("again:"):
            held = {"code": "143106", "count": 1, "userid": to[6:]}
            result |= {"forbidden_user_id_list": [to[6:]], "forbidden_list": [held]}
        elif to != MEMBER:
            result["invalid_user_id_list"] = [to]
        else:
            result["unread_user_id_list"] = [to]
        return {"errcode": 0, "errmsg": "ok", "send_result": result}

    def _feishu_robot(self, key: str, content: Any) -> dict[str, Any]:
        if key != KEY:
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
        sign = hmac.new(f"{content.get('timestamp')}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
        if content.get("sign") != base64.b64encode(sign).decode():
            return {
                "code": 19021,
                "msg": "sign match fail or timestamp is not within one hour from current time",
            }
        self.taken.append(content)
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success", "data": {}}

    def _feishu_app(self, reference: list[str], headers: Any, content: Any) -> dict[str, Any] | int:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return {"code": 99991663, "msg": "Invalid access token for authorization"}
        card = json.loads(content["content"])
        if not card["config"]["update_multi"]:
            return {"code": 230099, "msg": "Failed to create card content"}
        if reference:
            if reference[0] not in self.cards:
                return {"code": 230031, "msg": "Message can only be modified within 14 days"}
            self.cards[reference[0]] = card
            self.taken.append(content)
            return {"code": 0, "msg": "success", "data": {}}
        if content["receive_id"] != CHAT_ID:
            return {"code": 230013, "msg": f"Bot has NO availability to this user {content['receive_id']}"}
        if not any(each.get("uuid") == content["uuid"] for each in self.taken):
            self.taken.append(content)
        self.cards["om_1"] = card
        return {"code": 0, "msg": "success", "data": {"message_id": "om_1"}}


class _Handler(BaseHTTPRequestHandler):
    server: Vendors

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        self.server.asked.append(target.path)
        token = self.server.token(target.path)
        faults = self.server.faults if token is None else self.server.token_faults
        fault = faults.pop(0) if faults else None
        if fault is not None:
            self._err(fault)
            return
        is_json = "json" in (self.headers.get("Content-Type") or "")
        content = json.loads(raw) if is_json else {"form": raw.decode(), "query": query}
        self._say(200, {}, token or self.server.answer(target.path, query, self.headers, content))

    def do_GET(self) -> None:
        self.do_POST()

    def do_PATCH(self) -> None:
        self.do_POST()

    def _err(self, fault: Fault) -> None:
        if fault.closed:
            return
        if fault.slow:
            self.server.released.wait(20)
            return
        self._say(fault.status, fault.headers, fault.body)

    def _say(self, status: int, headers: dict[str, str], body: Any) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass
