from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL


class DunningVeto(models.Model):
    """What sales was told before a level, item by item: the salesperson may stop it, or be silent.

    Stopping places a block; the run waits until the days of the level have passed.
    """

    _name = "dunning.veto"
    _description = "Sales Veto"
    _order = "date_go desc, partner_id, date_due, id"
    _rec_name = "move_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", required=True, readonly=True, index=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_due = fields.Date(string="Due Date", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_open = fields.Monetary(string="Open", readonly=True, help="When sales was told.")
    level_id = fields.Many2one(
        "dunning.level", string="Next Level", required=True, readonly=True, ondelete="cascade"
    )
    rank = fields.Integer(string="Level No.", readonly=True, aggregator="max")
    date_told = fields.Date(string="Told on", required=True, readonly=True)
    date_go = fields.Date(
        string="Goes on from",
        required=True,
        readonly=True,
        help="From this day on the level may be sent when sales has not stopped it.",
    )
    block_id = fields.Many2one(
        "dunning.block", string="Stopped by", readonly=True, index="btree_not_null"
    )
    date_stopped = fields.Date(related="block_id.date_end", string="Stopped until")
    note = fields.Text(related="block_id.note", string="Reason")
    state = fields.Selection(
        [("waiting", "Waiting"), ("silent", "No Objection"), ("stopped", "Stopped")],
        compute="_compute_state",
        search="_search_state",
    )

    @api.depends("block_id", "date_go")
    def _compute_state(self):
        for veto in self:
            waits = veto.date_go > veto.company_id._dunning_today()
            veto.state = "stopped" if veto.block_id else "waiting" if waits else "silent"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        open_ones = Domain("block_id", "=", False)
        waits = Domain("date_go", ">", self.env.company._dunning_today())
        states = {
            "waiting": open_ones & waits,
            "silent": open_ones & ~waits,
            "stopped": Domain("block_id", "!=", False),
        }
        return Domain.OR([states[state] for state in value if state in states])

    # === WHAT THE RULES ASK ===

    @api.model
    def _get_told(self, items):
        """Return {journal item: [(rank, day)]}: of which levels sales was told, and when.

        :param list items: (journal item, invoice, due date); an invoice that was reset to draft is
            found again by its due date
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT move_id, move_line_id, date_due, rank, date_told FROM dunning_veto"
                " WHERE move_id = ANY(%s)",
                list({move_id for _line_id, move_id, _due in items}),
            )
        )
        told = defaultdict(list)
        for move_id, line_id, due, *step in rows:
            told[line_id or (move_id, due)].append(tuple(step))
        return {
            line_id: told.get(line_id, []) + told.get((move_id, due), [])
            for line_id, move_id, due in items
            if line_id in told or (move_id, due) in told
        }

    # === TELLING ===

    @api.model
    def _tell(self, vals_list):
        """Note of what sales is told, and give each salesperson one task per customer."""
        system = self.sudo()  # nobody writes these rows by hand
        vetoes = system.create(vals_list)
        for (partner, user), told in vetoes.grouped(lambda v: (v.partner_id, v.user_id)).items():
            told.with_context(lang=user.lang)._schedule_task(partner, user)
        return self.browse(vetoes.ids)

    def _schedule_task(self, partner, user):
        highest = self.sorted("rank")[-1:]
        partner.activity_schedule(
            "mahnwesen_pro.mail_activity_type_veto",
            summary=self.env._(
                "%(level)s to %(customer)s: may it go out?",
                level=highest.level_id.name,
                customer=partner.name,
            ),
            note=self.env["ir.qweb"]._render("mahnwesen_pro.dunning_veto_task", {"vetoes": self}),
            date_deadline=max(self.mapped("date_go")),
            user_id=user.id,
        )

    # === STOPPING ===

    def action_open_stop(self):
        """Ask the salesperson why and until when the level is stopped."""
        open_ones = self.filtered(lambda veto: not veto.block_id)
        if not open_ones:
            raise UserError(self.env._("This was stopped already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stop the Reminder"),
            "res_model": "dunning.veto.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_veto_ids": open_ones.ids},
        }

    def _stop(self, note, date_end):
        """Place a block on the items, as the salesperson who was told.

        :param str note: his reason
        :param date date_end: the last day of the block
        :raise AccessError: for anybody but the salesperson and the clerks
        :return: the blocks
        """
        self._check_may_stop()
        blocks = self.env["dunning.block"]
        for company, vetoes in (
            self.filtered(lambda v: not v.block_id).grouped("company_id").items()
        ):
            own = vetoes.with_company(company).sudo()  # his right to stop is checked above
            for targets in own.grouped(lambda veto: bool(veto.move_line_id)).values():
                blocks |= targets._place(note, date_end)
        self._finish_tasks()
        return blocks

    def _place(self, note, date_end):
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_veto")
        blocks = self.env["dunning.block"].place(
            self.move_line_id or self.move_id, reason, date_end, note=note
        )
        by_item = {block.move_line_id or block.move_id: block for block in blocks}
        for veto in self:
            veto.block_id = by_item[veto.move_line_id or veto.move_id]
        return blocks

    def _check_may_stop(self):
        is_clerk = self.env.su or self.env.user.has_group("mahnwesen_pro.group_dunning_clerk")
        if not is_clerk and self.user_id - self.env.user:
            raise AccessError(self.env._("Only the salesperson who was told may stop it."))

    def _finish_tasks(self):
        """Tick the task off where the salesperson has decided about every item of the customer."""
        for (partner, user), _own in self.grouped(lambda v: (v.partner_id, v.user_id)).items():
            waiting = self.sudo().search_count(  # the task is his, whoever stopped
                Domain("partner_id", "=", partner.id)
                & Domain("user_id", "=", user.id)
                & Domain("state", "=", "waiting"),
                limit=1,
            )
            if not waiting:
                partner.sudo().activity_feedback(  # a salesperson may not edit every contact
                    ["mahnwesen_pro.mail_activity_type_veto"], user_id=user.id
                )
