"""The program: command line, settings, supervisor and wiring. The only package that imports all the others."""
