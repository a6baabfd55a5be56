from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from courtroom import demo, listening
from courtroom.cards import qr_code, text
from courtroom.demo_hearing import Cast, cast_of
from courtroom.errors import Mistake
from courtroom.office import open_office
from courtroom.portraits import portrait
from courtroom.settings import Settings, load
from hearings.hearing import SYSTEM, Event

CAST = Cast("DEMO-1", {"judge": "p-judge", "clerk": "p-clerk", "technician": "p-tech"}, {"party-1": "w-one"})
LAN = ["192.0.2.7", "2001:db8::7"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(options={"data": tmp_path}, defaults=demo.DEFAULTS)


async def cast(settings: Settings) -> Cast:
    async with open_office(settings) as office:
        return await cast_of(office, settings.data / "demo.txt", 25)


async def test_the_first_start_makes_a_hearing_whose_doors_are_open(settings: Settings) -> None:
    made = await cast(settings)
    async with open_office(settings) as office:
        hearing = await office.hearing(made.hearing)
    assert hearing is not None
    assert hearing.state == "ready"
    assert {seat.code for seat in hearing.seats.values() if seat.photo} == {"party-1", "party-2", "witness-1"}
    assert set(made.words) == {"party-1", "party-2", "witness-1"}
    assert set(made.passwords) == {"judge", "clerk", "technician"}


async def test_a_later_start_goes_on_with_it(settings: Settings) -> None:
    assert await cast(settings) == await cast(settings)


async def test_what_it_keeps_in_clear_is_for_its_owner_only(settings: Settings) -> None:
    await cast(settings)
    assert (settings.data / "demo.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", ["concluded", "postponed"])
async def test_after_a_hearing_that_is_over_there_is_a_new_one_for_the_same_staff(settings: Settings, end: str) -> None:
    first = await cast(settings)
    async with open_office(settings) as office:
        hearing = await office.hearing(first.hearing)
        assert hearing is not None
        over = Event(end, hearing.version + 1, "2026-12-01T10:00:00.000Z", SYSTEM)
        await office.store.append(hearing.id, hearing.version, [over])
    second = await cast(settings)
    assert second.hearing != first.hearing
    assert second.passwords == first.passwords


async def test_a_courts_own_data_folder_is_not_touched(settings: Settings) -> None:
    async with open_office(settings) as office:
        await office.create_hearing("Court", "1", "", "2026-12-01T10:00:00.000Z", [], 25)
    with pytest.raises(Mistake, match="another folder"):
        await cast(settings)


def test_no_link_and_no_qr_code_holds_a_secret(settings: Settings) -> None:
    cards = demo.cards_of(settings, CAST, LAN)
    links = " ".join(link for card in cards for link in (card.here, card.there))
    assert len(cards) == 4
    assert not any(secret in links for secret in (*CAST.passwords.values(), *CAST.words.values()))


def read_back(code: str) -> str:
    """A terminal's rows of half blocks, as a telephone sees them."""
    halves = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
    rows = np.array([[halves[sign][half] for sign in line] for line in code.splitlines() for half in (0, 1)], np.uint8)
    for picture in (rows, 1 - rows):
        large = np.pad(np.kron(255 * picture, np.ones((8, 8), np.uint8)), 32, constant_values=255)
        if found := cv2.QRCodeDetector().detectAndDecode(large)[0]:
            return found
    return ""


def test_each_qr_code_is_the_link_from_elsewhere(settings: Settings) -> None:
    for card in demo.cards_of(settings, CAST, LAN):
        assert read_back(text(card, with_qr=True).partition(card.secret + "\n")[2]) == card.there


def test_links_name_the_hearing_and_the_seat(settings: Settings) -> None:
    cards = {card.who.split()[0]: card for card in demo.cards_of(settings, CAST, LAN)}
    assert cards["party-1"].there == "https://192.0.2.7:8443/?hearing=DEMO-1&seat=party-1"
    assert cards["party-1"].here == "http://localhost:8080/?hearing=DEMO-1&seat=party-1"
    assert cards["judge"].there == "https://192.0.2.7:8443/staff?hearing=DEMO-1&seat=judge"


def test_the_greeting_tells_every_secret_and_how_to_trust_the_certificate(settings: Settings) -> None:
    told = demo.greeting(settings, CAST, LAN, with_qr=True)
    assert all(secret in told for secret in (*CAST.passwords.values(), *CAST.words.values()))
    assert listening.certificate(settings, LAN).fingerprint()[:47] in told
    assert "https://192.0.2.7:8443/authority.crt" in told


def test_where_there_is_no_network_it_is_said(settings: Settings) -> None:
    assert "in no network" in demo.greeting(settings, CAST, [], with_qr=False)
    assert "in no network" not in demo.greeting(settings, CAST, LAN, with_qr=False)


def test_after_a_restart_in_mid_sitting_the_greeting_says_that_it_goes_on(settings: Settings) -> None:
    told = demo.greeting(settings, CAST, LAN, with_qr=False, state="in_session")
    assert "hearing DEMO-1 goes on where it was, in session" in told
    assert "doors open" not in told
    assert "doors open" in demo.greeting(settings, CAST, LAN, with_qr=False)


async def test_each_portrait_fits_its_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bool | None] = []

    def draw(seed: int, long_hair: bool) -> bytes:
        drawn.append(long_hair)
        return portrait(seed)

    monkeypatch.setattr("courtroom.demo_hearing.portrait", draw)
    await cast(settings)
    assert drawn == [False, True, False]  # Дәурен Оспанов, Анна Ким, Нұрлан Әбенов


def test_an_ipv6_address_is_bracketed_in_a_link(settings: Settings) -> None:
    assert listening.origin(settings, LAN[1:]) == "https://[2001:db8::7]:8443"


def test_the_public_url_stands_in_every_link_where_it_is_set(tmp_path: Path) -> None:
    settings = load(options={"data": tmp_path, "http": {"public_url": "https://court.example/"}})
    assert all(card.there.startswith("https://court.example/") for card in demo.cards_of(settings, CAST, LAN))


def test_a_qr_code_fits_a_terminal() -> None:
    lines = qr_code("https://192.0.2.7:8443/?hearing=DEMO-1&seat=witness-1").splitlines()
    assert 10 < len(lines) < 24
