from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.sql import column_exists, create_column

from ..rules import eligibility


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_line_ids = fields.One2many(
        "dunning.notice.line",
        "move_id",
        string="Dunning History",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_block_ids = fields.One2many(
        "dunning.block",
        "move_id",
        string="Dunning Blocks",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_level_id = fields.Many2one(
        "dunning.level",
        compute="_compute_dunning_level",
        store=True,
        index="btree_not_null",
        help="The highest level of which a notice was really sent.",
        prefetch="dunning",
        # without groups, which Odoo would ask for with each row of a list; its views have them
    )
    dunning_date_last = fields.Date(
        string="Last Reminder",
        compute="_compute_dunning_level",
        store=True,
        prefetch="dunning",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_cap = fields.Integer(
        string="Dun up to Level",
        copy=False,
        help="No higher level is sent for this invoice. 0 = no limit.",
        prefetch="dunning",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_date_next = fields.Date(
        string="Next Dunning Step",
        compute="_compute_dunning_date_next",
        search="_search_dunning_date_next",
        help="The first day on which the next level may follow, when nothing pauses it.",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_is_paused = fields.Boolean(
        string="Dunning Paused",
        compute="_compute_dunning_is_paused",
        search="_search_dunning_is_paused",
        groups="mahnwesen_pro.group_dunning_caller",
    )
    dunning_can_release = fields.Boolean(
        compute="_compute_dunning_buttons", groups="mahnwesen_pro.group_dunning_caller"
    )
    dunning_notice_count = fields.Integer(
        compute="_compute_dunning_buttons", groups="mahnwesen_pro.group_dunning_caller"
    )

    def _auto_init(self):
        """Create the stored columns empty: before the first notice there is nothing to compute, and
        a ledger may hold millions of invoices.
        """
        for column, kind in (("dunning_level_id", "int4"), ("dunning_date_last", "date")):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, kind)
        return super()._auto_init()

    @api.depends("dunning_line_ids.state", "dunning_line_ids.rank")
    def _compute_dunning_level(self):
        self.fetch(["dunning_level_id", "dunning_date_last"])  # what stays is not written again
        sent = self.dunning_line_ids.filtered(
            lambda line: line.state == "sent" and line.kind == "claim" and line.rank
        )
        sent.notice_id.fetch(["date_sent"])
        claims = sent.grouped("move_id")
        for move in self:
            own = claims.get(move, sent.browse())
            move.dunning_level_id = own.sorted("rank")[-1:].level_id
            move.dunning_date_last = max(own.notice_id.mapped("date_sent"), default=False)

    # === BUTTONS ===

    def _compute_dunning_buttons(self):
        """Count what the buttons of the invoices open, and tell whether a pause can be ended.

        Most invoices have none of it: one query finds where it is worth a closer look.
        """
        found = self._find_dunning_buttons()
        for move in self:
            is_blocked = move._origin.id in found["dunning_can_release"]
            move.dunning_can_release = is_blocked and move.dunning_is_paused
        for name, (model, link, domain, aggregate) in self._get_dunning_counters().items():
            groups = found[name] and self.env[model]._read_group(
                Domain(link, "in", found[name]) & Domain(domain), [link], [aggregate]
            )
            counts = {move.id: count for move, count in groups}
            for move in self:
                move[name] = counts.get(move._origin.id, 0)

    def _get_dunning_counters(self):
        """Return {field: (model, its field for the invoice, domain, aggregate)} of the buttons."""
        lines = [("state", "!=", "simulated")]
        return {
            "dunning_notice_count": (
                "dunning.notice.line",
                "move_id",
                lines,
                "notice_id:count_distinct",
            )
        }

    def _find_dunning_buttons(self):
        """Return {field: ids of the invoices whose button may have something to open}."""
        self.env["dunning.block"].flush_model()
        counters = self._get_dunning_counters()
        tests = [self.env["dunning.schedule"]._blocked_sql("account_move")]
        for model, link, _domain, _aggregate in counters.values():
            field = self.env[model]._fields[link]
            self.env[model].flush_model([link])
            table, column = self.env[model]._table, link
            if field.type == "many2many":
                table, column = field.relation, field.column2
            tests.append(
                SQL(
                    "EXISTS (SELECT FROM %s WHERE %s = account_move.id)",
                    SQL.identifier(table),
                    SQL.identifier(table, column),
                )
            )
        rows = self.ids and self.env.execute_query(
            SQL(
                "SELECT id, %s FROM account_move WHERE id = ANY(%s)",
                SQL(", ").join(tests),
                self.ids,
            )
        )
        return {
            name: [row[0] for row in rows if row[place]]
            for place, name in enumerate(["dunning_can_release", *counters], start=1)
        }

    # === NEXT STEP ===

    @api.depends_context("company")
    def _compute_dunning_date_next(self):
        days = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    "SELECT account_move.id, %s FROM account_move WHERE id = ANY(%s)",
                    self.env["dunning.schedule"]._next_sql("account_move"),
                    self.ids,
                )
            )
            days = dict(rows)
        for move in self:
            move.dunning_date_next = days.get(move._origin.id)

    def _search_dunning_date_next(self, operator, value):
        if operator not in ("<", "<=", ">", ">=", "in"):
            return NotImplemented
        column = self.env["dunning.schedule"]._next_sql("account_move")
        if operator == "in":
            days = [day for day in value if day]
            found = SQL("%s = ANY(%s::date[])", column, days)
            if len(days) < len(value):
                found = SQL("(%s OR %s IS NULL)", found, column)
        else:
            found = SQL("%s %s %s", column, SQL(operator), value)
        open_moves = SQL(
            "(SELECT account_move.id FROM account_move"
            " WHERE state = 'posted' AND payment_state IN ('not_paid', 'partial') AND %s)",
            found,
        )
        return Domain("id", "in", open_moves)

    def _field_to_sql(self, alias, fname, query=None):
        if fname == "dunning_date_next":
            return self.env["dunning.schedule"]._next_sql(alias)
        if fname == "dunning_is_paused":
            return self.env["dunning.schedule"]._paused_sql(alias)
        return super()._field_to_sql(alias, fname, query=query)

    # === PAUSED ===

    @api.depends("dunning_block_ids.is_running")
    @api.depends_context("company")
    def _compute_dunning_is_paused(self):
        self.env["dunning.block"].flush_model()
        rows = self.ids and self.env.execute_query(
            SQL(
                "SELECT account_move.id FROM account_move WHERE id = ANY(%s) AND %s",
                self.ids,
                self.env["dunning.schedule"]._paused_sql("account_move"),
            )
        )
        paused = {move_id for (move_id,) in rows}
        for move in self:
            move.dunning_is_paused = move._origin.id in paused

    def _search_dunning_is_paused(self, operator, value):
        if operator != "in":
            return NotImplemented
        paused = SQL(
            "(SELECT account_move.id FROM account_move WHERE %s)",
            self.env["dunning.schedule"]._paused_sql("account_move"),
        )
        return Domain("id", "in" if True in value else "not in", paused)

    # === EXPLAIN ===

    def dunning_explain(self, date=None):
        """Tell for each open item of the invoices what dunning makes of it on ``date``.

        :param date: the day of the decision, today when empty
        :return: list of dicts with ``move_id``, ``date_due``, ``amount_open``, ``level`` (name of
            the level that would be sent, empty when none), ``reasons`` (sentences) and
            ``dunnable_from`` (date or None)
        """
        result = []
        for company, moves in self.grouped("company_id").items():
            decisions = self.env["dunning.facts"]._decide(
                company, moves.commercial_partner_id.ids, date or company._dunning_today()
            )
            result += moves._explain_decisions(decisions)
        return result

    def _explain_decisions(self, decisions):
        sentence = self.env["dunning.sentence"]._reason
        rows = []
        for decision in decisions:
            for draft in decision.drafts:
                for claim in draft.claims:
                    # the name of a level is no secret
                    level = self.env["dunning.level"].sudo().browse(claim.level.id)
                    rows.append((claim.item, level.name, [], None))
            for skip in decision.skips:
                sentences = [sentence(*reason) for reason in skip.reasons]
                rows.append((skip.item, "", sentences, eligibility.dunnable_from(skip.reasons)))
            decided = {row[0].line_id for row in rows}
            for item in decision.debtor.items:
                if item.line_id not in decided:
                    day = format_date(self.env, item.due)
                    rows.append((item, "", [self.env._("Not overdue: due on %s.", day)], None))
        own = set(self.ids)
        return [
            {
                "move_id": item.move_id,
                "date_due": item.due,
                "amount_open": float(item.residual),
                "level": level,
                "reasons": sentences,
                "dunnable_from": day,
            }
            for item, level, sentences, day in rows
            if item.move_id in own
        ]

    # === TOLD IN THE FORM, WHEN IT IS OPEN ALREADY ===

    def get_dunning_alert(self):
        """Return ``level`` and ``message`` of the banner of the invoice, nothing for no banner."""
        message = self._get_dunning_sentence()
        return message and {
            "level": "warning" if self.dunning_is_paused else "info",
            "message": message,
        }

    def get_dunning_details(self):
        """Return ``name``, ``label``, ``help`` and ``value`` of what there is to tell."""
        self.ensure_one()
        names = self._get_dunning_detail_fields()
        known = self.fields_get(names, ["string", "help", "type"])  # those the user may read
        [values] = self.read(list(known))
        return [
            {
                "name": name,
                "label": known[name]["string"],
                "help": known[name].get("help", ""),
                "value": format_date(self.env, values[name])
                if known[name]["type"] == "date"
                else values[name],
            }
            for name in names
            if values.get(name)
        ]

    def _get_dunning_detail_fields(self):
        """Return the fields that take queries of their own, in the order in which they stand."""
        return ["dunning_date_next"]

    def _get_dunning_sentence(self):
        """Return the one sentence about dunning that matters for this invoice, empty for none."""
        self.ensure_one()
        overdue = self.state == "posted" and self.is_sale_document() and self.amount_residual > 0
        allowed = self.env.user.has_group("mahnwesen_pro.group_dunning_caller")
        if not (overdue and allowed and self.env["dunning.notice"].has_access("read")):
            return ""
        parts = []
        if self.dunning_level_id:
            parts.append(
                self.env._(
                    "%(level)s sent on %(day)s.",
                    level=self.dunning_level_id.sudo().name,  # no secret either
                    day=format_date(self.env, self.dunning_date_last),
                )
            )
        today = self.company_id._dunning_today()
        explained = [row for row in self.dunning_explain() if row["date_due"] < today]
        if explained:
            first = min(explained, key=lambda row: row["date_due"])
            level = first["level"]
            parts.append(
                self.env._("Next run: %s.", level) if level else " ".join(first["reasons"])
            )
        return " ".join(parts)

    def _get_dunning_unsent(self):
        """Return the invoices that never left the house."""
        return self.filtered(lambda move: not move.is_move_sent)

    # === ACTIONS ===

    def action_open_dunning_notices(self):
        """Open the notices on which the invoices stand."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_notice_action"
        )
        notices = self.dunning_line_ids.notice_id
        return {**action, "domain": [("id", "in", notices.ids)], "context": {}}

    def _open_dunning_list(self, name):
        """Return the action that lists these invoices or credit notes under the title ``name``."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": list(Domain("id", "in", self.ids)),
            "context": {"create": False},
        }

    def action_dunning_pause(self):
        """Ask for reason and end of a pause for the invoices."""
        return self.env["dunning.block.wizard"]._open(self)

    def action_dunning_release(self):
        """End the running pauses of the invoices; show those that come from the customer."""
        running = self.dunning_block_ids.filtered("is_running")
        running.release()
        return None if running else self.commercial_partner_id.action_open_dunning_blocks()

    def action_dunning_now(self):
        """Propose notices for the customers of the invoices right away and open them."""
        runs = self.env["dunning.run"]
        for company, moves in self.grouped("company_id").items():
            runs |= runs._propose_for(moves.commercial_partner_id, company)
        return runs._open_proposed()

    def action_dunning_explain(self):
        """Show for each open item why it is dunned or not."""
        rows = self.dunning_explain()
        return self.env["dunning.explain.wizard"]._open(rows)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dunned(self):
        """An invoice that stands on a sent notice stays; unsent lines go along with it."""
        lines = self.dunning_line_ids.sudo()  # also those on notices the user cannot see
        kept = lines.filtered("is_history")
        if kept:
            raise UserError(
                self.env._(
                    "%s is part of a reminder that was sent and cannot be deleted. Cancel or "
                    "reverse the invoice instead.",
                    kept[0].move_id.display_name,
                )
            )
        notices = lines.notice_id.filtered(lambda notice: notice.state in ("proposed", "approved"))
        lines.unlink()
        notices._sum_lines()
