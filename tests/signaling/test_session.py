from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from signaling.session import Session, encode

MESSAGES = st.lists(st.dictionaries(st.sampled_from(["type", "text"]), st.text(max_size=60), min_size=1), max_size=40)


@given(MESSAGES, st.data())
def test_a_client_that_comes_back_gets_each_message_once_and_in_order_or_nothing(messages, data):
    session = Session(max_messages=10, max_bytes=600)
    texts = [session.number(message) for message in messages]
    seen = data.draw(st.integers(0, len(texts)))
    rest = session.after(seen)
    assert rest is None or rest == texts[seen:]


@given(MESSAGES, st.data())
def test_interrupted_at_any_point_the_client_ends_with_the_whole_conversation(messages, data):
    session, received = Session(max_messages=1000), []
    for message in messages:
        text = session.number(message)
        if data.draw(st.booleans()):
            continue  # The socket was gone when this was sent.
        if len(received) == session.last - 1:
            received.append(text)
        else:
            received += session.after(len(received)) or []
    received += session.after(len(received)) or []
    assert [json.loads(text)["seq"] for text in received] == list(range(1, len(messages) + 1))


@given(MESSAGES)
def test_what_is_kept_is_bounded_by_count_and_by_bytes(messages):
    session = Session(max_messages=5, max_bytes=200)
    for message in messages:
        session.number(message)
    kept = session.after(session.first_kept - 1)
    assert kept is not None
    assert len(kept) <= 5
    assert sum(map(len, kept)) <= 200


def test_a_number_that_was_never_sent_cannot_be_resumed():
    session = Session()
    session.number({"type": "speaker"})
    assert session.after(2) is None
    assert session.after(-1) is None
    assert session.after(1) == []


def test_a_message_longer_than_all_that_may_be_kept_is_sent_and_not_kept():
    session = Session(max_bytes=50)
    assert "x" * 100 in session.number({"text": "x" * 100})
    assert session.after(0) is None


def test_a_message_in_kazakh_is_as_many_bytes_as_characters():
    assert encode({"text": "Қатысушы"}).isascii()
