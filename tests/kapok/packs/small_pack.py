"""The smallest pack that there is, as text, with the parts that a test is about."""

SMALL = """\
code: {code}
title: {{zh: 小规则, en: Small rules}}
jurisdiction: {jurisdiction}
valid_from: {valid_from}
sources:
  us: {{text: our own, grade: D}}
calendar:
  hours: [{{starts: "08:30", ends: "12:00"}}, {{starts: "14:00", ends: "17:30"}}]
  source: us
values:
  wait: {{number: {wait}, unit: h, source: us}}
kinds:
  - code: lamp
    realm: SERVICE
    label: {{zh: 路灯, en: Lamp}}
    description: {{zh: 路灯坏了, en: A lamp is broken}}
    category: facilities
    doors: [PORTAL, PATROL]
    source: us
    route: [{{to: GRID_WORKER}}]
    outcomes: [{{code: mended, label: {{zh: 已修, en: Mended}}}}]
{more}"""


def small_pack(
    *,
    code: str = "small",
    jurisdiction: int = 440103000000000,
    valid_from: str = "2021-06-01",
    wait: int = 2,
    more: str = "",
) -> str:
    return SMALL.format(
        code=code, jurisdiction=jurisdiction, valid_from=valid_from, wait=wait, more=more
    )
