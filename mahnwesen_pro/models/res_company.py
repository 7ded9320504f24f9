from datetime import datetime, timedelta

import holidays
import pytz

from odoo import api, fields, models, tools

from ..rules import workdays


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Default Dunning Policy",
        domain="[('mode', 'not in', ('insolvent', 'deceased'))]",
        help="Applies to customers without a policy of their own. A branch without one follows its "
        "parent company.",
        prefetch="dunning",
    )
    dunning_user_id = fields.Many2one(
        "res.users",
        string="Dunning Clerk",
        help="Contact on the letters, gets the tasks.",
        prefetch="dunning",
    )
    dunning_auto_propose = fields.Boolean(
        string="Propose each Morning",
        default=True,
        help="A scheduled run proposes; people review.",
        prefetch="dunning",
    )
    dunning_auto_send = fields.Boolean(
        string="Send without a Click",
        help="Approved notices are sent by the scheduled action, and levels marked as automatic "
        "need no approval.",
        prefetch="dunning",
    )
    dunning_bank_days = fields.Integer(
        string="Bank not Older than",
        default=5,
        help="In working days. When the newest booking of a bank journal is older, nothing is sent "
        "without a click. 0 = do not look.",
        prefetch="dunning",
    )
    dunning_unsent = fields.Selection(
        [
            ("hold", "Do not remind"),
            ("show", "Show it in the review"),
            ("ignore", "Do not look"),
        ],
        string="Invoice never Sent",
        default="show",
        required=True,
        prefetch="dunning",
    )
    dunning_pause_ids = fields.One2many("dunning.pause", "company_id", string="Dunning Calendar")
    dunning_link_days = fields.Integer(
        string="Link Holds for Days",
        default=180,
        help="How long the link in a letter or e-mail opens the customer's page without a login.",
        prefetch="dunning",
    )
    dunning_letter_form = fields.Selection(
        [("b", "DIN 5008 form B (window at 45 mm)"), ("a", "DIN 5008 form A (window at 27 mm)")],
        string="Letter Form",
        default="b",
        required=True,
        prefetch="dunning",
    )

    dunning_bank_account_id = fields.Many2one(
        "res.partner.bank", compute="_compute_dunning_bank_account_id", compute_sudo=True
    )

    @api.depends(
        "bank_journal_ids.bank_account_id", "bank_journal_ids.sequence", "partner_id.bank_ids"
    )
    def _compute_dunning_bank_account_id(self):
        """The account that customers pay to: of the first bank journal, else the first of all."""
        journals = self.env["account.journal"]
        for company in self:
            found = journals.search(
                [
                    *journals._check_company_domain(company),
                    ("type", "=", "bank"),
                    ("bank_account_id", "!=", False),
                ],
                limit=1,
            )
            company.dunning_bank_account_id = found.bank_account_id or company.bank_ids[:1]

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_dunning_sequence()
        companies._set_default_dunning_policy()
        return companies

    def _set_default_dunning_policy(self):
        """Give companies without a policy the shipped one; branches follow their parent."""
        todo = self.filtered(
            lambda company: not company.dunning_policy_id and not company.parent_id
        )
        todo.dunning_policy_id = self.env.ref(
            "mahnwesen_pro.dunning_policy_default", raise_if_not_found=False
        )

    def _create_dunning_sequence(self):
        """Create the number sequence of notices, one per company, counted per year."""
        self.env["ir.sequence"].sudo().create(  # sequences are technical, created with the company
            [
                {
                    "name": self.env._("Dunning notices of %s", company.name),
                    "code": "dunning.notice",
                    "prefix": "MA/%(range_year)s/",
                    "padding": 5,
                    "use_date_range": True,
                    "company_id": company.id,
                }
                for company in self
            ]
        )

    def _next_dunning_number(self, date):
        """Return the next notice number of the year of ``date``. Gaps are allowed."""
        [number] = self._next_dunning_numbers(date, 1)
        return number

    def _next_dunning_numbers(self, date, count):
        """Return the next ``count`` notice numbers of the year of ``date``.

        The counter is looked up once, as ``ir.sequence.next_by_code`` does for each number.
        """
        self.ensure_one()
        sequence = (
            self.env["ir.sequence"]
            .sudo()  # clerks only take numbers
            .with_context(ir_sequence_date=date)
            .search(
                [("code", "=", "dunning.notice"), ("company_id", "in", [self.id, False])],
                order="company_id",
                limit=1,
            )
        )
        if not sequence.use_date_range:
            return [sequence._next() for _number in range(count)]
        years = sequence.date_range_ids.filtered(lambda y: y.date_from <= date <= y.date_to)
        year = years[:1] or sequence._create_date_range_seq(date)
        year = year.with_context(ir_sequence_date_range=year.date_from)
        return [year._next() for _number in range(count)]

    def _get_dunning_policy(self):
        """Return the company's policy, or that of the nearest parent that has one."""
        self.ensure_one()
        family = self.sudo().parent_ids  # a branch follows parents that its clerk may not see
        return family[::-1].filtered("dunning_policy_id")[:1].dunning_policy_id

    def _dunning_today(self):
        """Return today's date at the company's place."""
        zone = pytz.timezone(self._get_dunning_zone())
        return pytz.utc.localize(datetime.utcnow()).astimezone(zone).date()

    def _get_dunning_zone(self):
        """Return the name of the company's time zone: that of its contact, else Berlin."""
        self.ensure_one()
        return self.partner_id.tz or "Europe/Berlin"

    def _get_dunning_clerk(self):
        """Return the company's dunning clerk; without one, a manager, so that no task is lost."""
        self.ensure_one()
        return self.dunning_user_id or self._get_dunning_manager()

    def _get_dunning_manager(self):
        """Return a manager of the company's dunning, the one who is there longest."""
        self.ensure_one()
        managers = self.env.ref("mahnwesen_pro.group_dunning_manager").sudo()  # only names a person
        return managers.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )[:1].sudo(False)

    def _get_dunning_pause(self, date):
        """Return the entry of the company's calendar that holds on ``date``, empty for none."""
        self.ensure_one()
        pauses = self.sudo().dunning_pause_ids  # the calendar holds whoever asks
        return pauses.filtered(lambda pause: pause.date_start <= date <= pause.date_end)[:1]

    def _get_stale_banks(self, date):
        """Return [(bank journal, day of its newest booking or None)] of those that lag behind.

        A reminder is only as right as the books: see ``dunning_bank_days``.
        """
        self.ensure_one()
        if not self.dunning_bank_days:
            return []
        holidays = self._dunning_holidays(date - timedelta(days=60), date)
        limit = workdays.workdays_before(date, self.dunning_bank_days, holidays)
        journals = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.id)]
        )
        groups = self.env["account.move.line"]._read_group(
            [("journal_id", "in", journals.ids), ("parent_state", "=", "posted")],
            ["journal_id"],
            ["date:max"],
        )
        return [(journal, day) for journal, day in groups if day < limit]

    def _dunning_holidays(self, first, last):
        """Return the days without work at the company's place between two dates, as a set.

        Public holidays, and the days of the company's own dunning calendar.
        """
        self.ensure_one()
        return self._get_public_holidays(first, last) | self._get_pause_days(first, last)

    def _get_pause_days(self, first, last):
        pauses = self.sudo().dunning_pause_ids  # see above
        return {
            pause.date_start + timedelta(days=day)
            for pause in pauses
            if pause.date_end >= first and pause.date_start <= last
            for day in range((pause.date_end - pause.date_start).days + 1)
        }

    def _get_public_holidays(self, first, last):
        country = self.country_id.code or "DE"
        years = tuple(range(first.year, last.year + 1))
        return self._get_holidays(country, self.state_id.code or "", years)

    @api.model
    @tools.ormcache("country", "state", "years")
    def _get_holidays(self, country, state, years):
        """Return the holidays of a country, with those of the state where it is known."""
        try:
            return frozenset(holidays.country_holidays(country, subdiv=state or None, years=years))
        except NotImplementedError:
            return frozenset()
