"""Documents to begin with: the usual stations, and the gymnasium of Ruyuan."""

from typing import Any

from kapok.words import gettext as _


def blank() -> dict[str, Any]:
    """The usual stations and their usual times; who comes is for people to say."""
    return {
        "site": "",
        "opens": "08:00",
        "closes": "18:00",
        "slot_min": 60,
        "find": "least",
        "goal": {"wait_min": 15, "share": 0.95},
        "arrivals": {"booked": 0, "walk_in": 0, "absent": 0, "late_min": 0, "late_sd_min": 10},
        "stations": [
            {"name": _("code check"), "mean_s": 10, "cv": 0.5},
            {"name": _("pre-check"), "mean_s": 30, "cv": 0.6},
            {"name": _("registration"), "mean_s": 105, "cv": 0.5},
            {"name": _("vaccination"), "mean_s": 95, "cv": 0.4},
            {"name": _("observation"), "mean_min": 30, "law": "constant", "seats": 1},
        ],
    }


def ruyuan() -> dict[str, Any]:
    """The gymnasium of Ruyuan; docs/examples/ruyuan.yaml is the same, and tells why."""
    pause = {"minutes": 30, "from": "11:00", "to": "13:30"}
    return {
        "site": _("Ruyuan gymnasium"),
        "date": "2021-06-14",
        "opens": "08:00",
        "closes": "18:00",
        "slot_min": 60,
        "goal": {"wait_min": 15, "share": 0.95},
        "hall": {"width_m": 42},
        "arrivals": {
            "booked": 4200,
            "absent": 0.05,
            "late_min": -5,
            "late_sd_min": 12,
            "walk_in": [180, 160, 120, 80, 40, 60, 90, 100, 70, 20],
            "families": [0.75, 0.2, 0.05],
            "buses": [{"at": "09:00", "people": 45}, {"at": "10:00", "people": 45}],
            "kinds": {_("old"): 0.12},
        },
        "stations": [
            {"name": _("code check"), "mean_s": 10, "cv": 0.5, "staff": 3},
            {"name": _("pre-check"), "mean_s": 30, "cv": 0.6, "leaves": 0.02, "staff": 6},
            {
                "name": _("registration"),
                "mean_s": 105,
                "cv": 0.5,
                "staff": 25,
                "lanes": {_("old"): 2},
                "breaks": [pause],
            },
            {
                "name": _("vaccination"),
                "mean_s": 95,
                "cv": 0.4,
                "staff": 15,
                "first": [_("old")],
                "breaks": [pause],
            },
            {"name": _("observation"), "mean_min": 30, "law": "constant", "seats": 300},
            {"name": _("rescue"), "mean_min": 20, "share": 0.002, "staff": 2},
        ],
    }
