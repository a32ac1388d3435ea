"""A kind of matter with every type of field, as a phone pulls it."""

from typing import Any


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def field(name: str, kind: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    empty = {"hint": None, "required": False, "show_when": None, "min": None, "max": None}
    empty |= {"max_length": None, "pattern": None, "options": [], "default": None}
    return empty | {"name": name, "type": kind, "label": text(zh, en)} | more


def option(code: str, zh: str, en: str) -> dict[str, Any]:
    return {"code": code, "label": text(zh, en), "show_when": None}


def note(code: str, zh: str, en: str) -> dict[str, Any]:
    return {"code": code, "label": text(zh, en), "creates": None}


NO_FORM: dict[str, Any] = {"fields": [], "checks": []}
NEEDS = {"op": "==", "args": [{"var": ["answers", "needs"]}, {"lit": True}]}
VISIT_FORM = {
    "fields": [
        field("people", "integer", "家里几口人", "People at home", required=True, min=1, max=20),
        field("needs", "yes_no", "需要帮助吗", "Is help needed?", required=True),
        field(
            "what",
            "choices",
            "需要什么",
            "What is needed",
            show_when=NEEDS,
            required=True,
            options=[option("medicine", "药", "Medicine"), option("food", "食物", "Food")],
        ),
    ],
    "checks": [],
}
ALL_FORM = {
    "fields": [
        field("name", "text", "名称", "Name", max_length=20),
        field("more", "long_text", "说明", "More"),
        field("n", "integer", "数量", "How many"),
        field("t", "decimal", "体温", "Temperature", min=34, max=43),
        field("ok", "yes_no", "正常", "In order"),
        field("one", "choice", "颜色", "Colour",
              options=[option("red", "红", "Red"), option("blue", "蓝", "Blue")]),
        field("day", "date", "日期", "Day"),
        field("hour", "time", "时间", "Hour"),
        field("moment", "datetime", "时刻", "Moment"),
        field("tel", "phone", "电话", "Telephone"),
        field("spot", "location", "位置", "Where it is"),
        field("area", "place", "地点", "Area"),
        field("photo", "photo", "照片", "Photo of it"),
        field("voice", "voice", "录音", "Recording"),
        field("sign", "signature", "签名", "Signature"),
        field("code", "code", "编码", "Code", pattern="[A-Z]{2}[0-9]{3}",
              hint=text("例如 AB123", "Such as AB123")),
    ],
    "checks": [],
}  # fmt: skip


def outcome(code: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    empty = {"closes": True, "needs": [], "follow_up": None}
    return empty | {"code": code, "label": text(zh, en)} | more


def kind(code: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "key": f"p1/{code}", "pack": "p1", "version": "gd-2021/1", "code": code, "realm": "SERVICE",
        "label": text(zh, en), "description": text(f"{zh}。", f"{en}."), "reportable": True,
        "urgency": {"default": "ORDINARY"}, "why": None, "report_form": NO_FORM,
        "steps": [], "outcomes": [outcome("done", "已办好", "Done")], "self_resolve": False,
        "check": "none", "location_needed": False, "hours": None,
    }  # fmt: skip
    return empty | more


VISIT_NOTES = [
    note("nobody_home", "家中无人", "Nobody home"),
    note("refused", "拒绝", "Refused"),
    note("needs_medicine", "需要药", "Needs medicine"),
]
KINDS = [
    kind("visit", "入户走访", "Home visit", reportable=False, steps=[
        {"code": "talk", "label": text("见面询问", "Meet and ask"), "form": VISIT_FORM,
         "evidence": [], "optional": False, "show_when": None, "notes": VISIT_NOTES},
        {"code": "proof", "label": text("拍照", "Take a photo of the door"), "form": NO_FORM,
         "evidence": ["PHOTO"], "optional": True, "show_when": None, "notes": []},
    ]),
    kind("rubbish", "垃圾堆放", "Rubbish", self_resolve=True, report_form={"fields": [
        field("size", "choice", "多少", "How much", required=True,
              options=[option("bag", "一袋", "A bag"), option("heap", "一堆", "A heap")])],
        "checks": []}),
    kind("all", "各类字段", "Every field", report_form=ALL_FORM),
]  # fmt: skip
