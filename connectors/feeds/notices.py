"""Pages and items that ask a program to log in or to prove that it is human, where posts should be."""

import re

_LOOKED_INTO = 300  # characters of a text

_WORDS = re.compile(
    r"(?:登[录陆]|授权|会话|凭证|扫码|账号|帐号|cookie|token|session|login)[^，。；、？！]{0,8}(?:失效|过期|超时|掉线|expired|invalid)"
    r"|请(?:您|先|重新|立即|尽快|及时)*(?:登[录陆]|扫码|授权)|(?:需要?|尚未|未|重新)登[录陆]"
    r"|环境异常|(?:人机|安全|滑块|身份)验证|(?:完成|输入|进行)[^，。；]{0,6}验证|访问(?:过于|太)频繁|操作(?:过于|太)?频繁"
    r"|verify (?:that )?you(?: are|['’]re) (?:a )?human|are you (?:a )?(?:human|robot)|not a robot|captcha"
    r"|just a moment|attention required|access denied|unusual traffic|security check"
    r"|(?:log|sign)[ -]?in (?:is )?(?:required|needed|to continue|again|expired)|please (?:log|sign)[ -]?in"
    r"|(?:session|cookie|token) (?:has |is )?(?:expired|invalid)|unauthori[sz]ed|authentication required"
    r"|(?:feed|rss|channel|account) (?:is |was )?not found",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"^https?://(?:log-?in|passport|sso|auth|accounts?)\."
    r"|[/?&=._-](?:log-?in|sign-?in|passport|sso|oauth2?|authorize|captcha|\w*appmsgcaptcha|verify|qr-?code)(?:[/?&=.#_-]|$)",
    re.IGNORECASE,
)

# Whatever the two above find holds one of these, small (none has an i, of which there are four); most texts hold none.
_IN_WORDS = re.compile(
    "登[录陆]|扫码|授权|失效|过期|超时|掉线|环境异常|验证|频繁"
    "|exp|nval|human|robot|captcha|moment|attent|den|traff|secur|log|gn|auth|found"
)
_IN_LINKS = re.compile("log|gn|passport|sso|auth|account|captcha|ver|qr")


def is_notice(text: str) -> bool:
    """Whether a title or a page asks to log in or to verify; real posts may speak of that, too."""
    looked_into = text[:_LOOKED_INTO]
    return bool(_IN_WORDS.search(looked_into.casefold()) and _WORDS.search(looked_into))


def leads_to_login(link: str) -> bool:
    """Whether a link leads to where one logs in or proves to be human."""
    looked_into = link[:_LOOKED_INTO]
    return bool(_IN_LINKS.search(looked_into.casefold()) and _LINK.search(looked_into))
