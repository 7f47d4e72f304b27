"""Dangerous acts ask again who somebody is: a one-time code, or the password, good for ten minutes.

A form has `{{ proof(visit) }}` of `macros/proof.html` in it; its handler begins with `wrong = proven(visit)` and shows
the form again where that says what is wrong.
"""

from pipeline.access.signing_in import WaitError, WrongError, prove
from pipeline.console.visit import Visit

FIELD = "proof"


def proven(visit: Visit) -> str:
    """Take what a form shows of who somebody is; returns what is wrong, empty where nothing is."""
    if visit.session is None or visit.is_proven:
        return ""
    try:
        prove(visit.signin, visit.session, visit.form.text(FIELD), visit.now)
    except WrongError:
        return "密码或验证码不正确，请重新输入。"
    except WaitError as e:
        return f"请 {waited(e.seconds)}后再试。"
    return ""


def waited(seconds: int) -> str:
    """Return how long somebody waits, as people say it."""
    return f"{seconds} 秒" if seconds <= 120 else f"{-(-seconds // 60)} 分钟"
