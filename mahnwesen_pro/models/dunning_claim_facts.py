from odoo import api, models

from ..rules import discount, eligibility, ladder


class DunningFacts(models.AbstractModel):
    """Booked charges are no items of their own; returned debits and cash discounts have a ladder
    of their own.
    """

    _inherit = "dunning.facts"

    def _query_open_lines(self, company, partner_ids):
        rows = super()._query_open_lines(company, partner_ids)
        booked = self.env["dunning.notice.charge"]._get_booked_lines(company, partner_ids)
        return [row for row in rows if row[0] not in booked] if booked else rows

    @api.model
    def _gather_all(self, company, partner_ids, date, notices=None):
        """Give items that have one the policy of their own, set rightful cash discounts aside."""
        debtors = super()._gather_all(company, partner_ids, date, notices)
        own = self._get_policies_apart(company).ids
        if not own:
            return debtors
        items = [item for debtor in debtors for item in debtor.items]
        deductions = self._get_deductions(company, items)
        policies = self._get_own_policies(company, items, deductions)
        return [
            debtor._replace(
                items=tuple(
                    self._with_policy(
                        self._with_allowed(item, deductions.get(item.line_id)),
                        policies.get(item.line_id),
                        {*own} - {debtor.policy and debtor.policy.id},
                    )
                    for item in debtor.items
                )
            )
            for debtor in debtors
        ]

    @staticmethod
    def _with_policy(item, policy, apart):
        """Return the item as it stands on the ladder of ``policy``, on the ordinary one without.

        :param apart: ids of the policies whose letters do not belong to the ordinary ladder
        """
        if policy:
            steps = [step for step in item.steps if step.policy_id == policy.id]
        else:
            steps = [step for step in item.steps if step.policy_id not in apart]
        return item._replace(policy=policy, **ladder.standing(steps))

    @api.model
    def _restrict(self, debtor, line_ids):
        """The credits stay with the ordinary items, also with those that are left out here."""
        restricted = super()._restrict(debtor, line_ids)
        if self._have_ordinary(debtor) and not self._have_ordinary(restricted):
            return restricted._replace(credits=())
        return restricted

    @staticmethod
    def _have_ordinary(debtor):
        return any(item.policy is None for item in debtor.items)

    @api.model
    def _get_policies_apart(self, company):
        """Return the policies of returned debits and of cash discounts."""
        settings = company.sudo()  # the settings hold whoever asks
        return settings.dunning_return_policy_id | settings.dunning_discount_policy_id

    @api.model
    def _get_deductions(self, company, items):
        """Return {journal item: the cash discount that was deducted}, where these are followed."""
        settings = company.sudo()  # the settings hold whoever asks
        if not settings.dunning_discount_policy_id:
            return {}
        return self.env["dunning.claim.discount"]._find(company, [i.line_id for i in items])

    def _with_allowed(self, item, deduction):
        """Return the item without what the customer had a right to deduct."""
        if not deduction or not deduction.allowed:
            return item
        block = eligibility.Block(deduction.allowed, None, "discount")
        return item._replace(blocks=(*item.blocks, block))

    @api.model
    def _get_own_policies(self, company, items, deductions):
        """Return {journal item: its policy as a rule} of returned debits and cash discounts."""
        settings = company.sudo()  # the settings hold whoever asks
        policies = {}
        wrong = [line for line, one in deductions.items() if one.kind != discount.GRANTED]
        if wrong:
            policies |= dict.fromkeys(wrong, settings.dunning_discount_policy_id._as_rule())
        if settings.dunning_return_policy_id:
            rule = settings.dunning_return_policy_id._as_rule()
            moves = self.env["account.move"].sudo()  # a plain fact, whoever asks
            returned = moves.search(
                [
                    ("id", "in", [item.move_id for item in items]),
                    ("dunning_returned_on", "!=", False),
                ]
            )
            policies |= {item.line_id: rule for item in items if item.move_id in returned.ids}
        return policies

    @api.model
    def _decide_one(self, debtor, date, letters):
        """Decide on items with a policy of their own apart: a letter says one thing."""
        policies = dict.fromkeys(item.policy for item in debtor.items)
        dunned = debtor.policy and debtor.policy.mode == "dun"
        if not dunned or debtor.partner_id in letters or not any(policies):
            return super()._decide_one(debtor, date, letters)
        decide = super()._decide_one
        parts = [self._apart(debtor, policy, policies) for policy in policies]
        return self._merge([decide(part, date, letters) for part in parts])

    @staticmethod
    def _apart(debtor, policy, policies):
        """Return the debtor with the items of one policy; his credits go with the ordinary ones."""
        items = tuple(item for item in debtor.items if item.policy == policy)
        if policy is None:
            return debtor._replace(items=items)
        credits_ = () if None in policies else debtor.credits
        return debtor._replace(policy=policy, items=items, credits=credits_, letters={})

    @staticmethod
    def _merge(decisions):
        return decisions[0]._replace(
            drafts=tuple(draft for one in decisions for draft in one.drafts),
            skips=tuple(skip for one in decisions for skip in one.skips),
            not_due=sum(one.not_due for one in decisions),
            to_reconcile=any(one.to_reconcile for one in decisions),
        )

    def _query_notices(self, company, partner_ids, ignored=None):
        """Letters with a ladder of their own do not make the ordinary ones wait."""
        policies = self._get_policies_apart(company)
        apart = self.env["dunning.notice"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", list(partner_ids)),
                ("state", "=", "sent"),
                ("level_id.policy_id", "in", policies.ids),
            ]
        )
        return super()._query_notices(company, partner_ids, (ignored or apart.browse()) | apart)
