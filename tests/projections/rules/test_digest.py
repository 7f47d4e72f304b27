"""Manifests: the hash of a run over everybody is what it always was, and a sample makes another."""

from datetime import UTC, datetime

import msgspec

from events.round_plan import SamplePlan
from projections.rules.digest import DrawnSample, Manifest, accounts_hash, manifest_hash

WHOLE = Manifest(
    check_point=datetime(2021, 6, 17, 4, tzinfo=UTC),
    known_at=datetime(2021, 6, 18, tzinfo=UTC),
    period="2021Q2",
    ruleset="national-2019-19@1",
    ruleset_sha256="ab" * 32,
    population=5,
    population_sha256="cd" * 32,
    scorer=1,
)
DRAWN = DrawnSample(
    round="city-2021Q2",
    kind="full",
    area="",
    drawn_known_at=datetime(2021, 6, 18, tzinfo=UTC),
    accounts=3,
    plan=SamplePlan(number=3, seed=7),
)
HASH = "dee4dbaf592054e828750a44f642b1d44c2d1e7aca6c6ac5298644acec302e1d"


def test_the_manifest_of_a_run_over_everybody_keeps_its_hash():
    """Design promise 3: runs that were stored before there were samples still verify."""
    assert manifest_hash(WHOLE) == HASH
    assert b"drawn" not in msgspec.json.encode(WHOLE)


def test_a_manifest_is_read_back_as_it_was_stored():
    """With its sample or without, the hash of what is read is the hash of what was written."""
    sampled = msgspec.structs.replace(WHOLE, sample=accounts_hash(["a", "b", "c"]), drawn=DRAWN)
    for manifest in (WHOLE, sampled):
        again = msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)
        assert manifest_hash(manifest) == manifest_hash(again)
        assert manifest == again


def test_another_seed_round_or_area_is_another_manifest():
    """The plan is part of what a run was asked."""
    plans = [
        DRAWN,
        msgspec.structs.replace(DRAWN, plan=SamplePlan(number=3, seed=8)),
        msgspec.structs.replace(DRAWN, round="city-2021Q3"),
        msgspec.structs.replace(DRAWN, area="某区"),
        msgspec.structs.replace(DRAWN, kind="red_lines"),
    ]
    assert len(plans) == len({manifest_hash(msgspec.structs.replace(WHOLE, drawn=plan)) for plan in plans})


def test_a_stored_manifest_from_before_the_log_gave_seeds_keeps_its_hash():
    """A plan that named no seed had 0; what is read is what was written, and the seed was fixed by the plan."""
    text = msgspec.json.encode(msgspec.structs.replace(WHOLE, drawn=DRAWN)).replace(b',"seed":7', b"")
    manifest = msgspec.json.decode(text, type=Manifest)
    assert text == msgspec.json.encode(manifest)
    assert 0 == manifest.drawn.seed_by_hand


def test_a_seed_of_the_log_is_part_of_the_manifest():
    """With the moment that it comes from; where everybody is checked there is none to choose."""
    of_log = msgspec.structs.replace(DRAWN, plan=SamplePlan(number=3), seed="ab" * 32)
    assert (None, 7) == (of_log.seed_by_hand, DRAWN.seed_by_hand)
    assert msgspec.structs.replace(DRAWN, plan=SamplePlan()).seed_by_hand is None
    hashes = {
        manifest_hash(msgspec.structs.replace(WHOLE, drawn=drawn))
        for drawn in (DRAWN, of_log, msgspec.structs.replace(of_log, seed="cd" * 32))
    }
    assert 3 == len(hashes)


def test_the_hash_of_accounts_does_not_depend_on_their_order():
    """A set of accounts has one hash."""
    assert accounts_hash(["b", "a"]) == accounts_hash(("a", "b")) != accounts_hash(["a"])
