"""The rules of dunning in plain Python: what may be dunned, when, at which level, in which letter.

Here belongs every decision that can be taken over values alone. No module in this folder imports
``odoo``, reads a clock or a database: dates, amounts and settings are passed in, results are
returned as tuples, and the doctests are the specification. ``script/test`` runs them in an
interpreter that has no Odoo. Amounts are :class:`decimal.Decimal`, periods are whole days.
"""
