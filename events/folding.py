"""Names in the form in which they are compared: one name written with other characters is one name.

For comparing only: what is stored is what was written.
"""

import re
import unicodedata
from functools import lru_cache

# CJK radicals that stand for a whole character, as a PDF gives them (Unicode EquivalentUnifiedIdeograph); those of
# the Kangxi block are resolved by NFKC.
_RADICALS = str.maketrans(
    "⺇⺈⺊⺌⺎⺒⺓⺜⺝⺠⺧⺩⺫⺬⺶⺼⻁⻃⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻲",
    "几刀卜小兀巳幺日月民牛王目示羊肉虎西西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龜龟",
)
_ALIKE = str.maketrans(
    {
        "帐": "账",
        **dict.fromkeys("•‧∙⋅・⸱●᛫ꞏ", "·"),
        **dict.fromkeys("‐‑‒–—―−─━﹘⸺⸻", "-"),
        **dict.fromkeys("“”„‟〝〞″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("〔【〖〘〚", "["),
        **dict.fromkeys("〕】〗〙〛", "]"),
    }
)
_PLAIN = re.compile("[0-9a-z_:\u4e00-\u5e0f\u5e11-\u9fff]+")
"""Texts in which nothing folds: no mark, no capital, no 帐 (U+5E10)."""

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_DASHES = re.compile("-{2,}")
_TRAILING_BRACKET = re.compile(r"(?<=.)[(\[]([^()\[\]]+)[)\]]$")
_PLATFORM_WORD = re.compile(
    "(?:官方|政务|新浪|腾讯|微信|今日)*"
    "(?:订阅号|服务号|公众号|公众平台|微信|微博|抖音号?|视频号|快手号?|头条号?|小程序|小红书号?|百家号|企鹅号|澎湃号"
    "|哔哩哔哩|b站|客户端|app|官方|账号|官方账号)"
)
_OFFICE = re.compile("(?:人民政府|政府|府)(?:办公室|办)$")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Fold a text: width, radicals, case, dots, dashes, quotes and brackets alike; spaces and what is not seen off."""
    if _PLAIN.fullmatch(text):
        return text
    while (folded := _folded(text)) != text:
        text = folded
    return text


def _folded(text: str) -> str:
    """Fold once: what goes may leave characters side by side that fold again."""
    plain = unicodedata.normalize("NFKC", text.translate(_RADICALS)).translate(_ALIKE).casefold()
    seen = "".join(
        c for c in _UNSEEN.sub("", plain) if unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp")
    )
    return _DASHES.sub("-", seen)


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """Fold the name of an account: as a text, without @ before it and a bracket behind it that names its platform."""
    folded = fold(name)
    folded = folded.lstrip("@") or folded
    bracket = _TRAILING_BRACKET.search(folded)
    return folded[: bracket.start()] if bracket and _PLATFORM_WORD.fullmatch(bracket[1]) else folded


@lru_cache(maxsize=65_536)
def fold_owner(owner: str) -> str:
    """Fold the name of a unit: 人民政府办公室, 政府办 and 府办 are one, and so are 委员会 and 委."""
    folded = _OFFICE.sub("府办", fold(owner))
    return folded.removesuffix("员会") if folded.endswith("委员会") else folded
