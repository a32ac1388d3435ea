"""A made-up town of people and a list about some of them, and which is which.

Everything comes from one seed. One cell in ten of the list is wrong (a character, a digit, a
turned date, an old telephone, a former home), some are empty, and two rows in five are about
people who live elsewhere: their names, birthdays and buildings occur in the town by chance.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from kapok.people.identity import check_character

SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
    "阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文辉力永健世广义兴良海山仁波宁贵福生龙元全"
    "胜学祥才发武新利清飞彬富顺信子成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚"
    "庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛"
    "钧冠策腾楠榕风航弘慧巧美淑惠珠翠雅芝萍娣梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶"
)
LOOKALIKES = dict(zip("明伟丽军华英红建玉志梅国海文", "朋玮莉君花瑛宏健王智玫囯每雯", strict=True))
TODAY = date(2026, 3, 2)
SHARE_KNOWN = 0.6
EMPTY = {"identity": 0.15, "phone": 0.15, "birth": 0.1, "building": 0.1, "sex": 0.05}
TYPOS = 0.1


@dataclass(frozen=True)
class Truth:
    """Residents, a list, and for each row of the list its resident (or -1)."""

    residents: pl.DataFrame
    rows: pl.DataFrame
    resident_of_row: np.ndarray


def make_truth(*, n_residents: int, n_rows: int, seed: int, typos: float = TYPOS) -> Truth:
    """The town and the list."""
    rng = np.random.default_rng(seed)
    n_new = round(n_rows * (1 - SHARE_KNOWN))
    everybody = _people(rng, n_residents + n_new, n_buildings=max(20, n_residents // 250))
    residents = everybody.head(n_residents)
    known = rng.choice(n_residents, n_rows - n_new, replace=False)
    chosen = np.concatenate([known, np.arange(n_residents, n_residents + n_new)])
    truth = np.concatenate([known, np.full(n_new, -1)])
    order = rng.permutation(n_rows)
    rows = _with_mistakes(rng, everybody[chosen[order]], typos)
    return Truth(
        residents.with_columns(unique_id=pl.int_range(len(residents)).cast(pl.String)),
        rows.with_columns(unique_id=pl.int_range(n_rows).cast(pl.String)),
        truth[order],
    )


def _people(rng: np.random.Generator, n: int, *, n_buildings: int) -> pl.DataFrame:
    """People in households that share a home, a surname and sometimes a telephone."""
    household = np.repeat(np.arange(n), rng.integers(1, 5, n))[:n]
    n_households = int(household.max()) + 1
    weight = 1 / np.arange(1, len(SURNAMES) + 1)
    family = rng.choice(len(SURNAMES), n_households, p=weight / weight.sum())
    own = rng.choice(len(SURNAMES), n, p=weight / weight.sum())
    surname = np.where(rng.random(n) < 0.7, family[household], own)
    popular = 1 / np.sqrt(np.arange(1, len(GIVEN) + 1))
    given = rng.choice(len(GIVEN), (n, 2), p=popular / popular.sum())
    is_short = rng.random(n) < 0.15
    names = [
        SURNAMES[s] + GIVEN[a] + ("" if short else GIVEN[b])
        for s, (a, b), short in zip(surname.tolist(), given.tolist(), is_short, strict=True)
    ]
    born = rng.integers(1, 90 * 365, n)
    is_man = rng.random(n) < 0.5
    births = [TODAY - timedelta(days=int(days)) for days in born]
    building = rng.integers(0, n_buildings, n_households)
    room = rng.integers(1, 31, n_households) * 100 + rng.integers(1, 9, n_households)
    own_phone, shared = rng.permutation(n), rng.random(n) < 0.2
    first = np.r_[0, np.flatnonzero(np.diff(household)) + 1]
    number = np.where(shared, own_phone[first[household]], own_phone)
    return pl.DataFrame(
        {
            "name": names,
            "birth": [b.isoformat() for b in births],
            "identity": [
                _identity(b, man, n) for b, man, n in zip(births, is_man, range(n), strict=True)
            ],
            "phone": [f"+86138{n:08d}" for n in (number * 37 % 100_000_000).tolist()],
            "building": [f"B{b}" for b in building[household].tolist()],
            "room": [str(r) for r in room[household].tolist()],
            "sex": np.where(is_man, "M", "F").tolist(),
        }
    )


def _identity(born: date, is_man: bool, n: int) -> str:
    """No two people have the same, up to five million of them."""
    digits = f"44{100 + n // 500 % 9900:04d}{born:%Y%m%d}{n * 31 % 500 * 2 + is_man:03d}"
    return digits + check_character(digits)


def _with_mistakes(rng: np.random.Generator, people: pl.DataFrame, typos: float) -> pl.DataFrame:
    columns = {}
    for field in people.columns:
        cells = people[field].to_list()
        wrong = rng.random(len(cells)) < typos
        empty = rng.random(len(cells)) < EMPTY.get(field, 0)
        columns[field] = [
            None if is_empty else MISTAKES[field](rng, cell) if is_wrong else cell
            for cell, is_wrong, is_empty in zip(cells, wrong, empty, strict=True)
        ]
    return pl.DataFrame(columns)


def _name(rng: np.random.Generator, name: str) -> str:
    at = int(rng.integers(1, len(name)))
    kind = rng.random()
    if kind < 0.5:
        other = LOOKALIKES.get(name[at]) or GIVEN[int(rng.integers(len(GIVEN)))]
        return name[:at] + other + name[at + 1 :]
    if kind < 0.7 and len(name) > 2:
        return name[0] + name[2] + name[1]
    if kind < 0.85 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    return name + GIVEN[int(rng.integers(len(GIVEN)))] if len(name) < 3 else name[:2] + name[1:]


def _digit(rng: np.random.Generator, text: str, first: int) -> str:
    """One digit wrong, or two neighbours turned."""
    at = int(rng.integers(first, len(text) - 1))
    if rng.random() < 0.3:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + str(rng.integers(10)) + text[at + 1 :]


def _birth(rng: np.random.Generator, text: str) -> str:
    year, month, day = text.split("-")
    kind = rng.random()
    if kind < 0.3 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if kind < 0.6:
        return f"{int(year) + int(rng.choice([-10, -1, 1]))}-{month}-{day}"
    return f"{year}-{month}-{int(rng.integers(1, 29)):02d}"


def _phone(rng: np.random.Generator, text: str) -> str:
    if rng.random() < 0.4:
        return f"+86139{int(rng.integers(10**8)):08d}"  # another telephone
    return _digit(rng, text, 6)


def _elsewhere(rng: np.random.Generator, text: str) -> str:
    return f"B{int(rng.integers(10**6))}"


def _room(rng: np.random.Generator, text: str) -> str:
    return str(int(rng.integers(1, 31)) * 100 + int(rng.integers(1, 9)))


MISTAKES = {
    "name": _name,
    "birth": _birth,
    "identity": lambda rng, text: _digit(rng, text, 0),
    "phone": _phone,
    "building": _elsewhere,
    "room": _room,
    "sex": lambda rng, text: "F" if text == "M" else "M",
}
