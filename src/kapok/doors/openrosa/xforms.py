"""A kind of matter as an XForm (ODK XForms Specification)."""

import hashlib
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from kapok.doors.openrosa.questions import ANSWERS, Question, questions
from kapok.packs.look_up import PackRef
from kapok.packs.schema import Kind, Text

XF, XHTML = "http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml"
JR, ORX = "http://openrosa.org/javarosa", "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
PREFIXES = {"": XF, "h": XHTML, "jr": JR, "orx": ORX, "odk": ODK}
LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
PREFIX = "kapok-"


def form_id(kind: str) -> str:
    """How the form of a kind is called."""
    return f"{PREFIX}{kind}"


def kind_of(form: str) -> str | None:
    """The kind of a form."""
    return form[len(PREFIX) :] if form.startswith(PREFIX) else None


def version_of(pack: PackRef) -> str:
    """The version of a form: that of its pack."""
    return f"{pack.code}-{pack.version}"


def xform(kind: Kind, pack: PackRef, *, needs_spot: bool) -> bytes:
    """The form as it is downloaded."""
    for prefix, address in PREFIXES.items():
        ElementTree.register_namespace(prefix, address)
    asked = questions(kind, needs_spot=needs_spot)
    root = Element(_h("html"))
    head = SubElement(root, _h("head"))
    SubElement(head, _h("title")).text = f"{kind.label.zh} {kind.label.en}"
    model = SubElement(head, _x("model"), {f"{{{ODK}}}xforms-version": "1.0.0"})
    _texts(model, asked)
    _instance(model, kind, pack, asked)
    for question in asked:
        _bind(model, question)
    SubElement(
        model,
        _x("bind"),
        {
            "nodeset": "/data/meta/instanceID",
            "type": "string",
            "readonly": "true()",
            f"{{{JR}}}preload": "uid",
        },
    )
    body = SubElement(root, _h("body"))
    for question in asked:
        _control(body, question)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def digest(form: bytes) -> str:
    """What changes when the form does."""
    return f"md5:{hashlib.md5(form, usedforsecurity=False).hexdigest()}"


def _texts(model: Element, asked: tuple[Question, ...]) -> None:
    itext = SubElement(model, _x("itext"))
    for language, name in LANGUAGES.items():
        attributes = {"lang": name} | ({"default": "true()"} if language == "zh" else {})
        translation = SubElement(itext, _x("translation"), attributes)
        for question in asked:
            for key, text in _words(question):
                entry = SubElement(translation, _x("text"), {"id": key})
                SubElement(entry, _x("value")).text = getattr(text, language)


def _words(question: Question) -> list[tuple[str, Text]]:
    found = [(f"{question.path}:label", question.label)]
    if question.hint is not None:
        found.append((f"{question.path}:hint", question.hint))
    if question.message is not None:
        found.append((f"{question.path}:wrong", question.message))
    found += [(f"{question.path}/{code}:label", label) for code, label in question.options]
    return found


def _instance(model: Element, kind: Kind, pack: PackRef, asked: tuple[Question, ...]) -> None:
    instance = SubElement(model, _x("instance"))
    data = SubElement(instance, _x("data"), {"id": form_id(kind.code), "version": version_of(pack)})
    answers = None
    for question in asked:
        *above, name = question.path.split("/")
        if above[-1] == ANSWERS:
            if answers is None:
                answers = SubElement(data, _x(ANSWERS))
            parent = answers
        else:
            parent = data
        SubElement(parent, _x(name)).text = question.default or None
    meta = SubElement(data, f"{{{ORX}}}meta")
    SubElement(meta, f"{{{ORX}}}instanceID")


def _bind(model: Element, question: Question) -> None:
    attributes = {"nodeset": question.path, "type": question.type}
    for name in ("relevant", "required", "constraint"):
        if value := getattr(question, name):
            attributes[name] = value
    if question.message is not None:
        attributes[f"{{{JR}}}constraintMsg"] = f"jr:itext('{question.path}:wrong')"
    SubElement(model, _x("bind"), attributes)


def _control(body: Element, question: Question) -> None:
    attributes = {"ref": question.path}
    if question.appearance:
        attributes["appearance"] = question.appearance
    if question.media:
        attributes["mediatype"] = question.media
    control = SubElement(body, _x(question.control), attributes)
    SubElement(control, _x("label"), {"ref": f"jr:itext('{question.path}:label')"})
    if question.hint is not None:
        SubElement(control, _x("hint"), {"ref": f"jr:itext('{question.path}:hint')"})
    for code, _label in question.options:
        item = SubElement(control, _x("item"))
        SubElement(item, _x("label"), {"ref": f"jr:itext('{question.path}/{code}:label')"})
        SubElement(item, _x("value")).text = code


def _x(name: str) -> str:
    return f"{{{XF}}}{name}"


def _h(name: str) -> str:
    return f"{{{XHTML}}}{name}"
