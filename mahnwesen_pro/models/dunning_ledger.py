from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..rules import ledger
from ..rules.default import Reminder
from ..tools import to_decimal

#: Journals whose entries are money; what comes from elsewhere lowers the debt, but nobody has paid.
MONEY = ("bank", "cash", "credit")


class DunningLedger(models.AbstractModel):
    """Reads the bookings of open items by day for the rules of money, in a fixed number of queries.

    Nothing is stored and nothing hooks into reconciliation: the books are the truth.
    """

    _name = "dunning.ledger"
    _description = "Bookings of Items by Day"

    @api.model
    def _get_entries(self, company, line_ids, date):
        """Return {journal item: :class:`ledger.Entry`} of receivable items as of ``date``.

        Bookings after ``date`` do not count. Credits may be asked for, too: their principal is
        positive, and what used them up are their bookings.

        :param company: the company that all the items belong to
        :param line_ids: ids of ``account.move.line``
        """
        rows = self._query_items(line_ids)
        bookings = self._query_bookings(line_ids, date)
        reminders = self._query_reminders(line_ids, date)
        moves = self.env["account.move"].sudo().browse({row[1] for row in rows})  # plain facts
        moves.fetch(moves._get_dunning_money_fields())
        partners = self.env["res.partner"].sudo().with_company(company)  # plain facts
        customers = partners.browse({row[2] for row in rows})
        customers.fetch(customers._get_dunning_money_fields())
        holidays = self._get_holidays(company, rows, date)
        entries = {}
        for line_id, move_id, partner_id, currency_id, principal, booked, due in rows:
            move, customer = moves.browse(move_id), customers.browse(partner_id)
            entries[line_id] = ledger.Entry(
                line_id=line_id,
                move_id=move_id,
                partner_id=partner_id,
                currency_id=currency_id,
                principal=to_decimal(principal),
                booked=booked,
                due=due,
                bookings=tuple(bookings.get(line_id, ())),
                reminder=self._make_reminder(reminders.get(line_id), company, holidays),
                **move._get_dunning_terms(customer, company, holidays),
            )
        return entries

    def _query_items(self, line_ids):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["invoice_date"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, partner.commercial_partner_id, line.currency_id,
                       ABS(line.amount_currency)::text, COALESCE(move.invoice_date, line.date),
                       COALESCE(line.date_maturity, line.date)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.id = ANY(%s)
                """,
                list(line_ids),
            )
        )

    def _query_bookings(self, line_ids, date):
        """Return {journal item: [Booking]}, the oldest first; exchange differences are none."""
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.own_id, other.date, other.move_id, journal.type, move.move_type,
                       part.amount::text
                  FROM (
                    SELECT id, debit_move_id AS own_id, credit_move_id AS other_id,
                           debit_amount_currency AS amount
                      FROM account_partial_reconcile WHERE debit_move_id = ANY(%(lines)s)
                     UNION ALL
                    SELECT id, credit_move_id, debit_move_id, credit_amount_currency
                      FROM account_partial_reconcile WHERE credit_move_id = ANY(%(lines)s)
                  ) part
                  JOIN account_move_line other ON other.id = part.other_id
                  JOIN account_move move ON move.id = other.move_id
                  JOIN account_journal journal ON journal.id = other.journal_id
                 WHERE other.date <= %(date)s
                 ORDER BY other.date, part.id
                """,
                lines=list(line_ids),
                date=date,
            )
        )
        bookings = defaultdict(list)
        for line_id, day, move_id, journal, move_type, amount in rows:
            kind = self._get_kind(journal, move_type)
            if to_decimal(amount):
                bookings[line_id].append(ledger.Booking(day, to_decimal(amount), kind, move_id))
        return bookings

    @staticmethod
    def _get_kind(journal, move_type):
        if move_type in ("out_refund", "in_invoice"):
            return "credit"
        return "payment" if journal in MONEY else "other"

    def _query_reminders(self, line_ids, date):
        """Return {journal item: (sent, deadline, received, by letter)} of its first reminder.

        As everywhere, an item that was reset to draft is found again by invoice and due date.
        """
        self.env["dunning.notice.line"].flush_model()
        self.env["dunning.notice"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (item.id) item.id, notice.date_sent, notice.date_deadline,
                       notice.date_received, notice.send_letter
                  FROM account_move_line item
                  JOIN dunning_notice_line claim
                    ON claim.move_id = item.move_id AND claim.kind = 'claim'
                   AND claim.state = 'sent' AND claim.rank > 0
                   AND (claim.move_line_id = item.id
                        OR claim.move_line_id IS NULL
                       AND claim.date_due = COALESCE(item.date_maturity, item.date))
                  JOIN dunning_notice notice ON notice.id = claim.notice_id
                 WHERE item.id = ANY(%s) AND notice.date_sent <= %s
                   AND notice.date_sent > COALESCE(item.date_maturity, item.date)
                 ORDER BY item.id, notice.date_sent, notice.id
                """,
                list(line_ids),
                date,
            )
        )
        return {line_id: tuple(reminder) for line_id, *reminder in rows}

    def _make_reminder(self, row, company, holidays):
        """Return the reminder with the day it arrived: the known one, else as the company assumes.

        A letter whose receipt is not known counts later than an e-mail.
        """
        if not row:
            return None
        sent, deadline, received, by_letter = row
        return Reminder(
            received or company._get_dunning_receipt(sent, by_letter, holidays), deadline
        )

    def _get_holidays(self, company, rows, date):
        """Return the public holidays that may move a day of these items."""
        first = min((row[5] for row in rows), default=date)
        last = max((row[6] for row in rows), default=date)
        return company._get_public_holidays(first, max(last, date) + timedelta(days=366))
