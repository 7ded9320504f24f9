from datetime import timedelta

from odoo import api, fields, models

from ..tools import to_decimal


class DunningNoticeOpening(models.AbstractModel):
    """Reminders sent before this addon came, or elsewhere: the ladder goes on from there."""

    _name = "dunning.notice.opening"
    _description = "Earlier Reminders"

    is_opening = fields.Boolean(
        string="Recorded", readonly=True, help="Sent before or elsewhere and recorded here."
    )

    @api.model
    def _record_openings(self, entries):
        """Record earlier reminders and return their notices.

        :param list entries: (invoice, level, day): the invoice was reminded at that level that day
        """
        groups = {}
        for invoice, level, day in entries:
            partner = invoice.commercial_partner_id
            key = (invoice.company_id, partner, invoice.currency_id, level, day)
            groups[key] = groups.get(key, invoice.browse()) | invoice
        makers = self.sudo()  # notices are made by methods only, never by hand
        notices = makers.create(
            [self._prepare_opening_vals(*key, invoices) for key, invoices in groups.items()]
        )
        rows = []
        for notice, invoices in zip(notices, groups.values(), strict=True):
            rows += notice._prepare_opening_rows(invoices)
        self.env.flush_all()
        self.env["dunning.notice.line"]._insert(rows)
        self.env.add_to_compute(
            self.env["account.move"]._fields["dunning_level_id"],
            self.env["account.move"].browse({row[4] for row in rows}),
        )
        return self.browse(notices.ids)

    @api.model
    def _prepare_opening_vals(self, company, partner, currency, level, day, invoices):
        items = self._get_opening_items(invoices)
        total = float(sum(to_decimal(item.amount_residual_currency) for item in items))
        addressee = partner.with_company(company)._get_dunning_addressee()
        return {
            "is_opening": True,
            "state": "sent",
            "name": company._next_dunning_number(day),
            "company_id": company.id,
            "partner_id": partner.id,
            "addressee_id": addressee.id,
            "currency_id": currency.id,
            "lang": addressee.lang or company.partner_id.lang or "en_US",
            "user_id": partner._get_dunning_clerk(company).id,
            "level_id": level.id,
            "rank": level.rank,
            "date": day,
            "date_sent": day,
            "date_deadline": day + timedelta(days=level.days_to_pay),
            "send_letter": True,
            "amount_claims": total,
            "amount_total": total,
        }

    def _prepare_opening_rows(self, invoices):
        return [
            (
                *(self.id, "sent", self.company_id.id, "claim", item.move_id.id, item.id),
                item.date_maturity or item.date,
                *(abs(item.amount_currency), item.amount_residual_currency),
                *(item.amount_residual_currency, self.level_id.id, self.rank),
            )
            for item in self._get_opening_items(invoices)
        ]

    @api.model
    def _get_opening_items(self, invoices):
        """Return the open items of the invoices."""
        return invoices.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.amount_residual_currency > 0
            )
        )
