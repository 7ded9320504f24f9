from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .dunning_notice import OWN_METHOD

FINAL = "mahnwesen_pro.group_dunning_final"

#: States in which the agency has the case.
AT_AGENCY = ("handed_over", "instalments", "partly_paid")
OPEN_STATES = ("prepared", *AT_AGENCY)

#: What people may write while the case is prepared, and what also afterwards.
PREPARED = {
    *("agency_id", "item_ids", "insurer_told_on", "agreement_note", "dispute_note"),
    *("birth_date", "court_catalogue", "court_counter_performance", "holds_credit"),
}
ALWAYS = {"user_id", "agency_ref", "holds_credit"}


class DunningCollectionCase(models.Model):
    """A debtor who is handed over to a collection agency: prepared, handed over, followed.

    The last resort (METHOD C1). States change only in ``action_*`` and ``_mark_*`` methods; handing
    over needs the right “final notices” and a legal gate without a red line (METHOD C4).
    """

    _name = "dunning.collection.case"
    _description = "Collection Case"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "dunning.collection.claim",
        "dunning.collection.gate",
        "dunning.collection.announcement",
        "dunning.collection.packing",
        "dunning.collection.money",
        "dunning.collection.court",
        "dunning.collection.cost",
    ]
    _order = "date_handed_over desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        [
            ("prepared", "Prepared"),
            ("handed_over", "Handed over"),
            ("instalments", "Instalments"),
            ("partly_paid", "Partly paid"),
            ("paid", "Paid"),
            ("returned", "Returned"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="prepared",
        index=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Clerk", tracking=True)
    agency_id = fields.Many2one(
        "res.partner",
        string="Collection Agency",
        domain="[('dunning_is_agency', '=', True)]",
        index="btree_not_null",
        tracking=True,
    )
    agency_ref = fields.Char(string="Agency's File No.", tracking=True)
    advice_id = fields.Many2one("dunning.advice", readonly=True, index="btree_not_null")
    item_ids = fields.One2many("dunning.collection.item", "case_id", string="Items")
    event_ids = fields.One2many("dunning.collection.event", "case_id", readonly=True)
    block_ids = fields.Many2many("dunning.block", string="Pauses", readonly=True, copy=False)
    amount_principal = fields.Monetary(
        string="Principal", compute="_compute_amounts", store=True, help="When it was handed over."
    )
    amount_open = fields.Monetary(string="Open Today", compute="_compute_amount_open")
    amount_paid = fields.Monetary(string="Paid since", compute="_compute_amount_open")
    amount_cost = fields.Monetary(string="Agency's Costs", compute="_compute_amounts", store=True)
    date_handed_over = fields.Date(string="Handed over on", readonly=True, copy=False)
    handed_over_by_id = fields.Many2one("res.users", string="Handed over by", readonly=True)
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    close_reason = fields.Char(string="Reason", readonly=True, tracking=True)
    holds_credit = fields.Boolean(
        string="Credit Hold",
        default=True,
        tracking=True,
        help="While the case is open, new orders of the customer are stopped.",
    )
    insurer_id = fields.Many2one(
        "res.partner", string="Credit Insurer or Factor", compute="_compute_insurer_id"
    )
    insurer_told_on = fields.Date(string="Insurer Told on", tracking=True)
    birth_date = fields.Date(string="Date of Birth", help="Only of a person, and only if known.")

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This case number is taken already."
    )
    _one_prepared = models.UniqueIndex(
        "(company_id, partner_id, currency_id) WHERE state = 'prepared'",
        "A case of this customer is being prepared already.",
    )
    _open_idx = models.Index(
        "(company_id, partner_id) "
        "WHERE state IN ('prepared', 'handed_over', 'instalments', 'partly_paid')"
    )

    # === COMPUTE ===

    @api.depends("item_ids.amount", "event_ids.amount", "event_ids.kind")
    def _compute_amounts(self):
        for case in self:
            case.amount_principal = sum(case.item_ids.mapped("amount"))
            costs = case.event_ids.filtered(lambda event: event.kind == "cost")
            case.amount_cost = sum(costs.mapped("amount"))

    @api.depends("item_ids.amount_open", "amount_principal")
    def _compute_amount_open(self):
        for case in self:
            case.amount_open = sum(case.item_ids.mapped("amount_open"))
            case.amount_paid = max(case.amount_principal - case.amount_open, 0.0)

    @api.depends("partner_id", "company_id")
    def _compute_insurer_id(self):
        for case in self:
            partner = case.partner_id.with_company(case.company_id)
            case.insurer_id = partner.dunning_insurer_id

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name or ''}, {case.partner_id.name or ''}"

    # === WRITE GUARD ===

    def write(self, vals):
        if self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_person_may_write(vals)
        return super().write(vals)

    def _check_person_may_write(self, vals):
        own = {
            name
            for name in vals
            if name in self._fields and not name.startswith(("message_", "activity_", "website_"))
        }
        if own - PREPARED - ALWAYS:
            raise UserError(
                self.env._("A case changes only through its buttons, so that its record is true.")
            )
        if own - ALWAYS and any(case.state != "prepared" for case in self):
            raise UserError(
                self.env._("The case is handed over. Recall it first, then prepare a new one.")
            )

    def _write_own(self, vals):
        """Write as one of the methods of this model."""
        return self.with_context(dunning_writer=OWN_METHOD).write(vals)

    @api.model
    def _check_merge(self, partners):
        """:raise UserError: when customers that are merged have prepared cases of the same kind"""
        prepared = self.search([("partner_id", "in", partners.ids), ("state", "=", "prepared")])
        for twins in prepared.grouped(lambda case: (case.company_id, case.currency_id)).values():
            if len(twins) > 1:
                raise UserError(
                    self.env._(
                        "Each of these contacts has a prepared collection case: %s. Hand one over "
                        "or delete it, then merge the contacts.",
                        ", ".join(twins.mapped("name")),
                    )
                )

    def _check_right(self):
        """:raise AccessError: handing over is for those who may send final notices"""
        if not self.env.su and not self.env.user.has_group(FINAL):
            raise AccessError(
                self.env._(
                    "Handing over needs the right “Final notices”. Ask a colleague who has it."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_prepared(self):
        if any(case.state != "prepared" for case in self):
            raise UserError(self.env._("A case that was handed over is kept. Close it instead."))

    # === PREPARING ===

    @api.model
    def _prepare(self, partner, company, moves=None, advice=None):
        """Return the prepared case(s) of a debtor, one per currency, made where there is none.

        :param moves: the invoices to hand over; empty: those for which all levels were sent, or
            everything overdue when there is none
        """
        partner = partner.commercial_partner_id
        partner._check_dunning_visible()
        lines = self._get_lines_to_prepare(partner, company, moves)
        if not lines:
            raise UserError(
                self.env._(
                    "%s owes nothing overdue that is not handed over already or excluded from "
                    "reminders.",
                    partner.display_name,
                )
            )
        cases = self
        maker = self.sudo().with_company(company)  # cases are made by this method only
        for currency, own in lines.grouped("currency_id").items():
            case = self.search(
                Domain("company_id", "=", company.id)
                & Domain("partner_id", "=", partner.id)
                & Domain("currency_id", "=", currency.id)
                & Domain("state", "=", "prepared")
            )
            if not case:
                values = self._prepare_vals(partner, company, currency, advice)
                case = maker.create(values).with_env(self.env)
            case._add_items(own)
            case._propose_agency()
            case._refresh_gate()
            cases |= case
        return cases

    @api.model
    def _prepare_vals(self, partner, company, currency, advice):
        numbers = self.env["ir.sequence"].sudo().with_company(company)  # people only take numbers
        return {
            "name": numbers.next_by_code("dunning.collection.case"),
            "company_id": company.id,
            "partner_id": partner.id,
            "currency_id": currency.id,
            "user_id": partner._get_dunning_clerk(company).id,
            "advice_id": advice.id if advice else False,
            "holds_credit": company.dunning_collection_hold,
        }

    @api.model
    def _get_lines_to_prepare(self, partner, company, moves):
        """Return the overdue items of a debtor that are dunned and that no open case has."""
        today = company._dunning_today()
        lines = partner._get_dunning_open_lines(company).filtered(
            lambda line: (line.date_maturity or line.date) < today
        )
        taken = self.env["dunning.collection.item"].sudo()  # also a case that the user cannot see
        lines -= taken.search(
            [("move_line_id", "in", lines.ids), ("state", "in", OPEN_STATES)]
        ).move_line_id
        if moves:
            return lines.filtered(lambda line: line.move_id in moves)
        decisions = self.env["dunning.facts"]._decide(company, partner.ids, today)
        exhausted = {
            skip.item.line_id
            for decision in decisions
            for skip in decision.skips
            if any(reason.code == "exhausted" for reason in skip.reasons)
        }
        return lines.filtered(lambda line: line.id in exhausted) or lines

    def _add_items(self, lines):
        self.ensure_one()
        new = lines - self.item_ids.move_line_id
        items = self.env["dunning.collection.item"].sudo()  # items are made with their case
        items.create([{"case_id": self.id, **items._prepare_vals(line)} for line in new])
        self.item_ids._refresh()

    def _propose_agency(self):
        if not self.agency_id:
            rule = self.env["dunning.collection.rule"]._find(self)
            if rule:
                self.agency_id = rule.agency_id

    # === HANDING OVER ===

    def action_hand_over(self):
        """Hand over: the gate is checked again, our own letters stop, the package is made.

        :raise UserError: names what stands in the way
        """
        self._check_right()
        for case in self:
            case._check_ready()
        for case in self:
            case._mark_handed_over()
            case._make_package()
        return True

    def _check_ready(self):
        """:raise UserError: when something stands in the way of handing over"""
        if self.state != "prepared":
            raise UserError(self.env._("%s is handed over already.", self.display_name))
        if not self.agency_id:
            raise UserError(self.env._("Choose the collection agency first."))
        self.agency_id._check_dunning_agency()
        self.item_ids.move_line_id.lock_for_update(allow_referencing=True)
        self.item_ids._refresh()
        if not self.item_ids or self.amount_principal <= 0:
            raise UserError(
                self.env._("Nothing is open any more. Delete the case instead of handing it over.")
            )
        self._refresh_gate()
        self._check_gate()

    def _mark_handed_over(self):
        today = self.company_id._dunning_today()
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_collection")
        note = self.env._("%(case)s at %(agency)s", case=self.name, agency=self.agency_id.name)
        blocks = self.env["dunning.block"].place(self.item_ids.move_line_id, reason, note=note)
        self._write_own(
            {
                "state": "handed_over",
                "date_handed_over": today,
                "handed_over_by_id": self.env.uid,
                "block_ids": [fields.Command.set(blocks.ids)],
                "amount_reported": self.amount_principal,
            }
        )
        self.env["dunning.notice"]._refresh_proposals(self.partner_id.ids, self.company_id)
        self._cancel_calls()
        self._log_event("handed_over", amount=self.amount_principal)

    def _cancel_calls(self):
        """Nobody of ours calls about a claim that the agency has."""
        planned = self.env["dunning.call"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "planned"),
            ]
        )
        planned.filtered(
            lambda call: not call.move_ids or not call.move_ids - self.item_ids.move_id
        )._mark_cancelled(self.env._("Handed over to %s.", self.agency_id.name))

    def _log_event(self, kind, **values):
        events = self.env["dunning.collection.event"].sudo()  # the record is written by methods
        values = {"date": self.company_id._dunning_today(), **values}
        return events.create([{"case_id": case.id, "kind": kind, **values} for case in self])

    # === COMING BACK ===

    def action_recall(self, reason=None):
        """Take the case back: the agency is told, our own steps may go on.

        :param str reason: what is told and kept; asked for when empty
        """
        self._check_right()
        if not reason:
            return self._open_end_wizard("recall")
        todo = self.filtered(lambda case: case.state in AT_AGENCY)
        for case in todo:
            case._tell_agency("recall", reason)
        todo._mark_ended("returned", reason)
        return True

    def action_close(self, reason=None):
        """Close the case for good: nothing more is expected from it. Its items stay paused.

        :param str reason: asked for when empty
        """
        self._check_right()
        if not reason:
            return self._open_end_wizard("close")
        self.filtered(lambda case: case.state not in ("closed", "prepared"))._mark_ended(
            "closed", reason
        )
        return True

    def _mark_ended(self, state, reason=""):
        """The agency has nothing more to do. A returned claim may be dunned by us again."""
        for case in self:
            case._write_own(
                {
                    "state": state,
                    "date_closed": case.company_id._dunning_today(),
                    "close_reason": reason,
                }
            )
            case._log_event(state, note=reason)
        if state in ("returned", "paid"):
            self.block_ids.release()

    def _open_end_wizard(self, what):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall") if what == "recall" else self.env._("Close"),
            "res_model": "dunning.collection.end.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": self.ids, "default_what": what},
        }

    # === LISTS ===

    @api.model
    def _open_cases(self, domain):
        """Return the action that shows the cases of a domain, the form of a single one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_collection_case_action"
        )
        found = self.search(domain, limit=2)
        if len(found) == 1:
            return found.get_formview_action()
        return {**action, "domain": list(Domain(domain)), "context": {}}

    def action_open_invoices(self):
        """Open the invoices of the case."""
        return self.item_ids.move_id._open_dunning_list(self.env._("Invoices"))
