"""How often light and noise are judged rightly, on photographs and recordings of people the rules were not tuned on."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the worker that looks has it: two wait for each other
