"""The questions of a form in the order in which a telephone asks them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kapok.packs import conditions
from kapok.packs.schema import Field, FieldType, Kind, Text

WHY, ANSWERS, WORDS, SPOT, ADDRESS = "why", "a", "words", "spot", "address"
PHOTO, PHONE, NAME = "photo", "phone", "name"
TYPES = {
    FieldType.INTEGER: "int",
    FieldType.DECIMAL: "decimal",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "dateTime",
    FieldType.LOCATION: "geopoint",
    FieldType.PHOTO: "binary",
    FieldType.VOICE: "binary",
    FieldType.SIGNATURE: "binary",
}
MEDIA = {
    FieldType.PHOTO: "image/*",
    FieldType.VOICE: "audio/*",
    FieldType.SIGNATURE: "image/*",
}
YES_NO = (("yes", Text(zh="是", en="Yes")), ("no", Text(zh="否", en="No")))


@dataclass(frozen=True)
class Question:
    """One question as XForms knows it.

    Attributes
    ----------
    path
        Where its answer lies.
    control
        ``input``, ``select1``, ``select`` or ``upload``.
    relevant, required, constraint
        XPath; empty where there is none.
    """

    path: str
    label: Text
    control: str = "input"
    type: str = "string"
    hint: Text | None = None
    options: tuple[tuple[str, Text], ...] = ()
    media: str = ""
    appearance: str = ""
    relevant: str = ""
    required: str = ""
    constraint: str = ""
    message: Text | None = None
    default: str = ""


def questions(kind: Kind, *, needs_spot: bool) -> tuple[Question, ...]:
    """Why first, then the form of the kind, then words, place, photo, and who reports."""
    return tuple(_all(kind, needs_spot=needs_spot))


def _all(kind: Kind, *, needs_spot: bool) -> Iterator[Question]:
    if kind.why is not None:
        yield Question(
            f"/data/{WHY}", kind.why.question, "select1", required="true()",
            options=tuple((option.code, option.label) for option in kind.why.options),
        )  # fmt: skip
    known = conditions.known({field.name: field.type for field in kind.report_form.fields})
    writer = _Writer(kind, known)
    yield from (writer.question(field) for field in kind.report_form.fields)
    yield Question(f"/data/{WORDS}", OWN_WORDS, appearance="multiline")
    yield Question(f"/data/{SPOT}", WHERE, type="geopoint", required="true()" if needs_spot else "")
    yield Question(f"/data/{ADDRESS}", EXACTLY, hint=BESIDE)
    yield Question(f"/data/{PHOTO}", A_PHOTO, "upload", "binary", media="image/*")
    needed = "" if kind.anonymous else "true()"
    yield Question(f"/data/{PHONE}", TELEPHONE, required=needed, appearance="numbers")
    yield Question(f"/data/{NAME}", WHO)


OWN_WORDS = Text(zh="用自己的话说", en="In your own words")
WHERE = Text(zh="位置", en="Where it is")
EXACTLY = Text(zh="具体在哪里", en="Where exactly")
BESIDE = Text(
    zh="楼栋、单元、楼层，或旁边有什么", en="Building, entrance, floor, or what is beside it"
)
A_PHOTO = Text(zh="照片", en="Photo")
TELEPHONE = Text(zh="联系电话", en="Telephone")
WHO = Text(zh="姓名", en="Name")


def locate(name: str) -> str:
    """The path of an answer."""
    return f"/data/{ANSWERS}/{name}"


@dataclass(frozen=True)
class _Writer:
    kind: Kind
    known: conditions.Known

    def question(self, field: Field) -> Question:
        control, options = _control(field)
        constraint = _constraint(field)
        return Question(
            path=locate(field.name),
            label=field.label,
            control=control,
            type=TYPES.get(field.type, "string"),
            hint=field.hint,
            options=options,
            media=MEDIA.get(field.type, ""),
            appearance=_appearance(field),
            relevant=self.relevant(field),
            required=self.required(field),
            constraint=constraint,
            message=_message(field) if constraint else None,
            default=_default(field),
        )

    def relevant(self, field: Field) -> str:
        """Under which condition it is asked; not at all where the reason makes it another kind."""
        parts = [self.xpath(field.show_when)] if field.show_when else []
        why = self.kind.why
        if why is not None:
            same = [f"/data/{WHY} = '{each.code}'" for each in why.options if not each.becomes]
            parts.append(f"({' or '.join(same)})" if same else "false()")
        return " and ".join(part for part in parts if part)

    def required(self, field: Field) -> str:
        if isinstance(field.required, bool):
            return "true()" if field.required else ""
        return self.xpath(field.required)

    def xpath(self, condition: str) -> str:
        """The condition, or nothing where ODK cannot know: then the server decides."""
        constants = {"matter": {"kind": self.kind.code, "door": "FORM"}, "place": {}}
        try:
            return conditions.xpath(
                conditions.tree(condition), self.known, locate=locate, constants=constants
            )
        except conditions.Unfit:
            return ""


def _control(field: Field) -> tuple[str, tuple[tuple[str, Text], ...]]:
    options = tuple((option.code, option.label) for option in field.options)
    if field.type == FieldType.YES_NO:
        return "select1", YES_NO
    if field.type in MEDIA:
        return "upload", ()
    controls = {FieldType.CHOICE: "select1", FieldType.CHOICES: "select"}
    return controls.get(field.type, "input"), options


def _appearance(field: Field) -> str:
    known = {
        FieldType.LONG_TEXT: "multiline",
        FieldType.PHONE: "numbers",
        FieldType.SIGNATURE: "signature",
    }
    return known.get(field.type, "")


def _default(field: Field) -> str:
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    return "" if field.default is None else str(field.default)


def _constraint(field: Field) -> str:
    parts = []
    if field.type not in MEDIA:
        parts += [f". >= {_bound(field, field.min)}"] if field.min is not None else []
        parts += [f". <= {_bound(field, field.max)}"] if field.max is not None else []
    if field.max_length is not None:
        parts.append(f"string-length(.) <= {field.max_length}")
    if field.pattern is not None:
        parts.append(f"regex(., {quoted(field.pattern)})")
    return " and ".join(parts)


def _bound(field: Field, bound: float | str) -> str:
    if not isinstance(bound, str):
        return repr(bound)
    if field.type == FieldType.TIME:
        return quoted(bound)
    return f"date({quoted(bound)})"


def quoted(text: str) -> str:
    """A text in XPath, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = [f"'{part}'" for part in text.split("'")]
    return "concat(" + ', "\'", '.join(parts) + ")"


def _message(field: Field) -> Text:
    """What is possible, in both languages."""
    zh, en = [], []
    if field.min is not None:
        zh.append(f"不小于 {field.min}")
        en.append(f"at least {field.min}")
    if field.max is not None:
        zh.append(f"不大于 {field.max}")
        en.append(f"at most {field.max}")
    if field.max_length is not None:
        zh.append(f"最多 {field.max_length} 个字符")
        en.append(f"at most {field.max_length} characters")
    if field.pattern is not None:
        zh.append(field.hint.zh if field.hint else "格式不对")
        en.append(field.hint.en if field.hint else "it does not look as it should")
    return Text(zh="、".join(zh) or "不可用", en=", ".join(en) or "not possible")
