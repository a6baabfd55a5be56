"""A paper of each kind, as a court in Kazakhstan would have it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from hearings.documents.drafts import Draft, draw_up, fold
from hearings.documents.fill import fill, kind_of
from hearings.documents.model import (
    Addressee,
    ApplicationForm,
    Audibility,
    Entry,
    Identified,
    Language,
    Measurement,
    Minutes,
    MinutesParticipant,
    OrganiserAnswer,
    Outage,
    Paper,
    Pause,
    Person,
    Problem,
    RecordingPermission,
    Ruling,
    Span,
    TechnicalAct,
)

LETTERS: Final = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
"""The letters that Kazakh has and Russian has not."""
_ZONE: Final = timezone(timedelta(hours=5))
AT: Final = "2026-11-20T05:00:00.000Z"


def moment(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second, tzinfo=_ZONE)


def span(since: tuple[int, ...], until: tuple[int, ...]) -> Span:
    return Span(moment(*since), moment(*until))


_COURT: Final = "Медеуский районный суд города Алматы"
_NUMBER: Final = "7527-26-00-2/1184"
_TO: Final = (
    Addressee("Департамент Судебной администрации по городу Алматы", "г. Алматы, ул. Казыбек би, 66"),
    Addressee("Семейский городской суд области Абай", "г. Семей, ул. Абая, 102"),
)
_CLERK: Final = Person("Қасымова Әсел Нұрланқызы", "+7 727 000 00 01, a.kasymova@court.example")
_ORGANISER: Final = Person("Өтеғенов Ғалым Үсенұлы", "+7 727 000 00 02")

APPLICATION: Final = ApplicationForm(
    _TO, _COURT, _NUMBER, "допрос свидетеля", "свидетель", "Іңкәрбаева Һәдия Ұланқызы",
    "Семейский городской суд области Абай", moment(10, 0), _CLERK, _ORGANISER, "Нұрғалиев Ерлан Қайратұлы",
)  # fmt: skip

ANSWER: Final = OrganiserAnswer(
    _TO[:1], _COURT, "Іңкәрбаева Һәдия Ұланқызы", _NUMBER, True, "", moment(10, 0),
    "Семейский городской суд области Абай", Person("Жұмабек Айгүл Әділқызы", "+7 722 000 00 03"), "4",
    Person("Сейітов Мұрат Болатұлы", "+7 722 000 00 04"), "Төлегенова Динара Өмірзаққызы",
)  # fmt: skip

ACT: Final = TechnicalAct(
    _COURT, "12", _NUMBER, moment(10, 0), moment(10, 40), "Нұрғалиев Ерлан Қайратұлы", "Ахметов Бауыржан Ғабитұлы",
    "Қасымова Әсел Нұрланқызы",
    (Problem(moment(9, 52), "Іңкәрбаева Һәдия Ұланқызы", "Семейский городской суд", "Звук не доходит до зала суда"),
     Problem(moment(10, 4), "Оспанов Тимур Ерболович", "личное средство связи", "Связь потеряна")),
    (Measurement(moment(9, 53), "Іңкәрбаева Һәдия Ұланқызы", "Потери пакетов, от участника", "37,5 %"),
     Measurement(moment(10, 4), "Оспанов Тимур Ерболович", "Скорость, к участнику", "0,14 Мбит/с")),
    "Лицо, организующее видеоконференцсвязь, извещено в 09:53.",
    "Переподключение оборудования; смена канала связи.\nПовторная проверка в 10:20: без результата.",
    "Разбирательство дела отложено на 30 ноября 2026 года, 10:00.",
)  # fmt: skip

_PARTICIPANTS: Final = (
    MinutesParticipant(
        "Оспанов Тимур Ерболович", "истец", "personal_device", "",
        Identified("photo", "Нұрғалиев Е. Қ.", moment(9, 58)), True,
        (span((10, 0), (10, 31, 12)), span((10, 33, 40), (12, 5)))),
    MinutesParticipant(
        "Іңкәрбаева Һәдия Ұланқызы", "свидетель", "receiving_court", "Семейский городской суд области Абай",
        Identified("site_report", "Жұмабек А. Ә.", moment(9, 55)), True, (span((10, 45), (11, 20)),)),
    MinutesParticipant(
        "ТОО «Көкжиек»", "ответчик", "courtroom", "",
        Identified("document", "Қасымова Ә. Н.", moment(9, 50)), True, (span((10, 0), (12, 5)),)),
)  # fmt: skip

MINUTES: Final = Minutes(
    _COURT, "12", _NUMBER, "Оспанов Т. Е. к ТОО «Көкжиек» о взыскании задолженности", moment(10, 0).date(),
    span((10, 0), (12, 5)), "Нұрғалиев Ерлан Қайратұлы", (), "Қасымова Әсел Нұрланқызы",
    "сервис «Зал суда»", (span((10, 0), (11, 25)), span((11, 50), (12, 5))), _PARTICIPANTS,
    (Entry(moment(10, 0, 2), "", "Заседание открыто, состав суда объявлен."),
     Entry(moment(10, 2, 40), "Оспанов Тимур Ерболович", "Отводов не имею, права ясны."),
     Entry(moment(10, 45), "", "Вызван свидетель Іңкәрбаева Һ. Ұ.; предупреждён об ответственности.")),
    (Ruling(moment(11, 25), "Слушать дело в закрытом заседании, применение видеоконференцсвязи прекратить."),),
    (Pause("technical_adjournment", span((10, 31, 20), (10, 34)), "Истец потерял связь."),
     Pause("closed_session", span((11, 25), (11, 50)), "Коммерческая тайна.")),
    (Outage("Оспанов Тимур Ерболович", span((10, 31, 12), (10, 33, 40)), "потери 100 % в течение 148 с"),),
    (RecordingPermission("Оспанов Тимур Ерболович", moment(10, 5), "Ответчик возражает.", False, moment(10, 6)),),
    f"АВР {_NUMBER}, заседание 1",
    (Audibility("Оспанов Тимур Ерболович", "Іңкәрбаева Һәдия Ұланқызы", 1312, 59, 41, 2, 63),
     Audibility("Нұрғалиев Ерлан Қайратұлы", "Оспанов Тимур Ерболович", 840, 100, 0, 0, 100),
     Audibility("Оспанов Тимур Ерболович", "ТОО «Көкжиек»", 1312, None, 0, 0, 97)),
)  # fmt: skip

PAPERS: Final[tuple[Paper, ...]] = (APPLICATION, ANSWER, ACT, MINUTES)


def draft(paper: Paper, language: Language = "kk") -> Draft:
    return fold(draw_up("d", "c", kind_of(paper), language, fill(paper, language), AT, "clerk"))
