"""Pure parts: how long a short message is, what is hard to read, hours, pace."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import consts, gsm

from kapok.outreach import readability, texts
from kapok.outreach.sending import hours
from kapok.outreach.sending.pace import Pace
from kapok.outreach.sending.spent import Spent
from kapok.packs import operations

LINK = "https://kapok.example/n/8XFk2_aQ/"
GSM = "".join(sorted(texts.BASIC))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("停" * 70, 1), ("停" * 71, 2), ("停" * 134, 2),
     ("停" * 135, 3), ("€" * 80, 1), ("€" * 81, 2), ("😀" * 35, 1), ("😀" * 36, 2)],
)  # fmt: skip
def test_in_how_many_parts_a_message_goes(text, parts):
    assert texts.size_of(text).n_parts == parts


@given(st.text(st.sampled_from(GSM + "停水明早"), max_size=400))
def test_it_is_as_many_as_the_line_sends(text):
    parts, coding, _esm = gsm.make_parts(text)
    size = texts.size_of(text)
    assert size.n_parts == len(parts)
    assert size.is_gsm == (coding == consts.SMPP_ENCODING_DEFAULT)


@given(st.text(max_size=60), st.text(max_size=120), st.booleans())
def test_what_goes_to_a_chat_is_titles_and_the_link(zh, en, urgent):
    both = texts.Words("zh", zh, "身体"), texts.Words("en", en, "body")
    said = texts.chat(both, LINK, urgent=urgent)
    assert said.endswith(f"{zh}\n{en}\n{LINK}")


@pytest.mark.parametrize(
    ("text", "found"),
    [("请带 440103199001011234", "440103199001011234"),
     ("44010319900101123x。", "44010319900101123x"),
     ("2026年3月2日", ""), ("电话 020-81234567", ""), ("订单 12345678901234567890", "")],
)  # fmt: skip
def test_the_number_of_papers_is_found(text, found):
    assert texts.names_a_person(text) == found


@pytest.mark.parametrize(
    "text",
    ["请联系13800138000。", "请打 13912345678 。", "请打13912345678找张三", "Call 13800138000 now",
     "Call13800138000now", "+86 138 0013 8000", "+86-138-0013-8000", "找138-0013-8000吧",
     "(8613800138000)", "0086 13800138000", "电话：１３８００１３８０００", "138\xa00013\xa08000",
     "138‑0013‑8000", "(+86) 138 0013 8000"],
)  # fmt: skip
def test_a_mobile_is_found_however_it_is_written(text):
    assert texts.names_a_person(text)


@pytest.mark.parametrize(
    "text",
    ["电话 020-81234567", "请打 12345", "Call 400-830-1234", "138 户", "订单 2021138001380001",
     "3月2日13:00-15:00", "2026-11-26 13:30", "13800 份早餐"],
)  # fmt: skip
def test_other_numbers_are_no_mobiles(text):
    assert not texts.names_a_person(text)


def test_the_loudspeaker_says_it_twice_and_no_link():
    said = texts.spoken(texts.Words("zh", "停水", "明早八点。\n\n存好水"), ("水车在东门",))
    assert said.count("停水。\n明早八点。\n存好水。\n水车在东门。\n") == 2
    assert "http" not in said


def test_lines_of_a_list_stay_lines_and_telephones_stay_whole_on_the_loudspeaker():
    body = "请带：\n1. 身份证\n2. 口罩\n电话 020-8123 4567"
    said = texts.spoken(texts.Words("zh", "核酸", body)).splitlines()
    assert said[2:6] == ["请带：", "1. 身份证。", "2. 口罩。", "电话 020-8123 4567。"]


@pytest.mark.parametrize(
    ("language", "body", "minutes"), [("zh", "水" * 400, 4), ("en", "water " * 60, 1)]
)
def test_how_long_the_loudspeaker_takes(language, body, minutes):
    said = texts.spoken(texts.Words(language, "x", body))
    assert texts.minutes_to_say(said, language) == minutes


def test_a_telephone_makes_no_sentence_long():
    assert readability.hint(
        "家里有老人、孕妇、行动不便的人，请打 020-8123 4567，上门做。", "zh"
    ).is_plain


def test_long_sentences_and_hard_words_are_named_with_plainer_ones():
    found = readability.hint(
        "请相关人员务必于明日上午八时至十时前往社区服务中心进行核酸检测。好。", "zh"
    )
    assert [n for _sentence, n in found.long] == [31]
    assert {word for word, _plain in found.hard} == {"相关人员", "务必", "核酸检测"}
    assert readability.hint("明早八点停水。请先存水。", "zh").is_plain
    english = readability.hint("Residents are advised to remain at home. Stay safe.", "en")
    assert {word for word, _plain in english.hard} == {"are advised to", "remain"}


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(6, True), (7, False), (21, False), (22, True), (0, True)]
)
def test_night_is_from_ten_to_seven(hour, quiet):
    assert hours.is_quiet(at(hour)) == quiet


@given(st.integers(1, 40))
def test_pauses_grow_and_end_at_ten_minutes(n):
    pauses = [hours.next_pause(i, at(8)) for i in range(1, n + 1)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= at(8) + timedelta(minutes=10)


@given(
    st.floats(0.05, 500),
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 1000)), min_size=1, max_size=50),
)
def test_no_pace_is_ever_exceeded(per_second, turns):
    pace, now, went = Pace(per_second), 0.0, 0
    for wait, wanted in turns:
        now += wait
        n = min(wanted, pace.room(now))
        pace.spend(n)
        went += n
    assert went <= per_second * now + max(1.0, per_second) + 1e-6


def test_what_went_is_counted_by_the_minute_and_forgotten_in_time():
    noon, minute = datetime(2026, 3, 2, 4, tzinfo=UTC), timedelta(minutes=1)
    spent = Spent({noon: 5})
    spent.add(3, noon + 1.5 * minute)
    spent.add(1, noon + minute)
    assert spent.since(noon) == 9
    assert spent.since(noon + minute) == 4
    assert spent.since(noon + 2 * minute) == 0
    spent.forget_before(noon + minute)
    assert spent.since(noon) == 4


@pytest.mark.parametrize(
    ("start", "wait_h", "end"),
    [((26, 4), 1, (26, 5)), ((26, 13, 30), 1, (26, 23, 30)), ((26, 18), 2, (27, 1)),
     ((26, 4), 30, (28, 4)), ((26, 22, 59), 0, (26, 23))],
)  # fmt: skip
def test_time_that_people_sleep_is_no_time_in_which_messages_go(start, wait_h, end):
    at = datetime(2026, 11, *start, tzinfo=UTC)
    found = hours.awake_after(at, timedelta(hours=wait_h))
    assert found == datetime(2026, 11, *end, tzinfo=UTC)
    assert not hours.is_quiet(found)


def test_a_slow_pace_takes_days_and_an_urgent_one_counts_the_night():
    at = datetime(2026, 11, 26, 0, tzinfo=UTC)
    assert hours.takes(58457, 200, at, urgent=False) > timedelta(days=19)
    assert hours.takes(2400, 100, at, urgent=True) == timedelta(hours=24)


@pytest.mark.parametrize("pack", ["gd-2021", "typhoon-demo"])
def test_shipped_texts_are_easy_and_right_where_no_link_is(pack):
    notices = operations.checked((operations.SHIPPED / f"{pack}.yaml").read_bytes()).body.notices
    for notice in notices:
        for language in ("zh", "en"):
            said = f"{getattr(notice.title, language)}\n{getattr(notice.body, language)}"
            assert readability.hint(said, language).is_plain, said
            assert "链接" not in said
            assert "link" not in said
