"""Settings of a home: one frozen struct, read from `xuncha.toml`, and nowhere else."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from events.fields import field
from events.messages import message
from pipeline.home.channel_settings import TAKEN, AnyChannel
from pipeline.home.errors import UsageError
from pipeline.home.public_settings import Bi, Public
from pipeline.home.site_settings import SiteReading
from pipeline.home.source_settings import PatrolSource
from pipeline.home.toml_files import read_text, read_toml

FILE_NAME = "xuncha.toml"

_ADDRESSES = r"^[^\s:,]+:[0-9]{1,5}(,[^\s:,]+:[0-9]{1,5})*$"
_Brokers = Annotated[str, msgspec.Meta(pattern=_ADDRESSES)]
_TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]
_GapDays = Annotated[int, msgspec.Meta(ge=1, le=36500)]
_AnswerDays = Annotated[int, msgspec.Meta(ge=0, le=60)]
_AnswerAfterDays = Annotated[int, msgspec.Meta(ge=1, le=365)]
_Weeks = Annotated[int, msgspec.Meta(ge=1, le=13)]


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An HTTP endpoint that takes alerts as JSON."""

    url: str
    allow_private: bool = False  # may stand at a private or loopback address
    header_from: str = ""  # environment variable whose value is sent as the Authorization header


class Kafka(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log lives on Kafka instead of in the home."""

    bootstrap: _Brokers
    prefix: str = "xuncha"  # of topics and groups


class ClickHouse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The history lives on a ClickHouse server instead of in the home."""

    url: str
    user: str = "default"
    password_from: str = ""  # environment variable that holds the password


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The people store lives on PostgreSQL instead of in the home."""

    url_from: str  # environment variable that holds the connection string


class Signin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Users, sessions and tokens live on PostgreSQL instead of in the home."""

    url_from: str  # environment variable that holds the connection string


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where people reach the console, and what signs the links of messages."""

    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""  # blank: messages carry no links
    link_key: Annotated[str, msgspec.Meta(pattern=r"^((env|file):.+)?$")] = ""  # blank: a file of the home


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People sign in with the identity service of the city (OpenID Connect), too."""

    issuer: Annotated[str, msgspec.Meta(pattern=r"^https?://\S+$")]
    client_id: str
    secret: Annotated[str, msgspec.Meta(pattern=r"^(env|file):.+$")]  # "env:NAME" or "file:PATH"
    claim: str = "preferred_username"  # of the identity; holds the login of a user that exists
    title: str = "市统一身份认证"  # on the button


class ReadModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The read model lies on another PostgreSQL than the people store."""

    url_from: str  # environment variable that holds the connection string


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is told, when and how often, on channels of people and groups of units."""

    pilot: bool = False  # route and record, and send nothing
    quiet_from: Annotated[str, msgspec.Meta(pattern=_TIME_OF_DAY)] = "20:00"
    quiet_until: Annotated[str, msgspec.Meta(pattern=_TIME_OF_DAY)] = "08:30"
    messages_a_day: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2  # new ones to one person about one unit
    city_office: str = ""  # unit in full; blank: the one of the unit tree
    groups: dict[str, str] = {}  # name of a group's channel: the unit whose group it is


class ReadingReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reading review (阅评): the office's lexicon, and commands that turn pictures and speech into text, offline."""

    lexicon: str = (
        ""  # a protected TOML file or workbook, beside the settings or anywhere; blank: nothing is read
    )
    key: Annotated[str, msgspec.Meta(pattern=r"^((env|file):.+)?$")] = (
        ""  # of its hashes; blank: a file of the home
    )
    ocr: tuple[str, ...] = ()  # a command and its arguments; {file} stands for the picture
    speech: tuple[str, ...] = ()  # likewise for a recording
    command_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120  # that such a command may take for one file


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a source of lists."""

    list_length: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = (
        None  # items that a list holds at most
    )
    keep_posts: bool = (
        False  # titles and links are kept, and edits, pins and deletions told, of recorded polls, too
    )


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator may choose for a home."""

    ruleset: str = "jiangsu-kunshan-2019-162"  # the rules of ladder, provisional score and default rounds
    ladder: str = ""  # of alerts; blank: the ruleset's own
    language: Literal["", "zh", "en"] = ""  # of errors and help; blank: as the locale says
    tick_minutes: _Minutes = 60
    max_clock_gap_days: _GapDays = 400  # a clock further ahead of the newest record is taken for wrong
    focus_weeks: _Weeks = (
        4  # our assumption: how long the frequency has to hold before an account leaves the list
    )
    answer_working_days: _AnswerDays = 3  # our assumption: how long a unit may answer what it was told
    webhook: Webhook | None = None
    channel: tuple[AnyChannel, ...] = ()
    kafka: Kafka | None = None
    clickhouse: ClickHouse | None = None
    people: People | None = None
    signin: Signin | None = None
    oidc: Oidc | None = None
    console: ConsoleSettings = ConsoleSettings()
    readmodel: ReadModelSettings | None = None  # beside Kafka else the database of the people
    public: Public = Public()
    bi: Bi = Bi()
    voice: Voice = Voice()
    reading_review: ReadingReview = ReadingReview()
    sources: dict[str, SourceSettings] = {}
    source: tuple[PatrolSource, ...] = ()  # that the patrol looks at
    sites: SiteReading | None = None  # how the patrol visits and reads websites; None: it does not
    interaction_days: _AnswerAfterDays = 7  # our assumption: how long an answer to a test question may take
    repost_sources: tuple[str, ...] = ()  # whose pieces may be ordered to be carried; none: anybody's
    personal_logins: tuple[str, ...] = ()  # sources that may borrow a personal log-in: the office decided so


class Overrides(msgspec.Struct, frozen=True):
    """Options of the command line that stand above the settings of a home."""

    kafka: str | None = None  # HOST:PORT
    clickhouse: str | None = None  # URL
    clock_is_right: bool = False  # however far it is ahead of the newest record

    def applied_to(self, settings: Settings) -> Settings:
        """Return settings with the options in their place; what an option does not say stays."""
        if self.kafka is not None:
            if re.fullmatch(_ADDRESSES, self.kafka) is None:
                raise UsageError(
                    message(
                        "{kafka} {self_kafka!r}: write HOST:PORT, more than one separated by commas",
                        kafka=field("kafka"),
                        self_kafka=self.kafka,
                    )
                )
            kafka = settings.kafka or Kafka(self.kafka)
            settings = replace(settings, kafka=replace(kafka, bootstrap=self.kafka))
        if self.clickhouse is not None:
            clickhouse = settings.clickhouse or ClickHouse(self.clickhouse)
            settings = replace(settings, clickhouse=replace(clickhouse, url=self.clickhouse))
        return settings

    def as_toml(self) -> str:
        """Return the options as sections of a settings file."""
        text = ""
        if self.kafka is not None:
            text += f"\n[kafka]\nbootstrap = {_quoted(self.kafka)}\n"
        if self.clickhouse is not None:
            text += f"\n[clickhouse]\nurl = {_quoted(self.clickhouse)}\n"
        return text


NO_OVERRIDES = Overrides()


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, which is as JSON does."""
    return msgspec.json.encode(text).decode()


DEFAULT_TEXT = """\
# Settings of this xuncha home; every line may be left out.

# Rules of the ladder of alerts, the provisional score, and rounds that name no other (see `xuncha rulesets`).
ruleset = "jiangsu-kunshan-2019-162"

# Ladder of alerts, where it is not the ruleset's own (see `xuncha rulesets ladders`).
# ladder = "yixing-red-yellow-blue"

# Language of errors and help, "zh" or "en", where it is not that of the locale (LANG).
# language = "zh"

# Minutes between the clock ticks that `xuncha run` writes into the log.
tick_minutes = 60

# Days that the clock may be ahead of the newest record; further ahead it is taken for wrong, and nothing is written.
max_clock_gap_days = 400

# Weeks that the update frequency has to hold before an account leaves the focus list (重点关注名单); no document
# says how many: four are our assumption.
focus_weeks = 4

# Working days that a unit may answer what `round serve` told it, before the round is frozen; no document says how
# many: three are our assumption.
answer_working_days = 3

# Days that an answer to a test question (互动测试) may take before somebody has to look; no document says how many:
# seven are our assumption.
interaction_days = 7

# Source units 稿源单位 whose pieces the office may order to carry (转载任务); left out: anybody's.
# repost_sources = ["中国政府网", "新华社", "人民日报"]

# Sources that borrow the personal log-in of somebody are off unless the office has decided so by their names.
# personal_logins = ["borrowed-reader"]

# Alerts go to the console and to alerts.jsonl; a webhook takes them as JSON, too.
# [webhook]
# url = "https://alerts.example.org/xuncha"
# allow_private = false
# header_from = "XUNCHA_WEBHOOK_AUTHORIZATION"

# Who is told on channels of people, when, and how often (docs/alerts.md).
# [voice]
# pilot = true                # route and record, and send nothing
# quiet_from = "20:00"
# quiet_until = "08:30"
# messages_a_day = 2          # new ones to one person about one unit; last steps and limits pass
# city_office = "某市人民政府办公室"
# [voice.groups]              # a group chat is told of one unit alone
# education-robot = "某市教育局"

# More channels: a robot or an application of WeCom, DingTalk or Feishu, mail, short messages (see docs/alerts.md).
# [[channel]]
# kind = "wecom-robot"
# name = "office-group"
# key = "env:XUNCHA_WECOM_KEY"  # or "file:/run/secrets/wecom"

# The log on Kafka instead of in this folder; for more than one machine.
# [kafka]
# bootstrap = "127.0.0.1:9092"
# prefix = "xuncha"

# The history on a ClickHouse server instead of in this folder.
# [clickhouse]
# url = "http://127.0.0.1:8123"
# user = "xuncha_writer"
# password_from = "XUNCHA_CLICKHOUSE_PASSWORD"

# How many items the lists of a source hold at most. A list with fewer then shows every post there ever was; of one
# whose length nobody knows, only what it shows is known.
# `keep_posts` keeps titles and links of posts beside the log, and tells edits, pins and deletions; planned looks do.
# [sources.recorded-polls]
# list_length = 20
# keep_posts = false

# Sources that `xuncha patrol` looks at, and `xuncha run` with it; `xuncha sources check` examines them, and
# docs/patrol.md describes each line. Without any nothing is looked at.
# [[source]]
# name = "public-feeds"          # for ever: facts carry it
# kind = "feed"                  # RSS, Atom, JSON Feed; see `xuncha sources kinds`
# platforms = ["微信公众号"]       # accounts of the registry of these platforms; also: units = ["…"]
# template = "https://rss.example.org/wechat/{native_id}.xml"  # or: addresses = "addresses.csv" (账号ID, 地址)
# lag = "24h"                    # it may show posts this late
# canaries = ["MjM5OTY3Mzk2Mg=="]  # accounts known to post daily: silence is proven by signs of life alone
# list_length = 20               # items that a list holds at most
# quota = 200                    # requests a day; pause_s = 1.0 between looks at one host
# hours = "6-22"                 # in which it looks
# allow_private = ["10.1.2.0/24"]  # a reader of your own in the office network; robots = false for it
# secrets = { token = "env:XUNCHA_READER_TOKEN" }  # or "file:/run/secrets/token"
#
# [source.accounts]              # single accounts with their addresses
# "wechat:MjM5OTY3Mzk2Mg==" = "https://example.org/feed.xml"

# Websites of the registry: the patrol visits their home pages, spaced over the day (docs/sites.md).
# [sites]
# visits_a_day = 24
# reference = "https://www.example.org/"  # is it our own line that is down?
# look_every_days = 1            # home page and columns are read; 0: by `sites look` alone
# links_every_days = 1           # links that lead out are followed; 0: by `sites links` alone
# hours = "6-22"                 # in which looks and sweeps begin
# quota = 1000                   # requests to a site a day
# pause_s = 1.0                  # between two requests to one host

# Reading review (阅评): a lexicon that its owner alone may read (docs/reading-review.md); no text leaves the machine.
# [reading_review]
# lexicon = "lexicon.toml"           # or .xlsx; mode 600
# key = "env:XUNCHA_REVIEW_KEY"      # of its hashes, where several machines share the work
# ocr = ["tesseract", "{file}", "-", "-l", "chi_sim"]  # text of pictures, and likewise speech = [...]
# command_s = 120                    # seconds that such a command may take

# Names and numbers of responsible people on PostgreSQL instead of in people.sqlite of this folder.
# [people]
# url_from = "XUNCHA_PEOPLE_URL"

# What pages read beside Kafka, on another PostgreSQL than the people; default: a schema of its own there.
# [readmodel]
# url_from = "XUNCHA_READMODEL_URL"

# Users, sessions and tokens of the console on PostgreSQL instead of in signin.sqlite; default: where the people are.
# [signin]
# url_from = "XUNCHA_SIGNIN_URL"

# Where people reach the console; messages then carry a link to the account that they are about, for three days.
# [console]
# url = "https://xuncha.example.org"
# link_key = "env:XUNCHA_LINK_KEY"   # where notifier and console do not share this folder

# Sign-in with the identity service of the city (OpenID Connect), beside passwords; needs the extra `xuncha[oidc]`.
# [oidc]
# issuer = "https://id.example.org"
# client_id = "xuncha"
# secret = "env:XUNCHA_OIDC_SECRET"  # or "file:/run/secrets/oidc"
# claim = "preferred_username"       # holds the login of a user that exists
"""


def load_settings(home: Path) -> Settings:
    """Read a home's settings; raises `UsageError` naming the file and the field."""
    path = home / FILE_NAME
    if not os.path.lexists(path):
        return Settings()
    settings = read_toml(path, Settings)
    names = [*TAKEN, *(["webhook"] if settings.webhook else []), *(c.name for c in settings.channel)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(
            message("{path}: two channels are called {name}; each needs its own name", path=path, name=twice)
        )
    return settings


def environment_value(name: str) -> str | None:
    """Return a secret that settings name; the one place besides the command line that reads the environment."""
    return os.environ.get(name)


def secret_value(reference: str) -> str | None:
    """Return what `env:NAME` or `file:PATH` refers to, None where there is nothing; white space at the ends goes."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        return environment_value(name) or None
    try:
        return read_text(Path(name)).decode().strip() or None
    except (UsageError, UnicodeDecodeError):
        return None
