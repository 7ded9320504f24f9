from datetime import timedelta

from odoo import api, models

from ..rules import charges
from ..rules.interest import Payment
from ..tools import to_decimal


class DunningPricing(models.AbstractModel):
    """Adds the charges to the letters that the rules have drafted, for all of them at once.

    The books are read only where a level asks for charges, so that a run without them stays fast.
    """

    _name = "dunning.pricing"
    _description = "Charges of Dunning Letters"

    @api.model
    def _price(self, company, decisions, date, notices=None):
        """Return the decisions, their drafts with charges as of ``date``.

        :param notices: the notices that are decided on again: what was waived there stays waived
        """
        drafts = [draft for decision in decisions for draft in decision.drafts]
        costly = self._query_return_costs(drafts)
        asking = [draft for draft in drafts if self._asks(draft, costly)]
        if not asking:
            return decisions
        priced = dict(
            zip(map(id, asking), self._price_drafts(company, asking, date, notices), strict=True)
        )
        return [
            decision._replace(
                drafts=tuple(priced.get(id(draft), draft) for draft in decision.drafts)
            )
            for decision in decisions
        ]

    @staticmethod
    def _asks(draft, costly):
        """Whether a level of the letter asks for charges, or a bank did."""
        return draft.debtor.policy.mode == "dun" and any(
            charges.asks(claim.level) or claim.item.move_id in costly for claim in draft.claims
        )

    def _query_return_costs(self, drafts):
        """Return the invoices of the letters for which the bank took a cost of return."""
        move_ids = {claim.item.move_id for draft in drafts for claim in draft.claims}
        moves = self.env["account.move"].sudo()  # a plain fact, whoever asks
        domain = [("id", "in", list(move_ids)), ("dunning_return_cost", ">", 0)]
        return set(moves.search(domain).ids) if move_ids else set()

    def _price_drafts(self, company, drafts, date, notices):
        """Yield the drafts with their charges; a fixed number of queries for all of them."""
        items = [claim.item for draft in drafts for claim in draft.claims]
        credit_ids = [credit.line_id for draft in drafts for credit in draft.credits]
        line_ids = [item.line_id for item in items]
        entries = self.env["dunning.ledger"]._get_entries(company, line_ids + credit_ids, date)
        earlier = self.env["dunning.notice.charge"]._get_earlier(company, items, date)
        waived = self._get_waived(notices)
        tariffs = self._get_tariffs(company, drafts, date, entries)
        for draft in drafts:
            known = [one for c in draft.claims for one in earlier.get(c.item.line_id, ())]
            key = (draft.debtor.partner_id, draft.currency_id)
            found = charges.charges(
                [
                    charges.Claimed(c.item.line_id, c.level, c.item.residual - c.amount)
                    for c in draft.claims
                ],
                draft.level,
                draft.channels,
                entries,
                tariffs[key]._replace(waived=waived.get(key, {})),
                dict.fromkeys(known),
                [Payment(entries[c.line_id].booked, c.deducted) for c in draft.credits],
            )
            yield draft._replace(charges=found)

    @api.model
    def _get_waived(self, notices):
        """Return {(customer, currency): {(kind, item, earlier charge): reason}} of what was waived
        on notices.
        """
        waived = {}
        for notice in notices or ():
            waivers = notice.charge_ids._get_waivers()
            reasons = {key: values["waive_reason"] for key, values in waivers.items()}
            waived[notice.partner_id.id, notice.currency_id.id] = reasons
        return waived

    def _get_tariffs(self, company, drafts, date, entries):
        """Return {(customer, currency): :class:`charges.Tariff`}."""
        law = company._get_dunning_law()
        first = min((entry.booked for entry in entries.values()), default=date)
        common = charges.Tariff(
            day=date,
            law=law,
            base_rates=tuple(self.env["dunning.base.rate"]._get_rates(company.country_id)),
            holidays=company._get_public_holidays(first, date + timedelta(days=366)),
            convention=company.dunning_day_count,
        )
        partners = self.env["res.partner"].sudo().with_company(company)  # plain facts
        customers = partners.browse({draft.debtor.partner_id for draft in drafts})
        customers.fetch(customers._get_dunning_money_fields())
        exchange = self._get_exchange(company, {draft.currency_id for draft in drafts}, law, date)
        tariffs = {}
        for draft in drafts:
            customer = customers.browse(draft.debtor.partner_id)
            rate = to_decimal(customer.dunning_agreed_rate)
            tariffs[customer.id, draft.currency_id] = common._replace(
                country=(customer.country_id or company.country_id).code or "",
                is_agreed=customer.dunning_charges_agreed or bool(rate),
                agreed_rate=rate or None,
                **exchange[draft.currency_id],
            )
        return tariffs

    def _get_exchange(self, company, currency_ids, law, date):
        """Return {currency: the rates of exchange that a tariff needs, and its smallest amount}.

        Where Odoo has no rate it takes 1; nothing is charged by such a rate.
        """
        Currency = self.env["res.currency"]
        lump = Currency.search([("name", "=", law.lump_currency if law else "EUR")])
        exchange = {}
        for currency in Currency.browse(currency_ids):
            exchange[currency.id] = {
                "fee_rate": self._get_rate(company.currency_id, currency, company, date),
                "lump_rate": self._get_rate(lump, currency, company, date) if lump else None,
                "unit": to_decimal(currency.rounding),
            }
        return exchange

    def _get_rate(self, source, target, company, date):
        """Return what one unit of ``source`` is worth in ``target``, None if that is not known."""
        if source == target:
            return to_decimal(1)
        known = all(currency._has_dunning_rate(company, date) for currency in source | target)
        if not known:
            return None
        return to_decimal(source._get_conversion_rate(source, target, company, date))
