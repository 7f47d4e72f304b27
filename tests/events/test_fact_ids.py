"""Ids of facts, each kind with values and the id that they give."""

import ast
from datetime import UTC, date, datetime
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path
from uuid import UUID

import pytest

from events import (
    answer_ids,
    assessment_ids,
    bulletin_ids,
    derived_ids,
    fact_ids,
    interaction_ids,
    office_ids,
    office_year_ids,
    patrol_ids,
    policy_ids,
    rectification_ids,
    round_ids,
    ruling_ids,
    site_ids,
    wording_ids,
)
from events.catalogue import CATALOGUE
from events.ids import account_of, derived_native

ROOT = Path(__file__).parents[2]
ACCOUNT, UNIT, ROUND, INTAKE = "wechat:gh_1", "unit:320583", "round:2021Q2", "intake:2023-0001"
SITE = "site:www.example.gov.cn"
ORDER = "supervision:府办督〔2021〕3号"
FACT, OTHER = UUID(int=1), UUID(int=2)
SHA = "ab" * 32
AT = datetime(2021, 6, 17, 7, 24, 25, tzinfo=UTC)
LATER = datetime(2021, 6, 30, 15, 59, 59, tzinfo=UTC)
VALUES = {"name": "某市发布", "area": "某县"}
PINNED = [
    (
        "document.published",
        policy_ids.document_published("document:某府规〔2022〕1号"),
        "5a709f9a-ec6e-5339-874e-cc55e6654126",
    ),
    (
        "interpretation.published",
        policy_ids.interpretation_published("document:1", "audio", "", AT.date()),
        "7806fa11-6b39-57a9-8d95-f25f18dd8b19",
    ),
    ("repost.ordered", policy_ids.repost_ordered("repost:1"), "8fbb1c67-657a-5e3c-85d2-daf432cda7f4"),
    ("repost.done", policy_ids.repost_done("repost:1", ACCOUNT, AT), "6729525c-4895-536e-9428-b433ca6d2ac4"),
    (
        "key_period.declared",
        policy_ids.key_period_declared("key_period:两会"),
        "2d173681-1696-5aa7-a42f-323d9b13f0fc",
    ),
    (
        "key_period.ended",
        policy_ids.key_period_ended("key_period:两会", AT.date()),
        "14e69e10-6791-56dd-b5e8-bf8527d73912",
    ),
    (
        "post.published",
        fact_ids.post_published("polls", ACCOUNT, "post-1"),
        "a43c6907-c9dd-565e-8e81-34259c991baf",
    ),
    (
        "post.published",
        fact_ids.post_published("polls", ACCOUNT, fact_ids.post_key_again("post-1", AT)),
        "e9c859cc-0073-581f-9234-ba1b83bba596",
    ),
    (
        "post.published",
        fact_ids.post_published("sheets", ACCOUNT, fact_ids.post_key_of_time(AT)),
        "571add60-199b-50fb-9561-e05638cc57b0",
    ),
    (
        "post.published",
        fact_ids.post_published("sheets", ACCOUNT, fact_ids.post_key_of_time(None)),
        "165ca50c-5d86-59a4-884c-918e320d2467",
    ),
    ("post.withdrawn", fact_ids.withdrawn(ACCOUNT, FACT), "bab220bf-2ad4-5e69-9835-4ad8bdf90de6"),
    ("look.withdrawn", fact_ids.withdrawn(ACCOUNT, OTHER), "630f6de6-b8e8-5f05-b45f-02b922251046"),
    ("finding.withdrawn", fact_ids.withdrawn(ACCOUNT, UUID(int=3)), "1c8b1617-c14a-5172-9d26-389135ee1636"),
    (
        "account.patrolled",
        fact_ids.account_patrolled("polls", ACCOUNT, AT),
        "8a4eab76-bb57-5711-8e01-13130fdb6143",
    ),
    (
        "account.patrolled",
        fact_ids.account_patrolled("sheets", ACCOUNT, AT, (LATER, None)),
        "5ac9e08c-219f-502b-b9f5-1564585933ab",
    ),
    (
        "account.patrolled",
        fact_ids.span_patrolled(ACCOUNT, AT, LATER),
        "5051c075-4d9c-593f-bf36-10a58fc3ba41",
    ),
    (
        "account.patrolled",
        fact_ids.span_patrolled_again(ACCOUNT, FACT),
        "e6aa8413-71cf-5334-b91d-55d9e4a54730",
    ),
    ("patrol.failed", fact_ids.patrol_failed("polls", ACCOUNT, AT), "33d3d4a0-7920-528d-a7b2-1da37962596a"),
    (
        "patrol.failed",
        fact_ids.patrol_failed("sheets", ACCOUNT, AT, (None,)),
        "b2c40dd1-d4f2-582c-a3f1-9a1f4e0869bb",
    ),
    (
        "look.contradicted",
        fact_ids.look_contradicted("polls", ACCOUNT, FACT),
        "1028dc25-920d-5213-970e-58b4cd39d45e",
    ),
    ("sweep.completed", fact_ids.sweep_completed("polls", AT), "4327f67e-7bc2-5a6c-812f-64313c90c4d7"),
    ("account.opened", fact_ids.account_opened(ACCOUNT, AT), "07ceea3a-311f-5f80-b37e-84195e4812e7"),
    ("account.opened", fact_ids.account_opened(ACCOUNT, None), "7107efa9-ae5f-51a7-a2ae-168dec5862ab"),
    ("account.opened", fact_ids.account_opened(ACCOUNT, AT, FACT), "9e86187f-0991-5d80-b355-a888e74d3f6b"),
    (
        "account.changed",
        fact_ids.account_changed(ACCOUNT, AT, VALUES),
        "71db8931-4a09-52b0-a916-bd4d3b5a30ec",
    ),
    (
        "account.changed",
        fact_ids.account_changed_by_list(ACCOUNT, FACT, AT, VALUES),
        "7b846973-bd2e-5844-9c4e-9fe078162964",
    ),
    (
        "account.corrected",
        fact_ids.account_id_corrected(ACCOUNT, FACT, "gh_1"),
        "cb48db66-37fe-5ed5-9aef-2721dc54fc4f",
    ),
    ("account.closed", fact_ids.account_closed(ACCOUNT, AT), "64b2d0f1-e560-5f09-9b86-cf0926b2cc3c"),
    (
        "account.merged",
        fact_ids.account_merged(ACCOUNT, FACT, "wechat:gh_2"),
        "c944dc6c-752e-5764-9b28-a6f6d49896a3",
    ),
    ("post.published", fact_ids.moved_to("sheets", ACCOUNT, FACT), "a78ed5ee-90f7-5b83-b930-2a7edca098a2"),
    (
        "account.stop_noticed",
        fact_ids.account_stop_noticed(ACCOUNT, AT),
        "ce7d78a5-59b7-52b3-8c78-0e56add83b7c",
    ),
    ("account.spotted", fact_ids.account_spotted(ACCOUNT, "c1", AT), "f3bcd1c7-c321-5a10-832e-1ad14f381c1c"),
    ("unit.registered", fact_ids.unit_registered(UNIT, AT, VALUES), "69ceaf83-5ce0-5a0f-bfac-769d2552ea97"),
    ("unit.changed", fact_ids.unit_changed(UNIT, AT, VALUES), "34a60fc4-339f-5007-9dc7-919956aba77b"),
    ("unit.ended", fact_ids.unit_ended(UNIT, AT), "c69694eb-5712-5c57-95a4-7ffede36afb9"),
    (
        "filing.applied",
        fact_ids.filing_applied(ACCOUNT, "opened", AT),
        "cc5335ca-5e51-5eb5-b0f7-a292d1a12b77",
    ),
    (
        "filing.opinion_given",
        fact_ids.filing_opinion_given(ACCOUNT, FACT, "office", AT, approved=True, opinion="同意"),
        "7221f2b3-0a32-5599-855f-273ea4b80efa",
    ),
    (
        "filing.filed",
        fact_ids.filing_filed(ACCOUNT, "changed", AT, LATER, VALUES),
        "2a4d1450-28ee-5a12-b610-bd1f35acdfde",
    ),
    (
        "filing.filed",
        fact_ids.filing_filed(ACCOUNT, "stopped", AT, None, {}),
        "6c0724c5-938f-537b-8d20-409de61d5bc3",
    ),
    (
        "filing.forwarded",
        fact_ids.filing_forwarded(ACCOUNT, FACT, "province", AT),
        "3beb5972-4c80-5859-86dc-852501581c63",
    ),
    (
        "counterfeit.suspected",
        fact_ids.counterfeit_step(ACCOUNT, "counterfeit.suspected", AT, 1, VALUES),
        "cc0386db-4146-5a09-b588-4bf10d2eca70",
    ),
    (
        "counterfeit.verified",
        fact_ids.counterfeit_step(ACCOUNT, "counterfeit.verified", AT, 1, VALUES),
        "68e44cff-bcff-506f-b481-7fd53717cf6d",
    ),
    (
        "counterfeit.reported",
        fact_ids.counterfeit_step(ACCOUNT, "counterfeit.reported", AT, 1, VALUES),
        "bd9aed88-1876-5b20-ad6c-76cf1122e013",
    ),
    (
        "counterfeit.closed",
        fact_ids.counterfeit_step(ACCOUNT, "counterfeit.closed", AT, 1, VALUES),
        "fb488508-96c2-5599-8538-b52baee2dfff",
    ),
    (
        "finding.recorded",
        fact_ids.finding_recorded(ACCOUNT, "yellow-5-wording", AT, "c1", "某处"),
        "1a6c23ac-64fb-5b35-b791-c73835230beb",
    ),
    (
        "finding.recorded",
        fact_ids.self_finding_recorded(UNIT, ACCOUNT, "yellow-5-wording", AT, 2, "某处"),
        "f2b6415d-ad2c-5107-b13f-4ac638677b3b",
    ),
    (
        "finding.rectified",
        fact_ids.finding_rectified(UNIT, ACCOUNT, FACT),
        "c412a10f-dd13-5d9b-b2c6-926f31d153c7",
    ),
    (
        "finding.rechecked",
        fact_ids.finding_rechecked(ACCOUNT, FACT, "c2", holds=True, note="某处"),
        "992b0acd-3b28-5390-aa7d-f2b58e01148d",
    ),
    (
        "report.received",
        fact_ids.report_received(UNIT, "2021Q2", SHA),
        "952e7b6d-dddd-505a-a85d-9d4e33432839",
    ),
    (
        "self_check.recorded",
        fact_ids.self_check_recorded(UNIT, ACCOUNT, FACT),
        "531e8371-cb75-5d51-96ec-4619858d769c",
    ),
    (
        "upper_check.recorded",
        fact_ids.upper_check_recorded(ACCOUNT, "province", AT),
        "b0a3b2cf-7deb-53b7-96e9-1774257008ee",
    ),
    (
        "focus.flagged",
        fact_ids.focus_flagged(ACCOUNT, AT, "某公司", "某因"),
        "2ad7a8f3-9985-5e95-9804-094a4bcae84a",
    ),
    ("focus.entered", fact_ids.focus_entered(ACCOUNT, "flag", FACT), "6fa23a6a-5735-5bcd-9673-1ca477a6bfe4"),
    ("focus.left", fact_ids.focus_left(ACCOUNT, FACT, AT), "0b0023ca-459b-545b-b0c4-d4d4bca3662c"),
    (
        "finding.served",
        round_ids.finding_served(ACCOUNT, "r", [("a", 1, (FACT,))]),
        "a088f8ae-ce5b-5d8a-95bb-2b7a9d0b8c0b",
    ),
    (
        "finding.withdrawn",
        fact_ids.fallen_with_report(ACCOUNT, FACT, FACT),
        "4edf161c-232e-5592-a6a3-4a3a8b9ddad6",
    ),
    (
        "rectification.ordered",
        fact_ids.rectification_ordered(ACCOUNT, FACT),
        "f3ce4e03-8e09-5b5e-9309-055483fece19",
    ),
    (
        "rectification.answered",
        fact_ids.rectification_answered(ACCOUNT, [FACT], "x", ["b", "a"]),
        "3b41ef3c-2d25-5b39-b222-e7c748ecd748",
    ),
    (
        "interaction.planned",
        interaction_ids.interaction_planned(ACCOUNT, "message", "consult", AT),
        "cc9b726f-a76e-5d84-b640-3be3bc288429",
    ),
    (
        "interaction.asked",
        interaction_ids.interaction_asked(ACCOUNT, "message", "consult", AT),
        "bf815102-6007-5902-853f-adc1b5601635",
    ),
    (
        "interaction.answered",
        interaction_ids.interaction_answered(ACCOUNT, FACT, AT),
        "5c892bcb-b89b-57da-b6ab-0132b33ae79f",
    ),
    (
        "interaction.judged",
        interaction_ids.interaction_judged(ACCOUNT, FACT),
        "89763b79-8ab1-59d7-8501-38c9ca427e54",
    ),
    (
        "function.broken",
        interaction_ids.function_broken("sheets", ACCOUNT, "x", AT),
        "29ccfb2b-6219-5391-a39e-b9e4357d20c9",
    ),
    (
        "function.noticed",
        interaction_ids.function_noticed(ACCOUNT, "x", AT),
        "9e672c42-687d-5eeb-8fc4-72e529d87d2e",
    ),
    ("site.registered", site_ids.site_registered(SITE, AT, VALUES), "632420e9-f74d-5768-840c-d2b51237f50f"),
    ("site.changed", site_ids.site_changed(SITE, AT, VALUES), "1e823e7c-c1b4-5ced-b11e-15250bd13c83"),
    ("site.ended", site_ids.site_ended(SITE, AT), "ad68c431-961b-598e-b1c3-57b6d7fff978"),
    (
        "column.declared",
        site_ids.column_declared(SITE, "tzgg", AT, VALUES),
        "6f16fd87-0026-5a0d-8a6f-94ddd05cf3f5",
    ),
    ("column.dropped", site_ids.column_dropped(SITE, "tzgg", AT), "c8630f99-cf0a-5aac-b9fa-f8d290b0812f"),
    ("site.patrolled", site_ids.site_patrolled("sites", SITE, AT), "533d475f-901a-5de5-b5b7-2f6f43fb65ac"),
    ("", site_ids.site_looked(SITE, AT, VALUES), "fbaa5633-c7ab-5d0e-abaf-98c196cf362e"),
    (
        "availability.sampled",
        site_ids.availability_sampled("sites", SITE, AT.date()),
        "39d56b8d-29ee-52fc-be8e-fa35dd5df4aa",
    ),
    (
        "site.message_sampled",
        site_ids.site_message_sampled(SITE, "2021-1", AT),
        "75ab4fae-7be0-5957-b7c0-974bd4c7098a",
    ),
    (
        "site_finding.recorded",
        site_ids.site_finding_recorded(SITE, "r", AT, "x"),
        "d33bd347-f774-5e2b-8995-45879d380be6",
    ),
    (
        "site.suspected",
        site_ids.site_suspected(SITE, "dead_link", "p", "u"),
        "aa99374f-dd6d-53d2-9046-aa01de5db02e",
    ),
    (
        "site_check.frozen",
        site_ids.site_check_frozen("site-check:q", FACT),
        "7d60ca87-2788-5776-a129-37967817f54d",
    ),
    (
        "rectification.rechecked",
        rectification_ids.rectification_rechecked(ACCOUNT, [FACT], "c2", [OTHER], held=True, note="某处"),
        "30243ed5-7d09-5d32-815c-1284aa0f5e5f",
    ),
    (
        "rectification.reminded",
        rectification_ids.rectification_reminded(ACCOUNT, UNIT, date(2021, 7, 15), "late"),
        "664d60f1-4d7d-5431-9a52-b0e160279f22",
    ),
    (
        "rectification.announced",
        rectification_ids.rectification_announced(FACT),
        "4be096cf-a6b2-5c48-83c2-497682e73069",
    ),
    (
        "supervision.issued",
        rectification_ids.supervision_issued(ORDER, [FACT]),
        "22da831b-44b1-53a7-ad35-8cedbbc135b3",
    ),
    (
        "supervision.answered",
        rectification_ids.supervision_answered(ORDER, FACT, "x", ["b", "a"]),
        "ec197ad9-632a-5ea7-b024-6bdb5febdb7f",
    ),
    (
        "supervision.withdrawn",
        rectification_ids.supervision_withdrawn(ORDER, FACT),
        "d0552851-5251-559d-a55a-80fa771d1048",
    ),
    (
        "advice.decided",
        office_year_ids.advice_decided(ACCOUNT, "merge", AT),
        "d286a19c-bbf7-51cd-892a-fc19683c36c4",
    ),
    (
        "work_order.received",
        office_year_ids.work_order_received("work_order:7"),
        "e914531c-5ccf-566b-98ba-0daced25c962",
    ),
    (
        "work_order.answered",
        office_year_ids.work_order_answered("work_order:7", "x", ["b", "a"]),
        "b707bbdd-1509-5481-b8f5-f7bd10294045",
    ),
    ("", derived_ids.task(FACT, ACCOUNT, "r"), "11d5a7dd-67f2-56a0-aa4a-a6749f851336"),
    (
        "numbers.given",
        fact_ids.numbers_given("account-number:0042", FACT),
        "04cdb606-8396-5287-8305-630a74be9ad2",
    ),
    ("round.announced", round_ids.round_announced(ROUND), "bf0f0f15-a457-5fc8-b017-08648f51c28c"),
    ("sample.drawn", round_ids.sample_drawn(ROUND), "c7c80706-8ee6-5697-adc1-a28c39a5bfba"),
    ("round.frozen", round_ids.round_frozen(ROUND), "800202fd-3e6c-5545-9e86-548095b959e3"),
    ("round.revised", round_ids.round_revised(ROUND, FACT), "feb95f50-cab9-580b-a230-c2c471fb96fb"),
    ("round.closed", round_ids.round_closed(ROUND), "ffbe2fbe-d6f3-5540-a890-11e03944213a"),
    ("round.announced", round_ids.round_announced(ROUND, 2), "d151a2f7-37e5-5496-9577-361626844c14"),
    ("round.cancelled", round_ids.round_cancelled(ROUND), "96c1b085-ee97-5b42-b072-c81013e059dc"),
    ("round.carried", round_ids.round_carried(ROUND, ACCOUNT, FACT), "ec05462e-0cb0-57e2-ab07-18b8db267a01"),
    ("finding.recorded", fact_ids.finding_carried(ACCOUNT, FACT), "62629997-efb5-5f9f-a4fa-08aa27692cab"),
    (
        "round.basis_withdrawn",
        round_ids.round_basis_withdrawn(ROUND, [FACT]),
        "5dda4e5b-77cb-5acf-81c6-73821d0d4e80",
    ),
    ("sheet.handed_out", round_ids.sheet_handed_out(ROUND, "s1"), "b0a65eb6-bad9-50d3-87c9-917ad24aafe6"),
    ("sheet.read", round_ids.sheet_read(ROUND, "s1", SHA), "ee7c0341-0af6-5cc8-9f26-0e7f580fdce9"),
    (
        "objection.raised",
        round_ids.objection_raised(ROUND, ACCOUNT, FACT, "某因", ("b", "a", "b")),
        "417345f2-d438-5247-8b00-d6538d48f1b8",
    ),
    (
        "objection.raised",
        round_ids.objection_raised(ROUND, ACCOUNT, None, "某因", ()),
        "679925d8-bc29-5d25-8896-8452c8b12e0b",
    ),
    ("objection.decided", round_ids.objection_decided(ROUND, FACT), "a80482f6-80f5-55b3-a018-20a67eed2cc3"),
    (
        "bulletin.drafted",
        bulletin_ids.bulletin_drafted(ROUND, "public", None, ("b", "a")),
        "9dcac40f-bf4a-5b88-b52d-e77107d480a6",
    ),
    (
        "bulletin.drafted",
        bulletin_ids.bulletin_drafted(ROUND, "internal", FACT, ("b", "a")),
        "76242e56-e731-53a0-aa44-519e1925ffaf",
    ),
    ("bulletin.checked", bulletin_ids.bulletin_checked(ROUND, FACT), "744c47f2-3434-516f-9bba-b3450b80c0e9"),
    (
        "bulletin.submitted",
        bulletin_ids.bulletin_submitted(ROUND, FACT),
        "62375a4c-171b-5bb0-a239-9cb227e5f01a",
    ),
    ("bulletin.signed", bulletin_ids.bulletin_signed(ROUND, FACT), "20864f31-8a96-5454-b558-6a3a5ce2cf53"),
    ("bulletin.issued", bulletin_ids.bulletin_issued(ROUND, FACT), "8e6c8506-688c-53d7-9402-ae53961ad645"),
    (
        "bulletin.correction_drafted",
        bulletin_ids.correction_drafted(ROUND, FACT, None, ("b", "a")),
        "57385c95-b23d-52af-98e3-3ba541ff1bec",
    ),
    (
        "bulletin.correction_signed",
        bulletin_ids.correction_signed(ROUND, FACT),
        "903d1a19-3787-5aa0-bc38-410beb61fc9a",
    ),
    (
        "bulletin.correction_issued",
        bulletin_ids.correction_issued(ROUND, FACT),
        "c515c1b8-6884-516a-ba9b-7d146865cd1d",
    ),
    (
        "office.described",
        fact_ids.office_described(None, {"name": "某办"}),
        "0089622f-58a2-57b8-b827-439df4343eb5",
    ),
    (
        "ruleset.adopted",
        fact_ids.ruleset_adopted("ruleset:suzhou-practice-2023@1", FACT),
        "80be5060-cadc-5e15-9a76-f00bcce12cab",
    ),
    ("round.freeze_proposed", round_ids.freeze_proposed(ROUND, FACT), "59748ae9-c5b0-5804-9402-d96c939076d0"),
    (
        "round.freeze_proposed",
        round_ids.freeze_proposed(ROUND, None, 2),
        "7c3f358a-0c7a-5871-870f-324912ba78bb",
    ),
    (
        "objection.decision_proposed",
        round_ids.decision_proposed(ROUND, FACT, None),
        "35ba5131-2db5-5281-be4c-8520e746f3e5",
    ),
    (
        "ruleset.proposed",
        office_ids.ruleset_proposed("ruleset:suzhou-practice-2023@1", FACT),
        "db92b429-c08c-50e4-969f-cfe789173ac5",
    ),
    (
        "assessment.noted",
        assessment_ids.assessment_noted(UNIT, 2020, "praise_city", AT, ("1", "某文件", "")),
        "aec5bf94-e600-573e-b044-6b5b83d7c071",
    ),
    (
        "assessment.reviewed",
        assessment_ids.assessment_reviewed(UNIT, FACT),
        "a049c00d-7fcd-5d85-ab59-1f0ff764934f",
    ),
    (
        "assessment.drafted",
        assessment_ids.assessment_drafted("assessment:2020", SHA, None),
        "a28a0c5f-d597-5f20-b336-5c9329c4e1d6",
    ),
    (
        "assessment.told",
        assessment_ids.assessment_told("assessment:2020", FACT),
        "4b3afb6e-d677-5491-a855-ab46750bdbd8",
    ),
    (
        "assessment.objected",
        assessment_ids.assessment_objected("assessment:2020", FACT, "KS01", "checks", ("某因",)),
        "9db3e341-62b3-548e-a057-4df3b6c61106",
    ),
    (
        "assessment.decided",
        assessment_ids.assessment_decided("assessment:2020", FACT),
        "28b03af7-613b-55a7-bfec-e82114d01e5f",
    ),
    (
        "assessment.finalized",
        assessment_ids.assessment_finalized("assessment:2020", FACT),
        "d9096fb4-5ef2-5a53-bf86-3e0df2d9a433",
    ),
    (
        "account.ruled_by",
        ruling_ids.account_ruled_by(ACCOUNT, "xiayi-2022@1", AT, None),
        "23eb91ae-47c9-59a0-9d1b-6a887a65f9c0",
    ),
    (
        "account.ruled_by",
        ruling_ids.account_ruled_by(ACCOUNT, "xiayi-2022@1", AT, FACT),
        "5529ff75-8d55-59af-b3cf-2576e7ebbe0b",
    ),
    (
        "account.classed",
        ruling_ids.account_classed(ACCOUNT, "service", AT, None),
        "e91998f1-1ed9-5dbc-8d68-3b6869108926",
    ),
    (
        "account.documented",
        ruling_ids.account_documented(ACCOUNT, "ipv6", AT, held=True),
        "d05e066e-636d-59be-bebf-9bcfcb1514bf",
    ),
    (
        "account.lined",
        ruling_ids.account_lined(ACCOUNT, "应急管理", AT, None),
        "07290a44-920d-59f4-868e-5dd20f90ad6d",
    ),
    (
        "ruleset.assigned",
        ruling_ids.ruleset_assigned("ruled:area:某县", "xiayi-2022@1", AT, None),
        "0e727d75-d75d-5afa-8c10-07a2324921da",
    ),
    (
        "originals.counted",
        ruling_ids.originals_counted(ACCOUNT, "2021-06", AT),
        "cecbbf7b-94ce-5d1b-bb5f-98653a900e73",
    ),
    ("office.rule_waived", office_ids.rule_waived("recheck", None), "d72f0938-fca3-5e63-93b8-0f932535c2e7"),
    (
        "office.rule_restored",
        office_ids.rule_restored("recheck", FACT),
        "3e127526-e359-5195-b785-f12858de3518",
    ),
    ("office.acted_alone", office_ids.acted_alone(FACT, "freeze"), "09777a22-5e82-5cba-8e1c-d836c1bbdc6e"),
    ("claim.made", fact_ids.claim_made("round:2021Q2:draw", "5f0c"), "e0bf55b8-bd1b-5590-81e2-9f26d968e5bf"),
    (
        "claim.released",
        fact_ids.claim_released("round:2021Q2:draw", FACT),
        "3780b142-bff8-5361-9667-9a78eb9e5eab",
    ),
    ("clock.ticked", fact_ids.clock_ticked(AT), "a3d1a698-f3ce-517c-bd96-94e07217444f"),
    ("log.marked", fact_ids.log_marked(AT, [1, 0]), "97599edb-3c22-5750-bfd7-d00d81ae54c0"),
    (
        "alert.raised",
        derived_ids.alert_raised(ACCOUNT, FACT, "day-10"),
        "5572ec47-9f37-5d09-99f2-e475311ac36b",
    ),
    (
        "alert.skipped",
        derived_ids.alert_raised(ACCOUNT, FACT, "day-12"),
        "163da7c5-16f7-5450-98ca-8ea0533bb3ac",
    ),
    (
        "alert.raised",
        derived_ids.alert_raised(ACCOUNT, FACT, "limit", OTHER),
        "097ae2c2-4e01-5969-86df-a9f82742b615",
    ),
    ("alert.held", derived_ids.alert_held(ACCOUNT, FACT, "day-12"), "c1af67d5-adc0-5c92-8b84-aaad48519ae0"),
    (
        "alert.acknowledged",
        answer_ids.alert_acknowledged(ACCOUNT, FACT),
        "64c6d979-3105-59d7-b555-5c71f346fc1a",
    ),
    ("alert.snoozed", answer_ids.alert_snoozed(ACCOUNT, FACT, AT), "f1f1a338-fbb9-5172-a255-9ad17ed65c81"),
    (
        "alert.muted",
        answer_ids.alert_muted(ACCOUNT, AT, "closing", LATER),
        "ed3f564f-2489-5474-a1cd-b19ae42838f0",
    ),
    (
        "alert.post_claimed",
        answer_ids.alert_post_claimed(ACCOUNT, AT, "https://x.cn"),
        "568c7ad0-d6e6-514b-ba3e-e0941084b6ff",
    ),
    (
        "emergency.suspected",
        answer_ids.emergency_suspected(ACCOUNT, FACT),
        "8ae1f792-dee5-5e7d-85ee-e5c642791d17",
    ),
    *(
        (name, answer_ids.emergency_step(ACCOUNT, name, FACT, OTHER), pinned)
        for name, pinned in (
            ("emergency.confirmed", "5c1534d4-f211-5197-a10c-7e94f5bb9717"),
            ("emergency.taken_down", "bf8c888d-1fc8-5808-9c23-823e94fabeef"),
            ("emergency.verified", "6216617e-c2e0-5983-942d-6ee8006c0d25"),
            ("emergency.handed_over", "be924ca7-7c77-5d9e-953b-81a92bc141b4"),
            ("emergency.closed", "75c72857-a054-543e-94f1-7161a6560783"),
            ("emergency.dismissed", "9d0576ce-3492-5031-a389-10c475b0125d"),
        )
    ),
    (
        "emergency.announced",
        derived_ids.emergency_announced(FACT, "confirmed", OTHER),
        "9b9ba67b-b0a1-520e-a2a3-fcac299c6663",
    ),
    ("alert.cleared", derived_ids.alert_cleared(ACCOUNT, FACT), "78099188-583d-5a43-aad4-839c1bc968ec"),
    ("alert.withdrawn", derived_ids.alert_withdrawn(FACT), "e03667b8-2950-523f-86bb-f1fdf015f751"),
    (
        "alert.delivered",
        derived_ids.alert_delivered(FACT, "webhook", "webhook"),
        "c234c944-b151-57f1-9134-ef6709957f58",
    ),
    (
        "alert.delivery_failed",
        derived_ids.alert_delivery_failed(FACT, "webhook", "webhook"),
        "28e17be5-7678-5a4d-b47c-4c803a199e72",
    ),
    (
        "alert.composed",
        derived_ids.alert_composed("wecom", "p1", "某局", (OTHER, FACT)),
        "ed32f533-564a-5057-a167-c8ef6cc80c6b",
    ),
    (
        "alert.unreached",
        derived_ids.alert_unreached(ACCOUNT, str(FACT)),
        "1d1fc438-5fcc-5d0f-9fcf-2108f18b0531",
    ),
    ("", derived_ids.alert_summary((OTHER, FACT)), "eaee52ce-4f58-5216-bd6a-efd6a6df3d57"),
    (
        "office.described",
        fact_ids.competent_office_described("office:某县", None, VALUES),
        "85bf0834-bafe-56fc-8dd3-db97727dc732",
    ),
    (
        "public_report.closed",
        office_ids.public_report_closed("public_report:2021-12"),
        "b573e721-ef11-5135-a9c7-ca2b8e5fa4df",
    ),
    ("sweep.completed", fact_ids.stall_stated("polls", None), "e18ddea9-d4d6-55d6-b645-79c58c1c05ef"),
    ("sweep.completed", fact_ids.stall_stated("polls", FACT), "b1c0f139-c967-59a2-8842-b8fcf414bc08"),
    (
        "source.stalled",
        derived_ids.stall_declared("polls", AT, LATER),
        "a68c034a-e54e-5c8a-a6aa-c96b3e17b276",
    ),
    (
        "source.recovered",
        derived_ids.stall_lifted("polls", AT, LATER),
        "e408f33e-5fda-54b7-87f5-7b22668d2ed0",
    ),
    ("source.stalled", derived_ids.source_stalled("polls", AT), "e6a9569a-76b6-5306-9930-86b86c565352"),
    ("source.recovered", derived_ids.source_recovered("polls", AT), "b4a662e4-b93f-5f7d-b2d6-ffd8181f7262"),
    (
        "source.impaired",
        derived_ids.source_impaired("polls", "lag", AT),
        "ea0421eb-add0-510c-89ba-5b2444d9e383",
    ),
    (
        "source.restored",
        derived_ids.source_restored("polls", "lag", AT),
        "34158171-ce09-5c36-a31a-aecb8d96b38c",
    ),
    ("post.deleted", patrol_ids.post_deleted("polls", ACCOUNT, FACT), "1f593f47-430d-525a-afe3-5e6ece34ca8a"),
    (
        "post.edited",
        patrol_ids.post_edited("polls", ACCOUNT, FACT, AT),
        "6ce2e14c-9b9c-535d-8550-b7f1ffbe160e",
    ),
    (
        "post.pinned",
        patrol_ids.post_pinned("polls", ACCOUNT, FACT, AT),
        "3966a1ff-e0c2-5b44-827d-3a1e0e38cc79",
    ),
    (
        "account.suspected",
        patrol_ids.account_suspected(ACCOUNT, "title", "甲"),
        "316f4b8e-0668-513b-9bb0-194aaa9934e7",
    ),
    (
        "suspicion.settled",
        patrol_ids.suspicion_settled(ACCOUNT, FACT),
        "39058112-7f7c-599e-9078-8ee6f53947a2",
    ),
    (
        "wording.suspected",
        wording_ids.wording_suspected(ACCOUNT, "p", "title", "w0042"),
        "f51dd828-71da-5a7c-b849-706f067c3e40",
    ),
    ("wording.settled", wording_ids.wording_settled(ACCOUNT, FACT), "2358d7fa-b09b-5e08-8734-3fd063f290e8"),
    (
        "score.projected",
        derived_ids.score_projected(ACCOUNT, AT, "national@1"),
        "aa20bd46-3156-5f92-9ae6-3801063527ee",
    ),
    ("score.withdrawn", derived_ids.score_withdrawn(FACT), "4a9e9bc9-cb02-5217-945a-75f55b5fca02"),
    ("", derived_ids.run(SHA), "dbe3e959-60c1-5e72-bf15-3b5740752940"),
    ("round.scored", derived_ids.round_scored(FACT), "6e827325-e3f2-55b1-8e1c-3fb8d2afb662"),
    (
        "alert.delivered",
        derived_ids.alert_delivered(FACT, "webhook", "duty"),
        "a8d062b2-54b7-5e7e-96c9-214e93e324a0",
    ),
    (
        "alert.delivery_failed",
        derived_ids.alert_delivery_failed(FACT, "webhook", "duty"),
        "eff83a03-73d5-5820-9e7f-9bf1618045d0",
    ),
    (
        "post.published",
        fact_ids.post_published("sheets", ACCOUNT, "at:x", telling=2),
        "67499062-fbc3-5f8e-a1be-b2fdfa397607",
    ),
    (
        "account.patrolled",
        fact_ids.account_patrolled("sheets", ACCOUNT, AT, telling=3),
        "1342f50d-31bb-51af-befd-6b36e8b1070f",
    ),
    (
        "finding.recorded",
        fact_ids.finding_recorded(ACCOUNT, "yellow-5-wording", AT, "c1", "某处", telling=2),
        "8ebe53e5-817f-5a92-9263-d0daf45f5d89",
    ),
    ("intake.opened", fact_ids.intake_opened(INTAKE, "p1"), "355fdf40-d518-561e-a2ef-efa4f882b6cb"),
    ("intake.closed", fact_ids.intake_closed(INTAKE), "be063304-151e-5424-9317-6395da8fd01e"),
    ("intake.withdrawn", fact_ids.intake_withdrawn(INTAKE), "4b0f1e7b-fccf-563d-b1de-94684df8aea1"),
    ("", fact_ids.recorded_again("sheets", ACCOUNT, FACT, OTHER), "56798737-500d-5d4f-a954-c653ab9b2772"),
    ("fact.withdrawn", fact_ids.withdrawn(ACCOUNT, UUID(int=4)), "31df9af4-7989-5d6a-a5ed-92bfe9647903"),
    (
        "account.corrected",
        fact_ids.stated_by_paper(ACCOUNT, SHA, 1, "Sheet1", 7, "corrected"),
        "200c785b-2f15-5104-a156-260157d29b87",
    ),
    (
        "account.changed",
        fact_ids.people_placed_by_plan(ACCOUNT, "p1"),
        "01c0e1a3-0cc2-5d95-a4f2-5d5c0edfe8cb",
    ),
]
"""Type of a fact, empty for what is no fact; its id by the function; the id that every log in use has."""


@pytest.mark.parametrize(("made", "pinned"), [row[1:] for row in PINNED])
def test_a_recipe_never_changes(made, pinned):
    """An id that changed would make every old fact a new one (design promise 2)."""
    assert UUID(pinned) == made


def test_facts_of_other_kinds_or_values_have_other_ids():
    """Each row of the table is another fact."""
    assert len(PINNED) == len({made for _, made, _ in PINNED})


def test_every_event_type_has_a_recipe():
    """The table holds each type of the catalogue, so a new one cannot come without its recipe."""
    assert CATALOGUE.payloads.keys() == {event_type for event_type, _, _ in PINNED} - {""}


MODULES = {
    path.stem: import_module(f"events.{path.stem}") for path in sorted((ROOT / "events").glob("*_ids.py"))
}
"""Every module of recipes, by name."""
MAKERS = {"fact_id", "derived_id", "uuid5"}
"""What makes an id out of a natural key."""


def test_every_recipe_is_pinned():
    """The table names each function of the modules."""
    called = {
        node.attr
        for node in ast.walk(ast.parse(Path(__file__).read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in MODULES
    }
    for module in MODULES.values():
        own = getmembers(module, isfunction)
        own_names = {name for name, f in own if f.__module__ == module.__name__}
        assert {name for name in own_names if not name.startswith("_")} - {"told_key", "column_key"} <= called


def test_the_order_of_values_does_not_matter():
    """A change read from a sheet whose columns were moved is the same fact."""
    assert fact_ids.values_digest(VALUES) == fact_ids.values_digest(dict(reversed(VALUES.items())))


@pytest.mark.parametrize("room", ["events", "projections", "connectors", "pipeline"])
def test_nobody_else_makes_an_id(room):
    """Natural keys stand in the modules of ids: whoever makes a fact calls one of their functions."""
    for path in sorted((ROOT / room).rglob("*.py")):
        if path.name in (*(f"{m}.py" for m in MODULES), "ids.py") and path.parent.name == "events":
            continue
        text = path.read_text("utf-8")
        if not any(maker in text for maker in MAKERS):  # which is most of them: to parse all takes seconds
            continue
        imports = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom))
        names = {alias.name for node in imports for alias in node.names}
        assert not names & MAKERS, path.relative_to(ROOT)


def test_an_account_without_an_id_gets_one_for_ever():
    """Platform, name and owner give the id; an id that a sheet gives in full stands as it is."""
    assert "derived-c616e84920468a64" == derived_native("微信订阅号", "某市发布", "某市教育局")
    assert "wechat:gh_1" == account_of("gh_1", "微信订阅号") == account_of("wechat:gh_1", "微信公众号")


def test_a_fact_told_again_after_an_undo_is_another():
    """The first telling that was not withdrawn counts, so the same paper taken in again says something."""
    first, second, third = (fact_ids.finding_recorded(ACCOUNT, "r", AT, "", "", telling=n) for n in (1, 2, 3))

    def named(telling):
        return fact_ids.finding_recorded(ACCOUNT, "r", AT, "", "", telling=telling)

    assert first == fact_ids.standing({second}, named) == fact_ids.finding_recorded(ACCOUNT, "r", AT, "", "")
    assert third == fact_ids.standing({first, second}, named)
