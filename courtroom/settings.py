"""The deployment's settings: one TOML file and the environment (`COURTROOM_HTTP__PORT=…`), which wins over the file.

What each means to the person who runs a court's server is written in `config.example.toml`; a test holds the two
together.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as SourceError

from courtroom.errors import Mistake
from hearings.creation import SEATS

PREFIX = "COURTROOM_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """For a process that is not to have them: secrets are among them."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(PREFIX)}


def _address(text: str) -> str:
    return str(ipaddress.ip_address(text))


Address = Annotated[str, AfterValidator(_address)]
Port = Annotated[int, Field(ge=0, le=65535)]


class SettingsError(Mistake):
    """The settings cannot be used; the text says which one and why."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Http(Section):
    host: str = "0.0.0.0"  # noqa: S104 - a server is there to be reached
    port: Port = 8443
    localhost_port: Port = 0
    tls: Literal["off", "self", "files"] = "self"
    certificate: Path | None = None
    key: Path | None = None
    public_url: str = ""
    proxies: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _files_are_named(self) -> Http:
        if self.tls == "files" and not (self.certificate and self.key):
            raise ValueError('tls = "files" needs certificate and key')
        return self

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")


class Media(Section):
    host: str = "0.0.0.0"  # noqa: S104
    port: Port = 40000
    advertised: tuple[Address, ...] = ()


class Database(Section):
    url: str = ""


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class Limits(Section):
    participants: int = 25
    cpu: Annotated[float, Field(gt=0.1, le=1.0)] = 0.85
    lag_ms: Annotated[int, Field(ge=20, le=10_000)] = 100

    @field_validator("participants")
    @classmethod
    def _a_hearing_has_so_many(cls, value: int) -> int:
        if not 2 <= value <= SEATS:
            raise ValueError(f"must be between 2 and {SEATS}, which is all that a hearing has")
        return value


class Metrics(Section):
    token: str = Field(default="", repr=False)

    @field_validator("token")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if value and len(value) < 16:
            raise ValueError("must have at least 16 characters, or be empty")
        return value


class Quality(Section):
    cpu_percent: Annotated[int, Field(ge=0, le=100)] = 50


class Tokens(Section):
    lifetime_s: Annotated[int, Field(ge=30, le=3600)] = 300


class Smtp(Section):
    host: str = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""
    ca: Path | None = None

    @model_validator(mode="after")
    def _has_a_sender(self) -> Smtp:
        if self.host and "@" not in self.sender:
            raise ValueError("sender must be the e-mail address from which notices come")
        if self.password and self.security == "none":
            raise ValueError('a password is not sent without TLS: security must be "starttls" or "tls"')
        return self


class Sms(Section):
    url: str = ""
    token: str = Field(default="", repr=False)
    to_field: str = "to"
    text_field: str = "text"
    reference_field: str = "reference"
    extra: dict[str, str] = Field(default={}, repr=False)

    @field_validator("url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return value


class Notices(Section):
    smtp: Smtp = Smtp()
    sms: Sms = Sms()


class Oidc(Section):
    issuer: str = ""
    client_id: str = ""
    client_secret: str = Field(default="", repr=False)
    name: Annotated[str, Field(max_length=100)] = ""

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must begin with https://")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Oidc:
        if self.issuer and not (self.client_id and self.client_secret):
            raise ValueError("issuer needs client_id and client_secret")
        return self


TurnUrl = Annotated[str, Field(pattern=r"^turns?:[^\s/?@]+(\?transport=(udp|tcp))?$")]
"""RFC 7065, as browsers take it in ``RTCIceServer.urls``."""


class Turn(Section):
    urls: Annotated[tuple[TurnUrl, ...], Field(max_length=8)] = ()
    secret_file: Path | None = None
    lifetime_s: Annotated[int, Field(ge=60, le=86_400)] = 3600

    @model_validator(mode="after")
    def _has_a_secret(self) -> Turn:
        if self.urls and not self.secret_file:
            raise ValueError("urls needs secret_file")
        return self


class Client(Section):
    minimum_version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = "0.1.0"


class Settings(BaseSettings):
    """All settings, checked. Relative paths are relative to the working folder."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    data: Path = Path("data")
    http: Http = Http()
    media: Media = Media()
    database: Database = Database()
    log: Log = Log()
    limits: Limits = Limits()
    metrics: Metrics = Metrics()
    quality: Quality = Quality()
    tokens: Tokens = Tokens()
    turn: Turn = Turn()
    client: Client = Client()
    oidc: Oidc = Oidc()
    notices: Notices = Notices()

    @model_validator(mode="after")
    def _has_an_address(self) -> Settings:
        if self.oidc.issuer and not self.http.public_url:
            raise ValueError("oidc.issuer needs http.public_url, to which the provider sends people back")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # `load` merges them, so that the order stands in one place

    @property
    def database_url(self) -> str:
        """SQLAlchemy's URL; SQLite in the data folder unless another is set."""
        return self.database.url or f"sqlite+aiosqlite:///{(self.data / 'courtroom.sqlite3').absolute()}"

    @property
    def control_socket(self) -> Path:
        return self.data / "run" / "media.sock"

    @property
    def samples_socket(self) -> Path:
        return self.data / "run" / "samples.sock"


def load(
    config: Path | None = None, options: Mapping[str, Any] | None = None, defaults: Mapping[str, Any] | None = None
) -> Settings:
    """Settings from, in this order: `options` of the command line, the environment, the file `config` (or the one that
    COURTROOM_CONFIG names, or none), `defaults` of a command. Raises SettingsError.
    """
    if config is None and os.environ.get(CONFIG_VARIABLE):
        config = Path(os.environ[CONFIG_VARIABLE])
    _refuse_unknown_variables()
    try:
        file = _read(config) if config else {}
        return Settings(**reduce(_merged, (defaults or {}, file, EnvSettingsSource(Settings)(), options or {})))
    except SourceError as error:
        raise SettingsError(
            f"The environment: {error}; a list is written as in JSON, with brackets and quotes"
        ) from None
    except ValidationError as error:
        raise SettingsError(_words(error, config)) from None


def names(model: type[BaseModel] | None = None) -> list[str]:
    """Every setting, as `section.name`."""
    found = []
    for name, field in (model or Settings).model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            found += [f"{name}.{key}" for key in names(section)]
        else:
            found.append(name)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for name, value in over.items():
        nested = isinstance(value, Mapping) and isinstance(both.get(name), Mapping)
        both[name] = _merged(both[name], value) if nested else value
    return both


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper().replace(".", "__") for name in names()} | {CONFIG_VARIABLE}
    known |= {PREFIX + name.upper() for name in Settings.model_fields}  # a whole section as JSON
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(f"The environment sets {', '.join(unknown)}, which is no setting; see config.example.toml")


def _words(error: ValidationError, config: Path | None) -> str:
    """One line for each mistake. Values are left out: a setting may be a secret."""
    lines = [f"The settings ({config or 'environment'}) cannot be used:"]
    for mistake in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in mistake["loc"]) or "settings"
        what = "there is no such setting" if mistake["type"] == "extra_forbidden" else mistake["msg"]
        lines.append(f"  {where}: {what.removeprefix('Value error, ')}")
    return "\n".join(lines)
