"""Our own media process, as the program runs it, alone with its control socket."""
