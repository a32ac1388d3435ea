"""What somebody can do beyond their role, and what teams are made of: data, not code."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Skill:
    """Something that somebody can do; ``words`` are those of lists that mean it."""

    label: Promise
    words: frozenset[str]


SKILLS: dict[str, Skill] = {
    "nursing": Skill(_("Nursing"), frozenset({"护理", "护士", "nursing", "nurse"})),
    "medicine": Skill(_("Medicine"), frozenset({"医疗", "医生", "medicine", "doctor"})),
    "sampling": Skill(_("Taking samples"), frozenset({"采样", "sampling"})),
    "first_aid": Skill(_("First aid"), frozenset({"急救", "first aid"})),
    "protection": Skill(_("Protective clothing"), frozenset({"防护", "protection", "ppe"})),
    "counselling": Skill(_("Counselling"), frozenset({"心理", "心理咨询", "counselling"})),
    "social_work": Skill(_("Social work"), frozenset({"社工", "社会工作", "social work"})),
    "driving": Skill(_("Driving"), frozenset({"驾驶", "司机", "driving", "driver"})),
    "carrying": Skill(_("Carrying loads"), frozenset({"搬运", "carrying"})),
    "registration": Skill(_("Registration"), frozenset({"登记", "录入", "registration"})),
    "cantonese": Skill(_("Cantonese"), frozenset({"粤语", "广东话", "cantonese"})),
    "english": Skill(_("English"), frozenset({"英语", "english"})),
    "sign_language": Skill(_("Sign language"), frozenset({"手语", "sign language"})),
}
SKILL_CHOICES = [(code, skill.label) for code, skill in SKILLS.items()]


def skill_named(word: str) -> str | None:
    """The code of the skill that a word of a list means, by label, code or a known word."""
    wanted = word.strip().casefold()
    for code, skill in SKILLS.items():
        if wanted in {code, str(skill.label).casefold(), *skill.words}:
            return code
    return None


@dataclass(frozen=True)
class TeamKind:
    """A kind of team: how many of each role it needs, and without whom it does not go out.

    Attributes
    ----------
    mix
        Role → how many the team is complete with.
    quorum
        Role → how many must be there for a visit.
    """

    label: Promise
    mix: dict[str, int]
    quorum: dict[str, int]


# The three-person team visits with health and community member; police only when the task says so.
TEAM_KINDS: dict[str, TeamKind] = {
    "three_person": TeamKind(
        _("Three-person team"),
        {"police_member": 1, "health_member": 1, "community_member": 1},
        {"health_member": 1, "community_member": 1},
    ),
    "sampling": TeamKind(
        _("Sampling team"),
        {"health_member": 2, "registrar": 1, "community_member": 1},
        {"health_member": 1, "registrar": 1},
    ),
    "vaccination": TeamKind(
        _("Vaccination team"),
        {"vaccinator": 2, "registrar": 2, "health_member": 1},
        {"vaccinator": 1, "registrar": 1, "health_member": 1},
    ),
    "gate": TeamKind(_("Gate team"), {"gate_keeper": 3}, {"gate_keeper": 1}),
}
TEAM_KIND_CHOICES = [(code, kind.label) for code, kind in TEAM_KINDS.items()]
