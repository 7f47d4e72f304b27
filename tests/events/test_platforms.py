"""Families of platforms."""

import pytest

from events.platforms import platform_family, wechat_kind


@pytest.mark.parametrize(
    ("family", "spellings"),
    [
        ("微信公众号", ("微信订阅号", "微信服务号", "微信", "公众号", "微信公众号（订阅号）", "政务微信")),
        ("视频号", ("视频号", "微信视频号")),
        ("新浪微博", ("微博", "新浪微博", "微博账号", "官方微博")),
        ("抖音", ("抖音", "抖音号", "抖音短视频")),
        ("移动客户端", ("APP", "app", "客户端APP", "移动客户端（APP）", "手机客户端", "移动客户端 ")),
        ("今日头条", ("头条号", "今日头条号", "头条")),
        ("南方号", ("南方号",)),
        ("订月号", ("订月号",)),
    ],
)
def test_spellings_of_a_platform_are_one_family(family, spellings):
    """With 号, 账号 or 平台 behind it or without; a word that nobody knows stands for itself."""
    assert {family} == {platform_family(spelling) for spelling in spellings}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (("微信订阅号",), "订阅号"),
        (("微信", "服务号"), "服务号"),
        (("微信（服务号）", ""), "服务号"),
        (("微信公众号",), ""),
        (("微信订阅号", "服务号"), ""),
    ],
)
def test_the_kind_of_a_wechat_account_is_what_platform_or_type_say(said, kind):
    """Where they say both, neither is known."""
    assert kind == wechat_kind(*said)
