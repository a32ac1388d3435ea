"""Whether a notice is easy to read: long sentences and hard words, with plainer ones. Pure."""

import re
from dataclasses import dataclass

LONGEST = {"zh": 30, "en": 20}  # characters, words
ENDS = re.compile(r"[。！？；!?;\n]+|\.(?=\s|$)")
NUMBER = re.compile(r"\d[\d\s.:-]*\d")
HARD = {
    "zh": {
        "予以": "（去掉）",
        "切实": "（去掉）",
        "严禁": "不要",
        "务必": "请一定",
        "上述": "这些",
        "届时": "到时候",
        "逾期": "过了时间",
        "如实申报": "照实告诉我们",
        "有序": "排队",
        "居家隔离医学观察": "在家隔离",
        "核酸检测": "核酸（做咽拭子）",
        "非必要不": "没有急事不要",
        "配合落实": "请照做",
        "相关人员": "谁",
        "特此通知": "（去掉）",
        "涉疫": "跟疫情有关的",
        "查验": "看",
        "知悉": "知道",
        "告知": "告诉",
        "第一时间": "马上",
        "妥善": "好好",
        "自即日起": "从今天起",
        "携带": "带上",
        "致电": "打电话给",
    },
    "en": {
        "commence": "begin",
        "terminate": "end",
        "with immediate effect": "from now on",
        "are advised to": "please",
        "prior to": "before",
        "subsequent to": "after",
        "in accordance with": "by",
        "in the event of": "if",
        "utilise": "use",
        "utilize": "use",
        "facilitate": "help",
        "mandatory": "must",
        "prohibited": "not allowed",
        "nucleic acid test": "swab test",
        "premises": "building",
        "remain": "stay",
        "assistance": "help",
        "approximately": "about",
        "herewith": "(leave out)",
        "personnel": "staff",
        "notify": "tell",
    },
}


@dataclass(frozen=True)
class Hint:
    """What makes a text hard.

    Attributes
    ----------
    n_sentences, mean
        Sentences, and their mean length in characters (Chinese) or words (English).
    long
        Sentences that are too long, with their length.
    hard
        Hard words that it holds, each with a plainer one.
    """

    n_sentences: int
    mean: float
    long: tuple[tuple[str, int], ...]
    hard: tuple[tuple[str, str], ...]

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say."""
        return not self.long and not self.hard


def hint(text: str, language: str) -> Hint:
    """What makes a text hard to read."""
    sentences = [part.strip() for part in ENDS.split(text) if part.strip()]
    lengths = [_length(sentence, language) for sentence in sentences]
    low = text.casefold()
    return Hint(
        n_sentences=len(sentences),
        mean=round(sum(lengths) / len(lengths), 1) if lengths else 0.0,
        long=tuple(
            (sentence, n)
            for sentence, n in zip(sentences, lengths, strict=True)
            if n > LONGEST[language]
        ),
        hard=tuple((word, plain) for word, plain in HARD[language].items() if word in low),
    )


def _length(sentence: str, language: str) -> int:
    if language == "en":
        return len(sentence.split())
    # A number is read at a glance, however many digits it has.
    return len(re.sub(r"[\s，、：,:“”《》（）()]", "", NUMBER.sub("0", sentence)))
