"""The command line: what `courtroom --help` says, and which module does it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from courtroom import texts
from courtroom.errors import Mistake, in_words
from hearings.problems import Refused
from hearings.staff_roles import STAFF_ROLES


def parser() -> argparse.ArgumentParser:
    main = _formatted(argparse.ArgumentParser(prog="courtroom", description=texts.MAIN))
    main.add_argument("--version", action="version", version=f"courtroom {version('courtroom')}")
    commands = main.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = _command(commands, "serve", "run the server", texts.SERVE, "courtroom.processes:serve")
    serve.add_argument("--only", choices=("app", "media"), help="run this process alone, in the foreground")
    serve.add_argument("--supervised", type=int, metavar="PID", help=argparse.SUPPRESS)
    serve.add_argument("--boot", default="", help=argparse.SUPPRESS)

    demo = _command(commands, "demo", "run the server with a demonstration hearing", texts.DEMO, "courtroom.demo:demo")
    demo.add_argument("--port", type=int, metavar="N", help="TCP port of the pages with TLS; 8443 unless given")
    demo.add_argument(
        "--localhost-port", type=int, metavar="N", help="the same without TLS, for this machine; else 8080"
    )
    demo.add_argument("--udp-port", type=int, metavar="N", help="UDP port of sound and pictures; 40000 unless given")
    demo.add_argument("--no-qr", action="store_true", help="print links without QR codes")

    hearing = _group(commands, "hearing", "create, list and show hearings", texts.HEARING)
    create = _command(hearing, "create", "create a hearing", texts.CREATE, "courtroom.office_commands:create_hearing")
    create.add_argument("number", help="the hearing's number, as participants type it")
    create.add_argument("--court", required=True, metavar="NAME", help="the court's name")
    create.add_argument("--new-court", action="store_true", help="make this court; the first one needs no saying")
    create.add_argument(
        "--at",
        required=True,
        metavar="TIME",
        help='such as "2026-12-01 10:00" (the court\'s time, UTC+5), or with a zone',
    )
    create.add_argument("--title", default="", help="what participants read above the hearing; none unless given")
    create.add_argument(
        "--capacity", type=int, metavar="N", help="people in it at once; else limits.participants of the settings"
    )
    create.add_argument(
        "--seat", nargs="+", action="append", default=[], metavar="…", help="CODE ROLE NAME [PHOTO], for each person"
    )
    _command(hearing, "list", "list all hearings", "Lists all hearings.", "courtroom.office_commands:list_hearings")
    show = _command(
        hearing, "show", "show one hearing", "Shows a hearing: state, seats, sittings.",
        "courtroom.office_commands:show_hearing",
    )  # fmt: skip
    show.add_argument("number", help="the hearing's number")

    _notice_commands(hearing)

    staff = _group(commands, "staff", "add staff of a court, give roles, reset passwords", texts.STAFF)
    add = _command(staff, "add", "add a person", texts.STAFF_ADD, "courtroom.office_commands:add_staff")
    add.add_argument("name", help="the name to log in with")
    add.add_argument("--court", required=True, metavar="NAME", help="the court's name")
    add.add_argument("--new-court", action="store_true", help="make this court; the first one needs no saying")
    add.add_argument(
        "--role", action="append", required=True, choices=STAFF_ROLES, metavar="ROLE", help=", ".join(STAFF_ROLES)
    )
    grant = _command(staff, "grant", "give a role", texts.STAFF_GRANT, "courtroom.office_commands:grant_staff")
    grant.add_argument("name", help="the name to log in with")
    grant.add_argument("--court", required=True, metavar="NAME", help="the court's name")
    grant.add_argument("--role", required=True, choices=STAFF_ROLES, metavar="ROLE", help=", ".join(STAFF_ROLES))
    reset = _command(staff, "reset", "reset a password", texts.STAFF_RESET, "courtroom.office_commands:reset_staff")
    reset.add_argument("name", help="the name to log in with")

    _command(staff, "list", "list the staff of all courts", texts.STAFF_LIST, "courtroom.office_commands:list_staff")

    avr = _group(commands, "avr", "build, list and show recordings", texts.AVR)
    build = _command(
        avr, "build", "build a hearing's AVR from its takes", texts.AVR_BUILD, "courtroom.recordings:build"
    )
    _command(avr, "list", "list sittings and their AVRs", texts.AVR_LIST, "courtroom.recordings:list_all")
    shown = _command(avr, "show", "show an AVR's tracks and chapters", texts.AVR_SHOW, "courtroom.recordings:show")
    audible = _command(
        commands, "audibility", "show who received and played whom", texts.AUDIBILITY, "courtroom.recordings:audibility"
    )
    for one in (build, shown, audible):
        one.add_argument("number", help="the hearing's number")
        one.add_argument("--sitting", type=int, metavar="N", help="the sitting's number; without it, all sittings")
    return main


def _notice_commands(hearing: Any) -> None:
    contact = _command(
        hearing, "contact", "keep how a person is reached", texts.CONTACT, "courtroom.notice_commands:set_contact"
    )
    contact.add_argument("number", help="the hearing's number")
    contact.add_argument("seat", help="the seat's code")
    contact.add_argument("--email", default="", help="the e-mail address")
    contact.add_argument("--phone", default="", help="the telephone number, for SMS")
    contact.add_argument("--language", choices=("kk", "ru", "en"), default="kk", help="of the notices (kk)")
    notices = _command(
        hearing, "notices", "list a hearing's notices", texts.NOTICES, "courtroom.notice_commands:list_notices"
    )
    notices.add_argument("number", help="the hearing's number")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    os.umask(0o077)  # whatever the program writes is for its own account
    try:
        # Only what a command needs is imported: `hearing list` has no use for the media. Ctrl-C may come meanwhile.
        from courtroom.settings import load

        module = import_module(arguments.module)
        settings = load(arguments.config, _options(arguments), getattr(module, "DEFAULTS", None))
        code: int | None = getattr(module, arguments.function)(arguments, settings)
        return code or 0
    except Mistake as error:
        print(f"courtroom: {error}", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"courtroom: {in_words(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Settings that the command line gives, which win over the environment and the file."""
    given = {
        ("http", "port"): getattr(arguments, "port", None),
        ("http", "localhost_port"): getattr(arguments, "localhost_port", None),
        ("media", "port"): getattr(arguments, "udp_port", None),
    }
    options: dict[str, Any] = {"data": arguments.data} if arguments.data else {}
    for (section, name), value in given.items():
        if value is not None:
            options.setdefault(section, {})[name] = value
    return options


def _command(commands: Any, name: str, short: str, text: str, target: str) -> argparse.ArgumentParser:
    one = _formatted(commands.add_parser(name, help=short, description=text))
    one.add_argument("--config", type=Path, metavar="FILE", help="settings (TOML); or COURTROOM_CONFIG names it")
    one.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder, instead of the settings'")
    module, function = target.split(":")
    one.set_defaults(module=module, function=function)
    return one


def _group(commands: Any, name: str, short: str, text: str) -> Any:
    group = _formatted(commands.add_parser(name, help=short, description=text))
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _formatted(one: argparse.ArgumentParser) -> argparse.ArgumentParser:
    one.formatter_class = argparse.RawDescriptionHelpFormatter
    return one
