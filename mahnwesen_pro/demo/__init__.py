"""The demo company: a German firm with its customers, one situation each.

``script/demo`` tells the story through the product's own methods, with a clock that is set back:
invoices are posted, runs are made, reviewed and sent week by week. Nothing is written by hand that
the product would write itself. Not loaded with Odoo's demo data; call :func:`story.tell`.

A topic adds a file with a :class:`chapter.Chapter` of its own: customers, what happened in the
weeks before each run, what is found today; one line in ``story.CHAPTERS`` lets it be told.
"""
