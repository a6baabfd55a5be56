"""`python -m courtroom`: the same as `courtroom`."""

from courtroom.cli import main

raise SystemExit(main())
