"""The lists of a roster on a page: typed, sent as files, brought in, and what is wrong in them."""

import pytest
from tests.kapok.planning.rosters import document

from kapok import words
from kapok.errors import Refused
from kapok.planning.planner import Member, Sent
from kapok.planning.rosters import example
from kapok.planning.rosters.planner import PLANNER


@pytest.fixture(autouse=True)
def _english():
    with words.said_in("en"):
        yield


def test_a_form_gives_the_document_back_that_it_was_filled_with():
    lists = PLANNER.example()
    sent = PLANNER.sent(lists, as_typed(lists))
    assert {k: v for k, v in sent.items() if v} == lists


def test_the_gates_of_the_example_are_named_in_the_reader_s_language(monkeypatch):
    monkeypatch.setattr(example, "_", {"Gate %(number)d": "%(number)d号卡口"}.__getitem__)
    assert PLANNER.example()["posts"][0]["post"] == "1号卡口"
    assert PLANNER.read(PLANNER.example()).named.roles[0].post == "1号卡口"


def test_people_of_the_town_come_in_once_and_with_their_keys():
    members = [
        Member("a0", "Wang Fang", ("police",), ()),
        Member("b7", "H0", ("health",), ()),
        Member("c1", "Li Na", ("community", "health"), ("swab",)),
    ]
    once = PLANNER.staffed(document(), members)
    by_name = {row["person"]: row for row in once["people"]}
    assert "Wang Fang" not in by_name  # P0 has that key already
    assert by_name["H0"]["worker"] == "b7"
    assert by_name["Li Na"] == {
        "person": "Li Na", "party": "health", "skills": "swab", "worker": "c1",
    }  # fmt: skip
    assert PLANNER.staffed(once, members) == once
    assert "c1" in PLANNER.read(once).named.workers


def as_typed(lists):
    """A situation as the form sends it back."""
    fields = PLANNER.fields(lists)
    texts = {each.name: (each.value,) for each in (*fields.main, *fields.limits)}
    texts |= {f"list_{each.name}": (each.text,) for each in fields.lists if not each.is_long}
    return Sent(texts, {})


def test_people_of_the_town_are_kept_with_their_keys_again_and_again():
    members = [Member("b7", "Wang Fang", ("police",), ("swab",))]
    lists = {**PLANNER.staffed(document(), members), "leave": []}
    once = PLANNER.sent(lists, as_typed(lists))
    assert once["people"] == lists["people"]
    assert PLANNER.sent(once, as_typed(once)) == once
    assert "b7" in PLANNER.read(once).named.workers


@pytest.mark.parametrize(
    ("posts", "says"),
    [
        ("post,party,need\nGate 1,police,3\n",
         "The list of posts has a column “need” that means nothing; did you mean count?"),
        ("post,party,exposd\nGate 1,police,yes\n", "did you mean exposed?"),
        ("post,party,colour\nGate 1,police,red\n", "“colour” that means nothing; take it out"),
    ],
)  # fmt: skip
def test_a_column_that_means_nothing_is_said_and_not_dropped(posts, says):
    with pytest.raises(Refused) as refusal:
        PLANNER.sent(document(), Sent({"list_posts": (posts,)}, {}))
    assert says in str(refusal.value)


def test_a_list_that_is_typed_has_its_name_and_no_files():
    typed = Sent({"list_people": ("person,id,party\nA,B,police\n",)}, {})
    with pytest.raises(Refused, match=r"^The list of people has two columns that may be person"):
        PLANNER.sent(document(), typed)


def test_a_file_takes_the_place_of_a_list():
    content = "姓名,单位\n王芳,警察\n".encode()
    sent = PLANNER.sent(document(), Sent({}, {"file": ("人员.csv", content)}))
    assert sent["people"] == [{"person": "王芳", "party": "警察"}]
    assert len(sent["posts"]) == 2


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (Sent({"list_people": ("colour,size\nred,1\n",)}, {}), "no list that is known"),
        (Sent({"list_people": ("person,from,to\nA,x,y\n",)}, {}), "has not its columns"),
        (
            Sent({"list_people": ("hello world",)}, {}),
            "list of people has no rows, only “hello world”",
        ),
        (Sent({"list_people": ("hello world\nand more",)}, {}), "no list that is known"),
        (Sent({"list_leave": ("person,from,to\n",)}, {}), "has no rows"),
        (Sent({"list_leave": ("person,from,to\n,,\n",)}, {}), "a header and no rows"),
        (Sent({}, {"file": ("a.csv", b"person,party\n")}), "a.csv has a header and no rows"),
        (Sent({}, {"file": ("a.csv", b"person,party\n,\n")}), "a.csv has a header and no rows"),
        (Sent({}, {"file": ("a.xlsx", b"no workbook")}), "cannot be read as a workbook"),
    ],
)
def test_what_cannot_be_read_is_said(sent, says):
    with pytest.raises(Refused, match=says):
        PLANNER.sent(document(), sent)


def test_a_party_of_which_there_is_nobody_is_said_before_planning():
    lists = document()
    lists["posts"][0]["party"] = "polcie"
    says = (
        "posts 1, party: “polcie” is no party of the people: they are of police, health; "
        "did you mean police?"
    )
    with pytest.raises(Refused) as refusal:
        PLANNER.read(lists)
    assert says in str(refusal.value)
    lists["posts"][0]["party"] = "volunteers"  # a usual one, of which there may be nobody yet
    assert PLANNER.read(lists)
    with pytest.raises(Refused, match="settings, night_parties: “helth” is no party"):
        PLANNER.read(document(night_parties="police; helth"))


def test_a_party_of_its_own_is_taken_as_it_is_written():
    lists = document()
    lists["posts"].append({"post": "Gate 2", "party": "firefighters"})
    lists["people"].append({"person": "F1", "party": "Firefighters"})
    assert "firefighters" in PLANNER.read(lists).named.parties


def test_an_empty_text_takes_a_list_away():
    lists = {**document(), "leave": [{"person": "P0", "from": "2026-06-01", "to": "2026-06-02"}]}
    assert PLANNER.sent(lists, Sent({"list_leave": ("",)}, {}))["leave"] == []


def test_nothing_set_yet_says_what_is_missing():
    with pytest.raises(Refused, match="needs its first day"):
        PLANNER.read(PLANNER.begin())
    with pytest.raises(Refused, match="There are no posts"):
        PLANNER.read({"settings": {"start": "2026-06-01"}})
