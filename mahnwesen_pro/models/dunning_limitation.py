from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import limitation

KINDS = [
    ("negotiation", "Negotiations (§ 203 BGB)"),
    ("court_order", "Order for payment (§ 204 BGB)"),
    ("action", "Lawsuit (§ 204 BGB)"),
    ("acknowledgement", "Acknowledgement (§ 212 BGB)"),
    ("enforcement", "Enforcement (§ 212 BGB)"),
    ("title", "Title (§ 197 BGB)"),
]


class DunningLimitation(models.Model):
    """What suspends or restarts the limitation of an invoice, recorded by a person.

    Part payments restart it, too; they are read from the books.
    """

    _name = "dunning.limitation"
    _description = "Limitation Event"
    _order = "date_start, id"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True)
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True)
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(
        string="Until", help="Last day. Empty: it lasts, or it is an event of one day."
    )
    note = fields.Char(required=True, help="What proves it, for example a letter or a file number.")
    user_id = fields.Many2one(
        "res.users", string="Recorded by", default=lambda self: self.env.user, readonly=True
    )

    _period = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "It ends before it starts. Choose a later end.",
    )

    @api.constrains("kind", "date_end")
    def _check_end(self):
        for event in self:
            if event.date_end and event.kind not in limitation.SUSPENDING:
                raise ValidationError(
                    self.env._(
                        "An acknowledgement, an enforcement or a title is an event of one day: "
                        "leave “Until” empty."
                    )
                )

    @api.depends("kind", "date_start")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{labels.get(event.kind, '')}, {event.date_start}"

    @api.model
    def _compute_lines(self, company, lines, date):
        """Return {item: :class:`limitation.Limitation`} of receivable items of a company.

        :param lines: ``account.move.line``
        :param date: the day of the question
        """
        entries = self.env["dunning.ledger"]._get_entries(company, lines.ids, date)
        recorded = self.sudo().search([("move_id", "in", lines.move_id.ids)])  # they hold for all
        by_move = recorded.grouped("move_id")
        country = company._get_limitation_country()
        return {
            line: self._compute_line(
                line, entries[line.id], by_move.get(line.move_id, recorded.browse()), date, country
            )
            for line in lines
            if line.id in entries
        }

    @api.model
    def _compute_line(self, line, entry, recorded, date, country):
        move = line.move_id
        arisen = limitation.arisen(
            move.invoice_date or move.date, move.delivery_date, entry.due, entry.is_agreed
        )
        events = [
            *(
                limitation.Event("payment", booking.day)
                for booking in entry.bookings
                if booking.kind == "payment"
            ),
            *(limitation.Event(e.kind, e.date_start, e.date_end or None) for e in recorded),
        ]
        return limitation.compute(arisen, events, date, country)
