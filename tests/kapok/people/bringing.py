"""A street with a few people, and lists about them as officers bring them."""

import io
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import xlsxwriter
from tests import factories

from kapok.access import secrets
from kapok.access.scope import acting, of_appointment
from kapok.people import names
from kapok.people.identity import check_character
from kapok.people.models import Contact, Person
from kapok.people.operations import lists

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
STREET = 440103022000000
COMMUNITY = 440103022001000
GRID = 440103022001001
BORN = date(1990, 5, 31)
HEADER = ("姓名", "身份证号", "联系电话", "现住址", "性别", "出生日期")


def identity(born=BORN, sex="F", serial=1, division="440103"):
    digits = f"{division}{born:%Y%m%d}{serial * 2 + (sex == 'M'):03d}"
    return digits + check_character(digits)


def officer(role="assistance_officer", place=STREET, **values):
    return factories.Appointment(role=role, place=place, **values)


@contextmanager
def acts(appointment, purpose="register_upkeep", at=AT):
    with acting(of_appointment(appointment, at=at, purpose=purpose)) as who:
        yield who


def building(name="示例花园3区5栋", place=GRID):
    with factories.as_box():
        return factories.Building(name=name, place=place)


def resident(name="王小明", born=BORN, number="", phone="", home=None, room="502"):
    """Somebody who lives here already."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=home or building(), place=GRID, room=room)
        person = factories.Person(
            household=factories.Household(dwelling=dwelling, place=GRID),
            place=GRID,
            name=name,
            name_tokens=sorted(names.tokens(name)),
            birth_date=born,
            sex="F",
            identity_kind="MAINLAND" if number else "",
            identity=secrets.encrypt(number, about="identity") if number else None,
            identity_index=secrets.blind_index(number, about="identity") if number else None,
        )
        if phone:
            Contact.objects.create(
                place=GRID,
                person=person,
                value=secrets.encrypt(phone, about="phone"),
                value_index=secrets.blind_index(phone, about="phone"),
                tail_index=secrets.blind_index(phone[-4:], about="phone-tail"),
            )
        return person


def new(name="李大伟", serial=7, phone="13800138007", born=BORN):
    return name, identity(born, serial=serial), phone, "示例花园3区5栋601", "女", f"{born}"


def other():
    return new("周小燕", 8, "13800138007", date(1962, 3, 4))


def workbook(rows, header=HEADER):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名单")
        for line, cells in enumerate([header, *rows]):
            for at, cell in enumerate(cells):
                sheet.write_string(line, at, str(cell))
    return file.getvalue()


def about(**values):
    usual = {
        "title": "返乡人员",
        "owner": "逢源街道办事处",
        "purpose": "register_upkeep",
        "legal_basis": "社会救助暂行办法 10",
        "reason": "更新登记",
        "expires_at": AT + timedelta(days=30),
    }
    return lists.About(**usual | values)


def bring(appointment, rows, *, header=HEADER, **values):
    with acts(appointment):
        return lists.bring_list(
            about=about(**values),
            file_name="名单.xlsx",
            content=workbook(rows, header),
            place=STREET,
            by=appointment.account,
            at=AT,
        )


def checked(appointment, rows, **values):
    """A list that was brought, whose columns were confirmed as recognised, and that was checked."""
    found = bring(appointment, rows, **values)
    with acts(appointment):
        lists.confirm_columns(
            list_id=found.pk, columns=found.columns, by=appointment.account, at=AT
        )
    lists.check_list(list_id=found.pk, enter=lambda: acts(appointment))
    return found


def take(who, found):
    """A second officer of the same street takes the list over."""
    with acts(who):
        return lists.take_list(list_id=found.pk, by=who.account, at=AT)


def rows_of(found, appointment):
    with acts(appointment):
        return list(found.rows.order_by("number"))


def people(appointment):
    with acts(appointment):
        return list(Person.objects.order_by("name"))
