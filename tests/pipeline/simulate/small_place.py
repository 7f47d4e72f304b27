"""A place of two dozen accounts, small enough to be simulated in a test."""

from pipeline.simulate.place import Place, parse_place

TOML = """
name = "smalltown"
city = "某市"
city_area = "某市"
office = "某市人民政府办公室"
seed = 1
firm = "某监测公司"
records_from = 2022-09-01T00:00:00+08:00
areas = [{ name = "甲县", short = "甲县" }, { name = "乙区", short = "乙区" }]

[[exists]]
tier = "市级"
platforms = { "微信订阅号" = 5, "微信服务号" = 1, "新浪微博" = 2 }

[[exists]]
tier = "县级"
in_areas = true
platforms = { "微信订阅号" = 11, "抖音" = 3 }

[[named]]
name = "某溪发布"
platform = "抖音"
tier = "县级"
area = "甲县"
owner = "甲县某溪镇人民政府"

[[named]]
name = "某湖文旅"
platform = "抖音"
tier = "县级"
area = "乙区"
owner = "乙区文旅局"
filed = false
found_at = 2022-12-20T10:00:00+08:00

[[rhythms]]
share = 1
days = [1, 3]

[[rhythms]]
share = 2
days = [3, 6]

[[habits]]
names = ["某溪发布"]
flagged_at = 2022-10-10T10:00:00+08:00
slow_until = [2022-11-20T00:00:00+08:00, 2022-11-20T00:00:00+08:00]
last_post = [2022-12-05T10:00:00+08:00, 2022-12-05T10:00:00+08:00]

[[habits]]
accounts = 1
tier = "县级"
flagged_at = 2022-10-10T10:00:00+08:00
slow_until = [2022-10-20T00:00:00+08:00, 2022-10-20T00:00:00+08:00]

[[habits]]
accounts = 2
tier = "市级"
pause = [2022-10-01T00:00:00+08:00, 2022-10-17T00:00:00+08:00]

[focus]
watched_from = 2022-08-01T00:00:00+08:00
exit_weeks = 4
reviews = [2022-10-12T09:00:00+08:00, 2022-12-01T09:00:00+08:00]

[[rounds]]
name = "small-2022-11"
title = "十一月检查"
quarter = "2022Q4"
check_point = 2022-11-30T18:00:00+08:00
kind = "red_lines"
ruleset = "suzhou-practice-2023@1"
found = [{ rule = "red-1-wording", accounts = 1, among = "clean" }]

[[rounds]]
name = "small-2022Q4"
title = "四季度检查"
quarter = "2022Q4"
check_point = 2022-12-31T18:00:00+08:00
ruleset = "suzhou-practice-2023@1"
sample = { tiers_whole = ["市级"], strata = ["area"], number = 15 }
found = [
    { rule = "yellow-9-functions", accounts = 2, among = "clean" },
    { rule = "red-5-silent", accounts = 1, among = "outside" },
]
"""


def small_place() -> Place:
    return parse_place(TOML.encode(), origin="smalltown.toml")
