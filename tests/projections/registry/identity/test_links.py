"""Links to profiles."""

import pytest

from projections.registry.identity.links import profile_of


@pytest.mark.parametrize(
    ("links", "profile"),
    [
        (
            (
                "https://weibo.com/u/7700100201",
                "http://www.weibo.com/7700100201/",
                "m.weibo.cn/u/7700100201?from=x",
            ),
            "weibo:7700100201",
        ),
        (("https://weibo.com/liuxiwl",), "weibo:liuxiwl"),
        (("https://www.douyin.com/user/MS4wLjABAAAA-x_1?vid=2",), "douyin:MS4wLjABAAAA-x_1"),
        (("https://space.bilibili.com/1234567", "//space.bilibili.com/1234567/"), "bilibili:1234567"),
        (
            ("https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA5==&scene=124#wechat_redirect",),
            "wechat:MzA5==",
        ),
    ],
)
def test_spellings_of_one_profile_are_one(links, profile):
    """Scheme, host for telephones, query and slash at the end make no difference."""
    assert {profile} == {profile_of(link) for link in links}


@pytest.mark.parametrize(
    "link",
    [
        "",
        "柳溪文旅",
        "https://www.liuxi.gov.cn/",
        "https://weibo.com/",
        "https://weibo.com/7700100201/NxAbCdEfG",
        "https://weibo.com/u/",
        "https://mp.weixin.qq.com/s/abcdefghijk",
        "https://mp.weixin.qq.com/s?__biz=MzA5==&mid=1",
        "https://v.douyin.com/ieFabc/",
        "https://www.douyin.com/video/7300000000000000000",
        "http://[broken/",
    ],
)
def test_a_home_page_or_an_article_means_no_account(link):
    """Many accounts name the page of their unit, and an article may be reprinted."""
    assert profile_of(link) == ""
