from __future__ import annotations

import base64
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from hearings.problems import Refused
from hearings.store.vault import LARGEST, Vault, VaultError, image_type

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
PDF = b"%PDF-1.7\n" + bytes(100)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", tmp_path / "keys" / "vault.key")


@pytest.mark.parametrize(("data", "media_type"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf")])
def test_a_photo_is_read_as_it_was_written(vault: Vault, data: bytes, media_type: str):
    photo = str(uuid4())
    vault.write(photo, data)
    assert vault.read(photo) == (data, media_type)


def test_a_photo_on_the_disk_shows_nothing(vault: Vault, tmp_path: Path):
    photo = str(uuid4())
    vault.write(photo, JPEG)
    assert JPEG[4:40] not in (tmp_path / "vault" / photo).read_bytes()


def test_the_key_and_the_photos_are_for_the_owner_only(vault: Vault, tmp_path: Path):
    photo = str(uuid4())
    vault.write(photo, JPEG)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("keys/vault.key", f"vault/{photo}")]
    assert modes == [0o600, 0o600]
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["vault.key"]


def test_a_photo_put_in_the_place_of_another_does_not_open(vault: Vault, tmp_path: Path):
    mine, yours = str(uuid4()), str(uuid4())
    vault.write(mine, JPEG)
    (tmp_path / "vault" / mine).rename(tmp_path / "vault" / yours)
    with pytest.raises(VaultError):
        vault.read(yours)


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_byte_is_noticed(vault: Vault, tmp_path: Path, place: int):
    photo = str(uuid4())
    vault.write(photo, JPEG)
    path = tmp_path / "vault" / photo
    damaged = bytearray(path.read_bytes())
    damaged[place] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(VaultError):
        vault.read(photo)


def test_a_turned_key_still_opens_older_photos(vault: Vault, tmp_path: Path):
    old, new = str(uuid4()), str(uuid4())
    vault.write(old, JPEG)
    key_file = tmp_path / "keys" / "vault.key"
    key_file.write_bytes(base64.b64encode(bytes(32)) + b"\n" + key_file.read_bytes())
    turned = Vault(tmp_path / "vault", key_file)
    turned.write(new, PNG)
    assert (turned.read(old)[0], turned.read(new)[0]) == (JPEG, PNG)
    with pytest.raises(VaultError):
        vault.read(new)


def test_a_deleted_photo_is_gone(vault: Vault):
    photo = str(uuid4())
    vault.write(photo, JPEG)
    vault.delete(photo)
    with pytest.raises(VaultError):
        vault.read(photo)


@pytest.mark.parametrize("photo", ["../keys/vault.key", "", "x"])
def test_only_a_uuid_names_a_photo(vault: Vault, photo: str):
    with pytest.raises(ValueError):
        vault.read(photo)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-request"),
        (b"GIF89a", "bad-request"),
        (b"<svg/>", "bad-request"),
        (PDF, "bad-request"),
        (JPEG + bytes(LARGEST), "too-large"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str):
    with pytest.raises(Refused) as refused:
        image_type(data)
    assert refused.value.code == code


def test_a_key_file_that_holds_no_keys_is_an_error(tmp_path: Path):
    (tmp_path / "vault.key").write_bytes(b"c2hvcnQ=\n")
    with pytest.raises(VaultError):
        Vault(tmp_path / "vault", tmp_path / "vault.key")
