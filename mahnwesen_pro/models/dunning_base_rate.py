from itertools import pairwise

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..rules.interest import Rate
from ..tools import to_decimal


class DunningBaseRate(models.Model):
    """The base rate of a country for a period; default interest lies so many points above it.

    Never taken from the text of § 247 BGB, which still prints the first rate of all: in Germany the
    Bundesbank announces it for each half-year, in Austria the Oesterreichische Nationalbank.
    """

    _name = "dunning.base.rate"
    _description = "Base Rate"
    _order = "country_id, date_from desc"

    country_id = fields.Many2one(
        "res.country", required=True, index=True, default=lambda self: self.env.company.country_id
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_next_start()
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        help="The last day of the half-year. No interest is charged for days behind the last rate.",
    )
    rate = fields.Float(
        string="Rate in %",
        digits=(6, 2),
        aggregator=None,
        required=True,
        help="In Austria the rate on the first day of a half-year counts for all of it.",
    )
    is_uncertain = fields.Boolean(
        string="To be Checked", help="Not confirmed by the central bank. Compare before you use it."
    )
    source = fields.Char(help="Where the rate was read.")

    _period = models.Constraint("CHECK(date_from <= date_to)", "A rate ends after it begins.")
    _rate_plausible = models.Constraint(
        "CHECK(rate > -10 AND rate < 30)",
        "Enter the rate in percent a year, for example 1.52 for 1.52 %.",
    )

    @api.depends("country_id", "date_from", "rate")
    def _compute_display_name(self):
        for rate in self:
            day = format_date(self.env, rate.date_from) if rate.date_from else ""
            rate.display_name = f"{rate.country_id.code or ''} {day}: {rate.rate} %"

    @api.depends("date_from")
    def _compute_date_to(self):
        for rate in self:
            start = rate.date_from
            rate.date_to = start and start + relativedelta(
                month=6 if start.month <= 6 else 12, day=31
            )

    @api.model
    def _get_next_start(self):
        """Return the day behind the last known rate of the company's country."""
        last = self._get_last_day(self.env.company.country_id)
        return last and fields.Date.add(last, days=1)

    @api.constrains("country_id", "date_from", "date_to")
    def _check_periods(self):
        """The rates of a country follow each other: no day has two, none in between has none."""
        self._check_countries(self.country_id)

    @api.model
    def _check_countries(self, countries):
        for country, rates in self._get_by_country(countries).items():
            for earlier, later in pairwise(rates):
                if later.date_from <= earlier.date_to:
                    raise ValidationError(
                        self.env._(
                            "%(country)s: the rates from %(first)s and from %(second)s overlap. "
                            "End the first one before the second begins.",
                            country=country.name,
                            first=format_date(self.env, earlier.date_from),
                            second=format_date(self.env, later.date_from),
                        )
                    )
                if later.date_from > fields.Date.add(earlier.date_to, days=1):
                    raise ValidationError(
                        self.env._(
                            "%(country)s: no rate is known between %(first)s and %(second)s. Enter "
                            "that period first.",
                            country=country.name,
                            first=format_date(self.env, earlier.date_to),
                            second=format_date(self.env, later.date_from),
                        )
                    )

    @api.model
    def _get_by_country(self, countries):
        """Return {country: its rates, the oldest first}."""
        rates = self.search([("country_id", "in", countries.ids)], order="country_id, date_from")
        return rates.grouped("country_id")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_between(self):
        """Only the newest rates can be deleted, so that no gap comes into being."""
        for country, rates in self._get_by_country(self.country_id).items():
            kept = rates - self
            if kept and kept != rates[: len(kept)]:
                raise UserError(
                    self.env._(
                        "%s: only the newest rates can be deleted, otherwise interest for the days "
                        "between could no longer be explained.",
                        country.name,
                    )
                )

    # === FOR THE RULES ===

    @api.model
    def _get_rates(self, country):
        """Return the base rates of a country as :class:`interest.Rate`."""
        found = self.sudo().search_fetch(  # the rates are public, whoever asks
            [("country_id", "=", country.id)], ["date_from", "date_to", "rate"]
        )
        return [Rate(one.date_from, one.date_to, to_decimal(one.rate)) for one in found]

    @api.model
    def _get_last_day(self, country):
        """Return the last day whose rate is known, None where there is none at all."""
        last = self.search([("country_id", "=", country.id)], order="date_to desc", limit=1)
        return last.date_to or None
