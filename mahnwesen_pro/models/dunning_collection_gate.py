from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import advice, gate, limitation
from ..tools import to_decimal
from .dunning_call_outcome import WITH_CONTENT

GATES = [("hand_over", "Handing over"), ("bureau", "Credit bureau")]


class DunningCollectionGate(models.AbstractModel):
    """The legal gate of a case: one line per condition, and the facts behind each (METHOD C4)."""

    _name = "dunning.collection.gate"
    _description = "Legal Gate of a Collection Case"

    check_ids = fields.One2many(
        "dunning.collection.check",
        "case_id",
        string="Legal Gate",
        domain=[("gate", "=", "hand_over")],
        readonly=True,
    )
    bureau_check_ids = fields.One2many(
        "dunning.collection.check",
        "case_id",
        string="Before a Credit Bureau",
        domain=[("gate", "=", "bureau")],
        readonly=True,
    )
    is_gate_open = fields.Boolean(
        string="May be Handed over",
        compute="_compute_is_gate_open",
        help="Nothing stands in the way.",
    )
    is_bureau_open = fields.Boolean(
        string="May be Reported", compute="_compute_is_gate_open", help="To a credit bureau."
    )
    needs_call = fields.Boolean(compute="_compute_needs_call")

    @api.depends("check_ids.state", "check_ids.confirmed_on", "bureau_check_ids.state")
    def _compute_is_gate_open(self):
        for case in self:
            case.is_gate_open = case.check_ids._may_pass()
            case.is_bureau_open = case.bureau_check_ids._may_pass()

    @api.depends("check_ids.state")
    def _compute_needs_call(self):
        for case in self:
            call = case.check_ids.filtered(lambda check: check.code == "call")
            case.needs_call = call.state == "red"

    def action_refresh_gate(self):
        """Look at every condition again."""
        for case in self.filtered(lambda case: case.state == "prepared"):
            case.item_ids._refresh()
            case._refresh_gate()
        return True

    def _refresh_gate(self):
        """Store what each condition says today; a confirmation holds while its line is the same."""
        for case in self:
            case._store_lines("hand_over", gate.check(case._get_gate_facts()))
            case._store_lines("bureau", gate.check_bureau(case._get_bureau_facts()))

    def _store_lines(self, name, lines):
        checks = self.env["dunning.collection.check"].sudo()  # lines are written by this method
        known = {
            check.code: check
            for check in checks.search([("case_id", "=", self.id), ("gate", "=", name)])
        }
        new = []
        for number, line in enumerate(lines):
            vals = {
                "state": line.state,
                "reason": line.reason,
                "day": line.day or False,
                "detail": line.detail,
            }
            check = known.get(line.code)
            if not check:
                new.append(
                    {
                        **vals,
                        "case_id": self.id,
                        "gate": name,
                        "code": line.code,
                        "sequence": number,
                    }
                )
            elif any((check[field] or False) != (value or False) for field, value in vals.items()):
                check.write(
                    {**vals, "confirmed_by": False, "confirm_note": False, "confirmed_on": False}
                )
        checks.create(new)
        self.invalidate_recordset(["check_ids", "bureau_check_ids"])

    def _check_gate(self):
        """:raise UserError: names the lines that are red or not confirmed"""
        waiting = self.check_ids.filtered(lambda check: not check._may_pass())
        if waiting:
            raise UserError(self.env._("The legal gate is not open yet:\n%s", waiting._get_list()))

    # === FACTS ===

    def _get_gate_facts(self):
        """Return the :class:`gate.Facts` of the case as of today."""
        self.ensure_one()
        case = self.sudo().with_company(self.company_id)  # the facts are the same whoever asks
        partner, company = case.partner_id, case.company_id
        today = company._dunning_today()
        facts = self.env["dunning.collection.facts"].sudo()  # see above
        starts = case.item_ids.mapped("default_since")
        limits = case.item_ids.mapped("limitation_date")
        limit = min(limits) if limits and all(limits) else None
        credits = facts._sum_credits(company, partner)
        return gate.Facts(
            day=today,
            overdue=bool(case.item_ids) and all(i.date_due < today for i in case.item_ids),
            default_since=max(starts) if starts and all(starts) else None,
            reminder=case._get_reminder_state(),
            complaints=facts._count_complaints(company, partner).get(partner.id, 0),
            claim=sum(map(to_decimal, case.item_ids.move_line_id.mapped("amount_residual"))),
            credits=credits.get(partner.id, Decimal(0)),
            agreements=case._count_agreements(),
            state=partner.dunning_state,
            address_complete=bool(
                partner._has_dunning_address() or partner.dunning_address_returned
            ),
            address_returned=bool(partner.dunning_address_returned),
            missing=tuple(case._get_missing_data()),
            limitation=limit,
            limitation_warning=facts._get_limitation_code(limit, today),
            limitation_earliest=limitation.is_earliest(company._get_limitation_country()),
            has_insurer=bool(partner.dunning_insurer_id),
            insurer_due=case._get_insurer_deadline(),
            insurer_told=case.insurer_told_on or None,
            announced=case._get_announced_until(),
            call_needed=case._is_valued(),
            called=case._get_personal_call_day(),
        )

    def _get_notices(self):
        """Return the reminders that were sent about the items, the oldest first."""
        lines = self.item_ids.move_id.dunning_line_ids.filtered(
            lambda line: line.state == "sent" and line.notice_id.kind == "reminder"
        )
        return lines.notice_id.sorted(lambda notice: (notice.date_sent, notice.id))

    def _get_reminder_state(self):
        """Return how well it is known that a reminder arrived for every item."""
        notices = self._get_notices()
        states = set()
        for move in self.item_ids.move_id:
            own = notices.filtered(lambda notice, move=move: move in notice.line_ids.move_id)
            proven = own.filtered(lambda notice: notice.date_received or notice.reply_on)
            arrived = own.filtered(lambda notice: not notice.came_back)
            states.add("proven" if proven else "sent" if arrived else "")
        return "" if not states or "" in states else "sent" if "sent" in states else "proven"

    def _is_valued(self):
        """Whether the debtor is a long-standing or valuable customer."""
        company, partner = self.company_id, self.partner_id
        facts, today = self.env["dunning.collection.facts"], company._dunning_today()
        years = facts._count_years(company, partner, today)
        revenue = facts._sum_revenue(company, partner, today)
        debtor = advice.Facts(
            years=years.get(partner.id, Decimal(0)), revenue=revenue.get(partner.id, Decimal(0))
        )
        return advice.is_valued(debtor, company._get_dunning_advice_terms())

    def _count_agreements(self):
        """Return how many promises and plans about the items are running."""
        moves = self.item_ids.move_id.ids
        promises = self.env["dunning.promise"].search_count(
            [("state", "=", "open"), ("item_ids.move_id", "in", moves)]
        )
        plans = self.env["dunning.installment.plan"].search_count(
            [("state", "in", ("offered", "running")), ("item_ids.move_id", "in", moves)]
        )
        return promises + plans

    def _get_missing_data(self):
        """Yield the names of the data that are not there; of consumers § 13a RDG asks for more."""
        company = self.company_id.partner_id
        if not (company.street and company.city):
            yield "creditor_address"
        if self.partner_id._is_dunning_consumer():
            if not all(self.item_ids.mapped("contract_subject")):
                yield "contract_subject"
            if not all(self.item_ids.mapped("contract_date")):
                yield "contract_date"

    def _get_insurer_deadline(self):
        days = self.partner_id.dunning_insurer_days
        if not self.partner_id.dunning_insurer_id or not days or not self.item_ids:
            return None
        return min(self.item_ids.mapped("date_due")) + timedelta(days=days)

    def _get_announced_until(self):
        """Return the last deadline that announced handing over, in a letter of ours; else None."""
        finals = self._get_notices().filtered(lambda notice: notice.level_id.tone == "final")
        days = [*finals.mapped("date_deadline"), self.announced_until]
        return max(filter(None, days), default=None)

    def _get_personal_call_day(self):
        """Return the day of the documented call before handing over (METHOD C3), None without one.

        Made for this purpose, or by the customer's salesperson after the last reminder; somebody
        was spoken to.
        """
        notices = self._get_notices()
        since = max(notices.mapped("date_sent"), default=self.create_date.date())
        calls = self.env["dunning.call"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("outcome", "in", WITH_CONTENT),
                ("called_on", ">=", since),
            ],
            order="called_on desc",
        )
        salesperson = self.partner_id.user_id
        counting = calls.filtered(
            lambda call: call.cause == "hand_over" or (salesperson and call.user_id == salesperson)
        )
        return counting[:1].called_on.date() if counting else None

    def _get_bureau_facts(self):
        """Return the :class:`gate.BureauFacts`: letters only, e-mail as writing is disputed."""
        case = self.sudo()  # see above
        notices = case._get_notices()
        letters = notices.delivery_ids.filtered(
            lambda delivery: delivery.channel == "letter" and delivery.state == "sent"
        ).notice_id | notices.filtered(lambda notice: notice.is_opening and notice.send_letter)
        facts = self.env["dunning.collection.facts"].sudo()  # see above
        complaints = facts._count_complaints(case.company_id, case.partner_id)
        return gate.BureauFacts(
            day=case.company_id._dunning_today(),
            is_member=case.company_id.dunning_bureau_member,
            letters=tuple(letters.mapped("date_sent")),
            informed=False,  # a person has to look whether the letters said so
            complaints=complaints.get(case.partner_id.id, 0),
        )

    # === LAST CHANCE ===

    def action_plan_call(self):
        """Ask the customer's salesperson for the one call before handing over (METHOD C3)."""
        for case in self:
            partner = case.partner_id
            user = partner.user_id.filtered("active") or case.user_id
            self.env["dunning.call"]._plan(
                partner, case.company_id, "hand_over", user=user, moves=case.item_ids.move_id
            )
        return True
