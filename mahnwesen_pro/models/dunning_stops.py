from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..rules import radar
from ..rules.eligibility import Reason

#: Fields of e-invoicing addons, where installed, with the values that mean "refused".
EINVOICE_REFUSED = {"peppol_move_state": ("error",), "edi_blocking_level": ("error",)}


class DunningStops(models.AbstractModel):
    """What outside the rules speaks against dunning an item: money on its way, our own faults.

    A fixed number of queries per chunk of customers; without a cause, none of them has a result.
    """

    _name = "dunning.stops"
    _description = "Stops from Ledger and Company"

    @api.model
    def _get_stops(self, company, rows, date):
        """Return {journal item: [Reason]} for rows of ``dunning.facts._query_open_lines``."""
        stops = defaultdict(list)
        rows = [row for row in rows if Decimal(row[5]) > 0]
        moves = {row[1] for row in rows}
        by_move = self._get_move_stops(company, moves)
        replies = self._get_unread_replies(company, {row[2] for row in rows})
        pause = company._get_dunning_pause(date)
        for (
            line_id,
            move_id,
            partner_id,
            _due,
            _currency,
            _residual,
            excluded,
            payment,
            _cap,
        ) in rows:
            found = stops[line_id]
            if payment == "blocked":
                found.append(Reason("move_blocked"))
            if payment == "in_payment":
                found.append(Reason("in_payment"))
            if excluded:
                found.append(Reason("no_followup"))
            if pause:
                found.append(
                    Reason("company_pause", pause.date_end + timedelta(days=1), pause.name)
                )
            if partner_id in replies:
                found.append(Reason("reply_unread", record=replies[partner_id]))
            found += by_move.get(move_id, ())
        self._add_bank_lines(company, rows, stops)
        return stops

    @api.model
    def _get_unread_replies(self, company, partner_ids):
        """Return {customer: newest notice with a reply that nobody has read}."""
        groups = (
            self.env["dunning.notice"]
            .sudo()  # a reply holds whoever asks
            ._read_group(
                [
                    ("reply_state", "=", "unread"),
                    ("company_id", "=", company.id),
                    ("partner_id", "in", list(partner_ids)),
                ],
                ["partner_id"],
                ["id:max"],
            )
        )
        return {partner.id: notice_id for partner, notice_id in groups}

    # === INVOICES ===

    @api.model
    def _get_move_stops(self, company, move_ids):
        """Return {invoice: [Reason]}: pending online payments and faults of our own."""
        stops = defaultdict(list)
        for move_id, transaction_id in self._query_online_payments(move_ids):
            stops[move_id].append(Reason("online_pending", record=transaction_id))
        moves = self.env["account.move"].browse(move_ids)
        for credit in self.env["account.move"].search_fetch(
            [("reversed_entry_id", "in", moves.ids), ("state", "=", "draft")],
            ["reversed_entry_id"],
        ):
            stops[credit.reversed_entry_id.id].append(Reason("draft_credit", record=credit.id))
        for move in self._get_refused_einvoices(moves):
            stops[move.id].append(Reason("einvoice_rejected", record=move.id))
        if company.dunning_unsent == "hold":
            for move in moves._get_dunning_unsent():
                stops[move.id].append(Reason("not_sent", record=move.id))
        return stops

    @api.model
    def _query_online_payments(self, move_ids):
        """Pending payments by invoice; an announced bank transfer is no payment yet."""
        self.env["payment.transaction"].flush_model(["state"])
        return self.env.execute_query(
            SQL(
                """
                SELECT link.invoice_id, transaction.id
                  FROM account_invoice_transaction_rel link
                  JOIN payment_transaction transaction ON transaction.id = link.transaction_id
                  JOIN payment_provider provider
                    ON provider.id = transaction.provider_id AND provider.code <> 'custom'
                 WHERE transaction.state IN ('pending', 'authorized')
                   AND link.invoice_id = ANY(%s)
                """,
                list(move_ids),
            )
        )

    @api.model
    def _get_refused_einvoices(self, moves):
        known = {
            name: values
            for name, values in EINVOICE_REFUSED.items()
            if name in moves._fields and moves._fields[name].store
        }
        refused = moves.browse()
        for name, values in known.items():
            refused |= moves.search([("id", "in", moves.ids), (name, "in", values)])
        return refused

    # === BANK ===

    @api.model
    def _add_bank_lines(self, company, rows, stops):
        """Park items to which a line of the bank points that nobody has assigned yet."""
        lines = self._get_bank_lines(company)
        if not lines:
            return
        finder = radar.Radar(lines)
        moves = self.env["account.move"].browse({row[1] for row in rows})
        moves.fetch(["name"])
        ibans = self._get_ibans({row[2] for row in rows})
        for line_id, move_id, partner_id, _due, currency_id, residual, *_rest in rows:
            seen = finder.find(
                moves.browse(move_id).name,
                ibans.get(partner_id, ()),
                partner_id,
                Decimal(residual),
                currency_id,
            )
            if seen:
                stops[line_id].append(Reason("payment_seen", record=seen.id))

    @api.model
    def _get_bank_lines(self, company):
        """Return the incoming payments of the company's banks that nobody has assigned."""
        lines = (
            self.env["account.bank.statement.line"]
            .sudo()  # a clerk may not read the bank, but money that came in must stop a reminder
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("is_reconciled", "=", False),
                    ("amount", ">", 0),
                    ("state", "=", "posted"),
                ],
                ["amount", "currency_id", "payment_ref", "account_number", "partner_id"],
            )
        )
        return [
            radar.BankLine(
                id=line.id,
                amount=Decimal(str(line.amount)),
                currency_id=line.currency_id.id,
                reference=line.payment_ref or "",
                iban=radar.compact(line.account_number or ""),
                partner_id=line.partner_id.commercial_partner_id.id,
            )
            for line in lines
        ]

    @api.model
    def _get_ibans(self, partner_ids):
        """Return {customer: [bank account numbers without blanks]}."""
        banks = (
            self.env["res.partner.bank"]
            .sudo()  # see above: the account only serves to recognise a payment
            .search_fetch(
                [("partner_id.commercial_partner_id", "in", list(partner_ids))],
                ["partner_id", "sanitized_acc_number"],
            )
        )
        ibans = defaultdict(list)
        for bank in banks:
            ibans[bank.partner_id.commercial_partner_id.id].append(bank.sanitized_acc_number)
        return ibans
