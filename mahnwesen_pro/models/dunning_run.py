import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date, split_every

_logger = logging.getLogger(__name__)

#: Customers that are decided on together; bounds memory and the time locks are held.
CHUNK = 500


class DunningRun(models.Model):
    """One proposal run over a company's receivables: its notices, and why the rest waits."""

    _name = "dunning.run"
    _description = "Dunning Run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda s: s.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Started by", readonly=True)
    state = fields.Selection(
        [("proposing", "Proposing"), ("review", "Proposed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="proposing",
    )
    is_partial = fields.Boolean(
        readonly=True, help="Only some policies or customers; the others keep what they have."
    )
    is_dry_run = fields.Boolean(string="Dry Run", readonly=True)
    last_partner_id = fields.Integer(
        readonly=True, string="Last Customer", help="A broken run goes on behind this customer."
    )
    notice_ids = fields.One2many("dunning.notice", "run_id")
    skip_ids = fields.One2many("dunning.run.skip", "run_id")
    count_not_due = fields.Integer(string="Items not yet Due", readonly=True)
    stale_banks = fields.Json(readonly=True, help="Bank journals that lag behind: [name, day].")
    bank_note = fields.Char(compute="_compute_bank_note")
    skip_counts = fields.Json(
        readonly=True, help="Items not dunned by reason; stays when the details are gone."
    )
    skip_count = fields.Integer(compute="_compute_skip_count", string="Not Dunned")
    notice_count = fields.Integer(compute="_compute_notice_counts", string="Notices")
    todo_count = fields.Integer(compute="_compute_notice_counts", string="To Approve")
    approved_count = fields.Integer(compute="_compute_notice_counts", string="Approved")
    sent_count = fields.Integer(compute="_compute_notice_counts", string="Sent")
    print_count = fields.Integer(compute="_compute_print_count", string="To Print")
    amount_total = fields.Monetary(
        string="Total",
        compute="_compute_notice_counts",
        help="Notices in company currency at today's rates.",
    )

    _one_proposing = models.UniqueIndex(
        "(company_id) WHERE state = 'proposing' AND is_dry_run IS NOT TRUE "
        "AND is_partial IS NOT TRUE",
        "A run is being proposed for this company right now. Wait until it is done.",
    )

    @api.depends("date", "is_dry_run")
    def _compute_display_name(self):
        for run in self:
            day = format_date(self.env, run.date)
            run.display_name = (
                self.env._("Dry run for %s", day)
                if run.is_dry_run
                else self.env._("Dunning run of %s", day)
            )

    @api.depends("stale_banks")
    @api.depends_context("lang")
    def _compute_bank_note(self):
        for run in self:
            run.bank_note = ", ".join(
                self.env._(
                    "%(bank)s is booked up to %(day)s only",
                    bank=bank,
                    day=format_date(self.env, fields.Date.to_date(day)),
                )
                for bank, day in run.stale_banks or ()
            )

    @api.depends("skip_counts")
    def _compute_skip_count(self):
        for run in self:
            run.skip_count = sum(run._get_skip_counts().values())

    def _get_skip_counts(self):
        """Return {reason: number of items not dunned} as far as the user may see them."""
        self.ensure_one()
        return self.skip_counts or {}

    def _prepare_skip_counts(self):
        """Return the values that keep how many items were not dunned, by reason."""
        groups = self.env["dunning.run.skip"]._read_group(
            [("run_id", "=", self.id)], ["reason"], ["__count"]
        )
        return {"skip_counts": dict(groups)}

    @api.depends("notice_ids.state", "notice_ids.amount_total")
    def _compute_notice_counts(self):
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        counts, amounts = Counter(), Counter()
        for run, state, currency, count, amount in groups:
            counts[run.id, state] += count
            if state != "cancelled":
                amounts[run.id] += currency._convert(
                    amount, run.currency_id, run.company_id, run.date
                )
        for run in self:
            states = {state: n for (run_id, state), n in counts.items() if run_id == run.id}
            run.notice_count = sum(states.values()) - states.get("cancelled", 0)
            run.todo_count = states.get("proposed", 0)
            run.approved_count = states.get("approved", 0)
            run.sent_count = states.get("sent", 0) + states.get("sending", 0)
            run.amount_total = amounts[run.id]

    @api.depends("notice_ids.delivery_ids.state")
    def _compute_print_count(self):
        groups = self.env["dunning.delivery"]._read_group(
            [("notice_id.run_id", "in", self.ids), *self._print_queue_domain()],
            ["notice_id.run_id"],
            ["__count"],
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.print_count = counts.get(run.id, 0)

    @api.model
    def _print_queue_domain(self):
        return [("channel", "=", "letter"), ("state", "=", "queued")]

    # === PROPOSE ===

    @api.model
    def propose(self, date=None, company=None, policies=None, partners=None, dry_run=False):
        """Propose notices for everything that may be dunned, and keep why the rest is not.

        Replaces proposals that nobody has touched. Never commits.

        :param date: date of the letters; today when empty. Only a dry run looks at another day
        :param company: one ``res.company``; the current one when empty
        :param policies: only customers who follow one of these ``dunning.policy``
        :param partners: only these customers (``res.partner``)
        :param bool dry_run: simulate; the notices can be looked at but not approved
        :return: the ``dunning.run`` with ``notice_ids`` and ``skip_ids``
        :raise UserError: when a day other than today is asked for without ``dry_run``
        :raise AccessError: when the company is not one of the user's
        """
        self.check_access("read")
        company = company or self.env.company
        self._check_may_propose(company)
        today = company._dunning_today()
        if date and date != today and not dry_run:
            raise UserError(
                self.env._("Proposals are made for today. For another day, use the dry run.")
            )
        partial = bool(policies) or partners is not None
        run = self._open(company, date or today, dry_run, partial)
        partner_ids = run._get_debtor_ids(partners)
        for chunk in self._split(partner_ids):
            run._propose_chunk(chunk, policies)
        run._close()
        return run

    @api.model
    def _check_may_propose(self, company):
        """Nobody proposes for a company that is not his; the scheduled action does for all."""
        if not self.env.su and company not in self.env.companies:
            name = company.sudo().name  # only named
            raise AccessError(
                self.env._("You cannot propose for %s: choose a company of yours.", name)
            )

    @api.model
    def _open(self, company, date, dry_run=False, partial=False):
        """Start a run; one that was left unfinished is closed, its proposals are replaced.

        A partial run closes none: the morning's run goes on behind it.
        """
        if not dry_run and not partial:
            unfinished = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "proposing"),
                    ("is_dry_run", "=", False),
                ]
            )
            unfinished._close()
            unfinished.flush_recordset()  # closed in the database before the next one opens
        runs = self.sudo()  # runs are made and kept by their own methods only
        run = runs.create(
            {
                "company_id": company.id,
                "date": date,
                "user_id": self.env.uid,
                "is_dry_run": dry_run,
                "is_partial": partial,
                "stale_banks": [
                    [journal.name, day.isoformat()]
                    for journal, day in company._get_stale_banks(date)
                ],
            }
        )
        return self.browse(run.id)

    def _get_debtor_ids(self, partners=None):
        """Return the ids of the customers to decide on: with overdue items, or with proposals."""
        self.env["account.move.line"].flush_model()
        self.env["dunning.notice"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        only = (
            SQL("AND partner_id = ANY(%s)", partners.commercial_partner_id.ids)
            if partners is not None
            else SQL()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM (
                    SELECT partner.commercial_partner_id AS partner_id
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE account.account_type = 'asset_receivable'
                       AND account.non_trade IS NOT TRUE
                       AND line.reconciled IS NOT TRUE
                       AND line.parent_state = 'posted'
                       AND line.company_id = %(company)s
                       AND line.amount_residual_currency > 0
                     UNION
                    SELECT partner_id FROM dunning_notice
                     WHERE state = 'proposed' AND company_id = %(company)s
                ) debtor
                 WHERE partner_id > %(last)s %(only)s
                 ORDER BY partner_id
                """,
                company=self.company_id.id,
                last=self.last_partner_id,
                only=only,
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _split(self, partner_ids):
        """Yield the customers in chunks. Each time their number has doubled PostgreSQL counts the
        rows: it would go on as if the tables were still as small as before, and read them in whole
        for each check of a foreign key and each update. What another run is counting is skipped.
        """
        tables = [SQL.identifier(self.env[model]._table) for model in self._get_filled_models()]
        for number, chunk in enumerate(split_every(CHUNK, partner_ids)):
            if number.bit_count() == 1:  # 1, 2, 4, 8 ...
                self.env.flush_all()
                self.env.execute_query(SQL("ANALYZE (SKIP_LOCKED) %s", SQL(", ").join(tables)))
            yield chunk

    @api.model
    def _get_filled_models(self):
        """Return the models of which a run makes many records."""
        return ["dunning.notice", "dunning.notice.line"]

    def _propose_chunk(self, partner_ids, policies=None):
        """Decide on some customers and store notices and skips in bulk."""
        self.ensure_one()
        company, Notice = self.company_id, self.env["dunning.notice"]
        state = "simulated" if self.is_dry_run else "proposed"
        if policies:
            partners = self.env["res.partner"].with_company(company).browse(partner_ids)
            chosen = partners._get_dunning_policies()
            partner_ids = [partner.id for partner in partners if chosen[partner] in policies]
        if not self.is_dry_run:
            Notice._discard_proposals(company, partner_ids)
            Notice._refresh_proposals(partner_ids, company)
        decisions = self.env["dunning.facts"]._decide(company, partner_ids, self.date)
        self._hook_decided(decisions)
        drafts = [draft for decision in decisions for draft in decision.drafts]
        skips = [skip for decision in decisions for skip in decision.skips]
        notices = Notice.with_company(company)._propose(self, drafts, state)
        self.env["dunning.run.skip"]._insert(self, skips)
        own = self.sudo()  # see _open
        own.count_not_due += sum(decision.not_due for decision in decisions)
        if not self.is_dry_run:
            covered = [d.debtor.partner_id for d in decisions if d.to_reconcile]
            self.env["res.partner"].browse(covered)._schedule_dunning_reconcile(company)
            own_notices = notices.sudo()  # also those that are too confidential for the user
            own_notices._approve_automatic()
        self.env.invalidate_all()  # so that memory does not grow with the number of customers

    def _hook_decided(self, decisions):
        """Called with the decisions on some customers, before they are stored."""

    def _close(self):
        """Finish the run: count what was skipped, drop the details of older runs."""
        for run in self:
            run.sudo().write(  # see _open
                {"state": "review", **run._prepare_skip_counts()}
            )
            own = [
                ("company_id", "=", run.company_id.id),
                ("is_dry_run", "=", run.is_dry_run),
            ]
            older = self.search([*own, ("id", "<", run.id)])
            skips = self.env["dunning.run.skip"]
            whole = run.sudo()  # also what is too confidential for the user
            if run.is_partial:
                skips._delete_of(older, whole.skip_ids.partner_id | whole.notice_ids.partner_id)
            else:
                skips._delete_of(older)
                meanwhile = self.search([*own, ("id", ">", run.id)])
                skips._delete_of(meanwhile, whole.skip_ids.partner_id)

    @api.model
    def _propose_for(self, partners, company):
        """Propose for some customers and return the run."""
        return self.propose(partners=partners, company=company)

    def _open_proposed(self):
        """Show the notices of the runs, or say why there are none."""
        return self.action_open_notices() if self.notice_ids else self.action_open_skips()

    # === REVIEW ===

    def action_approve(self):
        """Approve every proposal of the run."""
        return self.notice_ids.action_approve()

    def action_send(self):
        """Send every approved notice of the run."""
        return self.notice_ids.action_send_all()

    def action_cancel(self):
        """Withdraw what was not sent; what was sent stays."""
        self.notice_ids.check_access("write")
        self.notice_ids.filtered(lambda n: n.state == "approved").action_unapprove()
        rest = self.notice_ids.sudo()  # notices are made and removed by runs only
        rest.filtered(lambda notice: notice.state in ("proposed", "simulated")).unlink()
        self.sudo().write({"state": "cancelled"})  # see _open

    def action_propose_again(self):
        """Propose anew with today's facts; what was approved or edited stays."""
        self.ensure_one()
        return self.propose(company=self.company_id).get_formview_action()

    def action_open_notices(self):
        """Open the notices of the runs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_notice_action"
        )
        return {**action, "domain": [("run_id", "in", self.ids)], "context": {}}

    def action_open_skips(self):
        """Open the items that were not dunned, grouped by reason."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_run_skip_action"
        )
        return {**action, "domain": [("run_id", "in", self.ids)]}

    def action_print(self):
        """Open the print batch with the letters of the runs that wait for printing."""
        return self.env["dunning.print.wizard"]._open(
            [("notice_id.run_id", "in", self.ids), *self._print_queue_domain()]
        )

    # === SCHEDULED ===

    @api.model
    def _cron_propose(self):
        """Propose each morning for every company that wants it, in chunks that are committed."""
        companies = self.env["res.company"].search([("dunning_auto_propose", "=", True)])
        todo = [run for company in companies if (run := self._get_todays_run(company))]
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for run in todo:
            run.with_company(run.company_id)._propose_alone()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _get_todays_run(self, company):
        """Return today's unfinished run, a new one, or nothing when today's is done."""
        today = company._dunning_today()
        own = [
            ("company_id", "=", company.id),
            ("is_dry_run", "=", False),
            ("is_partial", "=", False),
        ]
        run = self.search([*own, ("state", "=", "proposing"), ("date", "=", today)], limit=1)
        if run or not self.search_count([*own, ("date", "=", today)], limit=1):
            return run or self._open(company, today)
        return run

    def _propose_alone(self):
        """Finish the run; what goes wrong in one company does not stop the next one."""
        try:
            self._propose_rest()
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Dunning run %s of %s stopped", self.id, self.company_id.name)
            later = fields.Datetime.add(fields.Datetime.now(), hours=1)
            self.env.ref("mahnwesen_pro.ir_cron_dunning_propose")._trigger(at=later)

    def _propose_rest(self):
        """Go on with an unfinished run, committing after each chunk of customers."""
        for chunk in self._split(self._get_debtor_ids()):
            if self.state != "proposing":
                return
            self._propose_chunk(chunk)
            self.last_partner_id = chunk[-1]
            self.env["ir.cron"]._commit_progress()
        self._close()

    @api.autovacuum
    def _gc_dry_runs(self):
        """Forget dry runs after two days."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        old = self.search([("is_dry_run", "=", True), ("create_date", "<", limit)], limit=100)
        old.notice_ids.unlink()
        old.unlink()
        return len(old), len(old) == 100
