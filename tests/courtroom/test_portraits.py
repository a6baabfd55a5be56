from __future__ import annotations

import cv2
import numpy as np

from courtroom.portraits import HEIGHT, WIDTH, portrait


def test_a_portrait_is_a_small_jpeg_and_each_person_has_their_own() -> None:
    made = {portrait(seed) for seed in range(1, 6)}
    assert len(made) == 5
    for jpeg in made:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (HEIGHT, WIDTH, 3)
        assert len(jpeg) < 60_000


def test_the_hair_can_be_chosen() -> None:
    assert portrait(2) == portrait(2, long_hair=True) != portrait(2, long_hair=False)


def test_the_same_seed_is_the_same_face() -> None:
    assert portrait(3) == portrait(3)
