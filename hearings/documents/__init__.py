"""The court's papers (Rules ¶12, ¶15, ¶18, ¶32): from data to a draft, from a draft to a page and a PDF file.

`model` and `fill` say what a paper is filled with, `forms` which fields it has, `drafts` how it is edited and signed
off. These are pure. `pages` makes the HTML, `paper` the PDF file, in a worker process.
"""
