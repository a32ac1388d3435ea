"""Forms about people. What they check is shape; what may be is decided by the operations."""

from kapok.people.forms.care import (
    CareForm,
    ConsentForm,
    GuardianForm,
    NoteForm,
    RegisterForm,
    SplitForm,
)
from kapok.people.forms.duties import AnswerForm, AskForm, GlassForm, JudgeForm
from kapok.people.forms.people import (
    ContactForm,
    FactsForm,
    LeaveForm,
    MoveForm,
    NewPersonForm,
    PapersForm,
    ProofForm,
    ReachForm,
)
from kapok.people.forms.plain import Plain

__all__ = [
    "AnswerForm",
    "AskForm",
    "CareForm",
    "ConsentForm",
    "ContactForm",
    "FactsForm",
    "GlassForm",
    "GuardianForm",
    "JudgeForm",
    "LeaveForm",
    "MoveForm",
    "NewPersonForm",
    "NoteForm",
    "PapersForm",
    "Plain",
    "ProofForm",
    "ReachForm",
    "RegisterForm",
    "SplitForm",
]
