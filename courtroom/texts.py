"""What `courtroom COMMAND --help` says, for a terminal of 80 columns."""

MAIN = """\
Courtroom: a court's server for hearings in which people take part over the
network. Begin with a demonstration on this computer, phones included:

    courtroom demo

For a court: write the settings (config.example.toml explains each) and name
them to all commands, add the staff, create hearings, serve. Where there is no
`courtroom` yet, it is .venv/bin/courtroom.

    export COURTROOM_CONFIG=/etc/courtroom.toml
    courtroom staff add "S. Akhmetova" --court "Court No. 2" --role judge
    courtroom hearing create --help
    courtroom serve
"""

SERVE = """\
Starts the two processes of the server and restarts each when it dies: media
(sound, pictures, the record) and app (pages, admission, the database). Ends
both on SIGTERM or Ctrl-C.

    export COURTROOM_CONFIG=/etc/courtroom.toml
    courtroom serve
    courtroom serve --only media    # one process, under another supervisor
"""

DEMO = """\
Starts the server with a demonstration hearing: a judge, a clerk, a technician,
two parties and a witness, with drawn photos. Prints for each a link, a code
word or password, and a QR code for phones on the same network.

    courtroom demo
    courtroom demo --data /tmp/trial --port 9443

Pages are served with a certificate made for this machine, on all its
addresses, and without TLS to this machine alone. Everything it makes is in the
data folder: later starts go on with it, and deleting it begins again.

The passwords and code words are kept in demo.txt in the data folder, so that
they can be printed again. Only a demonstration does that: of real ones nothing
but hashes is kept.
"""

HEARING = """\
The hearings of all courts: made here with a seat for each person, listed and
shown with who is there. Here is also kept how people are reached, and seen
what they were told. Staff make hearings on the page /staff too, from
applications.

    courtroom hearing create 7204-25-00-2/15 --court "Court No. 2" \\
        --at "2026-12-01 10:00" --seat party-1 party "D. Ospanov"
    courtroom hearing list
    courtroom hearing show 7204-25-00-2/15
    courtroom hearing contact --help
"""

CREATE = """\
Creates a hearing and prints a code word for each participant: once, for only
hashes are kept. Give everybody their word in person, by telephone or in
writing, never together with the link.

    courtroom hearing create 7204-25-00-2/15 --court "Court No. 2" \\
        --title "Ospanov v. Karim" --at "2026-12-01 10:00" \\
        --seat party-1 party "D. Ospanov" photos/ospanov.jpg \\
        --seat party-2 party "A. Karim" photos/karim.png \\
        --seat witness-1 witness "N. Lim"

A seat for the judge and one for the clerk are added by themselves: staff of
the court with that role enter there, by name and password. A seat's code is
what its person types: small Latin letters, digits, hyphens. Roles: judge,
panel, clerk, party, representative, witness, expert, specialist, interpreter,
observer, site_clerk. A role may name where it sits, as in witness@courtroom:
courtroom, receiving_court, institution, personal_device. A closed session
goes on for those in the courtroom alone.
"""

STAFF = """\
Who works at a court: the first administrator is made here, and does the rest
on the page /staff. Here are also roles in another court, and resets for whoever
has no administrator.

    courtroom staff add "N. Omarova" --court "Court No. 2" --role administrator
    courtroom staff grant "S. Akhmetova" --court "Court No. 3" --role judge
    courtroom staff reset "N. Omarova"
    courtroom staff list
"""

STAFF_ADD = """\
Adds a member of a court's staff and prints a password: once, for only its hash
is kept. The first court is made by naming it, each further one with
--new-court. Give --role once for each role.

    courtroom staff add "S. Akhmetova" --court "Court No. 2" --role judge
    courtroom staff add "E. Bai" --court "Court No. 2" --role clerk \\
        --role technician
    courtroom staff add "N. Omarova" --court "Court No. 2" --role administrator

The administrator does the rest on the page /staff.
"""

STAFF_GRANT = """\
Gives somebody who is on the staff already one more role, in the same court or
in another. The password stays as it is.

    courtroom staff grant "S. Akhmetova" --court "Court No. 3" --role judge
"""

STAFF_RESET = """\
Prints a code, once, with which the person sets a new password on the page
/staff within an hour. Ends all their sessions at once.

    courtroom staff reset "N. Omarova"
"""

AVR = """\
The official audio-, video recording (AVR): one Matroska file for a sitting,
with a track for each person, chapters from the hearing's events and the
journal attached. It is built from the takes by itself when a sitting is
over; `build` does it at any time, again, or for a hearing that was cut
short. The takes are never changed.

    courtroom avr list
    courtroom avr build 7204-25-00-2/15
    courtroom avr show 7204-25-00-2/15
"""

AVR_BUILD = """\
Builds the AVR of a hearing's sittings from their takes, anew where there is
one. Not needed after a sitting: it is built by itself at its end, or at the
next start. In mid-sitting a part is built, up to now, whose name ends with
".incomplete.mkv"; it goes when the whole is there.

    courtroom avr build 7204-25-00-2/15
    courtroom avr build 7204-25-00-2/15 --sitting 2
"""

AVR_LIST = """\
Lists all sittings: the hearing's number, the sitting's, and the size and file
of its AVR; "not built" where there are takes only, "no record" where nothing
was recorded. A file whose name ends with ".incomplete.mkv" is a part only.

    courtroom avr list
"""

AUDIBILITY = """\
Shows, per speaker and listener, how much of the speech was received and
played, by the listener's own device: the per cent, the seconds of speech, and
the longest stretch with less than 90 % each second. A contradiction is a sign
that reports do not agree with what was delivered. The same stands, with a
plot, in a file beside the AVR.

    courtroom audibility 7204-25-00-2/15
    courtroom audibility 7204-25-00-2/15 --sitting 2
"""

AVR_SHOW = """\
Shows what the AVR of a hearing's sittings holds: file, length and size, each
track with its codec and person, the chapters, and what is attached.

    courtroom avr show 7204-25-00-2/15
"""

NOTICES = """\
Lists a hearing's notices: to which seat, over which channel, and how far each
is: waiting, delivered, failed, expired or superseded by a newer schedule."""
CONTACT = """\
Keeps how the person in a seat is reached. From then on they are told of the
hearing and of each change of its time, and are reminded of it. The addresses
are encrypted, and forgotten when the hearing is over.

    courtroom hearing contact 7204-25-00-2/15 party-1 \\
        --email ospanov@example.org --phone "+7 701 000 00 01" --language ru"""

STAFF_LIST = """\
Lists the staff of all courts: the name that each logs in with, and the roles
in that court.

    courtroom staff list
"""
