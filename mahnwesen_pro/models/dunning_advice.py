from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount
from odoo.tools.misc import formatLang

from ..rules import advice
from .dunning_collection_case import OPEN_STATES

VERDICTS = [
    ("not_yet", "Not yet"),
    ("talk", "Talk first"),
    ("last_chance", "Last-chance letter"),
    ("hand_over", "Hand over"),
    ("management", "Management decides"),
    ("not_worth", "Not worth it"),
    ("write_off", "Write off advised"),
]
DECISIONS = [
    ("wait", "Wait"),
    ("talk", "Talk first"),
    ("last_chance", "Last-chance letter"),
    ("hand_over", "Hand over"),
    ("keep", "Do not pursue"),
    ("write_off", "Write off"),
]

#: After such a decision the debtor comes up again so many days later.
REVIEW_DAYS = {"wait": 14, "talk": 7, "last_chance": 14, "keep": 180}

MONEY = ("amount", "revenue", "orders")


class DunningAdvice(models.Model):
    """The adviser's recommendation for one debtor, and what a person made of it (METHOD C1).

    The undecided advice of a debtor is weighed anew by schedule; one that was decided is kept as it
    was, with its factors.
    """

    _name = "dunning.advice"
    _description = "Collection Advice"
    _order = "score desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date = fields.Date(string="Weighed on", required=True, readonly=True)
    verdict = fields.Selection(VERDICTS, required=True, readonly=True, index=True)
    reason = fields.Char(required=True, readonly=True)
    sentence = fields.Char(string="Why", compute="_compute_sentence")
    score = fields.Float(readonly=True, digits=(6, 1))
    factors = fields.Json(string="Weighed Facts", readonly=True)
    factor_html = fields.Html(string="Factors", compute="_compute_factor_html", sanitize=False)
    amount = fields.Monetary(string="Overdue", readonly=True, currency_field="company_currency_id")
    cost_agency = fields.Monetary(
        string="Agency, Expected",
        readonly=True,
        currency_field="company_currency_id",
        help="What an agency may ask at most for the overdue sum (§ 13e RDG), without VAT.",
    )
    cost_court = fields.Monetary(
        string="Court, Expected",
        readonly=True,
        currency_field="company_currency_id",
        help="The fee for an order for payment (KV 1100 GKG).",
    )
    days_overdue = fields.Integer(readonly=True)
    date_limitation = fields.Date(string="Statute-barred after", readonly=True)
    state = fields.Selection(
        [("open", "To decide"), ("decided", "Decided")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    decision = fields.Selection(DECISIONS, readonly=True)
    decision_reason = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    date_review = fields.Date(string="Look again on", readonly=True)
    case_ids = fields.One2many("dunning.collection.case", "advice_id", readonly=True)

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'open'",
        "An advice about this customer is open already.",
    )

    # === SHOWING ===

    @api.depends("partner_id", "verdict")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["verdict"]._description_selection(self.env))
        for record in self:
            record.display_name = (
                f"{record.partner_id.name or ''}: {labels.get(record.verdict, '')}"
            )

    @api.depends("verdict", "reason")
    @api.depends_context("lang")
    def _compute_sentence(self):
        sentences = self.env["dunning.collection.sentence"]
        for record in self:
            record.sentence = record.verdict and sentences._verdict(record.verdict, record.reason)

    @api.depends("factors")
    @api.depends_context("lang")
    def _compute_factor_html(self):
        for record in self:
            record.factor_html = self.env["ir.qweb"]._render(
                "mahnwesen_pro.dunning_advice_factors", {"rows": record._get_rows()}
            )

    def _get_rows(self):
        """Return the factors as (name, value, weight, points, sentence) for people."""
        sentences = self.env["dunning.collection.sentence"]
        rows = []
        for code, value, weight, points in self.factors or []:
            shown = self._show(code, value)
            rows.append(
                (
                    sentences._factor_name(code),
                    shown,
                    weight,
                    formatLang(self.env, float(points), digits=1),
                    sentences._factor(code, shown),
                )
            )
        return rows

    def _show(self, code, value):
        """Return the value of a factor as text, "" where it is not known."""
        if value is None:
            return ""
        number = float(value)
        if code in MONEY:
            return format_amount(self.env, number, self.company_currency_id)
        if code == "late_share":
            return f"{number * 100:.0f} %"
        if code == "trust":
            labels = dict(self.env["res.partner"]._fields["trust"]._description_selection(self.env))
            return labels[{-1: "good", 0: "normal", 1: "bad"}[int(number)]]
        return formatLang(self.env, number, digits=1 if code == "years" else 0)

    # === WEIGHING ===

    @api.model
    def _recompute(self, company, partners):
        """Weigh anew for customers and return their open advices.

        :param partners: commercial partners; those who owe nothing overdue are left out
        """
        today = company._dunning_today()
        gathered = self.env["dunning.collection.facts"]._gather(company, partners, today)
        terms, weights = company._get_dunning_advice_terms(), company._get_dunning_advice_weights()
        system = self.sudo()  # advices are written by the adviser, whoever asks
        known = system.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("state", "=", "open"),
            ]
        ).grouped("partner_id")
        made, new = [], []
        for partner, facts in gathered.items():
            vals = self._prepare_vals(company, partner, facts, terms, weights, today)
            if partner in known:
                known[partner].write(vals)
                made.append(known[partner].id)
            else:
                new.append(vals)
        settled = [known[partner] for partner in known if partner not in gathered]
        system.browse().union(*settled).unlink()
        return self.browse([*made, *system.create(new).ids])

    @api.model
    def _prepare_vals(self, company, partner, facts, terms, weights, today):
        found = advice.advise(facts, terms, weights)
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "date": today,
            "verdict": found.verdict,
            "reason": found.reason,
            "score": float(found.score),
            "factors": [
                [f.code, None if f.value is None else str(f.value), f.weight, str(f.points)]
                for f in found.factors
            ],
            "amount": float(facts.amount),
            "cost_agency": float(facts.cost_agency),
            "cost_court": float(facts.cost_court),
            "days_overdue": facts.days_overdue,
            "date_limitation": facts.limitation is not None
            and today + timedelta(days=facts.limitation),
        }

    @api.model
    def _find_candidates(self, company, today, after=0, limit=None):
        """Return the customers whom the adviser looks at: the last level was sent for an item, no
        case is open, nobody has just decided, and today's advice is not made yet.

        :param int after: only customers with a higher id, to go on with the next batch
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.commercial_partner_id
                  FROM account_move move
                  JOIN dunning_level level ON level.id = move.dunning_level_id
                  JOIN res_partner partner ON partner.id = move.commercial_partner_id
                 WHERE move.company_id = %(company)s
                   AND move.commercial_partner_id > %(after)s
                   AND move.state = 'posted'
                   AND move.payment_state IN ('not_paid', 'partial')
                   AND (NOT EXISTS (SELECT 1 FROM dunning_level higher
                                     WHERE higher.policy_id = level.policy_id
                                       AND higher.active AND higher.rank > level.rank)
                        OR COALESCE((partner.dunning_cap->>(%(company)s::text))::int, 0)
                           BETWEEN 1 AND level.rank)
                   AND NOT EXISTS (SELECT 1 FROM dunning_collection_case file
                                    WHERE file.company_id = move.company_id
                                      AND file.partner_id = move.commercial_partner_id
                                      AND file.state = ANY(%(open)s))
                   AND NOT EXISTS (SELECT 1 FROM dunning_advice advice
                                    WHERE advice.company_id = move.company_id
                                      AND advice.partner_id = move.commercial_partner_id
                                      AND (advice.date_review > %(today)s
                                           OR (advice.state = 'open' AND advice.date = %(today)s)))
                 ORDER BY 1
                 LIMIT %(limit)s
                """,
                company=company.id,
                after=after,
                open=list(OPEN_STATES),
                today=today,
                limit=limit,
            )
        )
        return self.env["res.partner"].browse([partner_id for (partner_id,) in rows])

    @api.model
    def _cron_advise(self, batch=200):
        """Weigh anew, in batches, whoever has come to the end of the ladder."""
        crons = self.env["ir.cron"]
        self._drop_outdated()
        for company in self.env["res.company"].search([]):
            maker = self.with_company(company)
            today, last = company._dunning_today(), 0
            while partners := maker._find_candidates(company, today, last, batch):
                maker._recompute(company, partners)
                last = partners[-1].id
                if not crons._commit_progress(len(partners), remaining=len(partners)):
                    return
        crons._commit_progress(remaining=0)

    @api.model
    def _drop_outdated(self):
        """An advice that nobody decided goes when its customer owes nothing overdue any more."""
        for company, advices in self.search([("state", "=", "open")]).grouped("company_id").items():
            today = company._dunning_today()
            owing = self.env["dunning.collection.facts"]._query_overdue(
                company, advices.partner_id, today
            )
            advices.filtered(lambda record, owing=owing: record.partner_id.id not in owing).unlink()

    @api.model
    def _drop_twins(self, partners, destination):
        """Leave one open advice per company of customers that are being merged, and return those.

        The others are superseded: what stays has to be weighed anew for both together.
        """
        advices = self.search([("partner_id", "in", partners.ids), ("state", "=", "open")])
        kept = self.browse()
        for own in advices.grouped("company_id").values():
            kept |= own.sorted(lambda advice: (advice.partner_id != destination, advice.id))[:1]
        (advices - kept).unlink()
        return kept

    def action_reweigh(self):
        """Weigh anew, with the facts of today."""
        for company, advices in self.grouped("company_id").items():
            self.with_company(company)._recompute(company, advices.partner_id)
        return True

    # === DECIDING ===

    def action_decide(self):
        """Ask what is to be done, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "dunning.advice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_advice_id": self.id},
        }

    def _decide(self, decision, reason, date_review=None):
        """Keep the decision of a person and do what it asks for.

        :param str decision: one of :data:`DECISIONS`
        :param str reason: why; it is kept
        :return: an action to go on with, or True
        """
        self.ensure_one()
        self.env["dunning.collection.case"]._check_right()
        if self.state != "open":
            raise UserError(self.env._("This was decided already."))
        if not (reason or "").strip():
            raise UserError(self.env._("Please give the reason: it is kept with the decision."))
        today = self.company_id._dunning_today()
        days = REVIEW_DAYS.get(decision)
        system = self.sudo()  # advices are written by methods only
        system.write(
            {
                "state": "decided",
                "decision": decision,
                "decision_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "date_review": date_review or (days and today + timedelta(days=days)),
            }
        )
        return getattr(self, f"_carry_out_{decision}", lambda: True)()

    def _carry_out_talk(self):
        partner = self.partner_id
        user = partner.user_id.filtered("active") or partner._get_dunning_clerk(self.company_id)
        self.env["dunning.call"]._plan(partner, self.company_id, "hand_over", user=user)
        return True

    def _carry_out_last_chance(self):
        return self._open_case()

    def _carry_out_hand_over(self):
        return self._open_case()

    def _open_case(self):
        cases = self.env["dunning.collection.case"]
        found = cases._prepare(self.partner_id, self.company_id, advice=self)
        return cases._open_cases([("id", "in", found.ids)])

    def _open_advices(self):
        if len(self) == 1:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mahnwesen_pro.dunning_advice_action"
        )
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}
