from odoo import api, fields, models
from odoo.fields import Domain

from .dunning_call_planning import Plan


class DunningAgreementWatch(models.AbstractModel):
    """What promises and plans share: a scheduled action looks at each of them once a day.

    Whoever inherits says which ones (:meth:`_get_watched_domain`) and what to do (``_check``).
    """

    _name = "dunning.agreement.watch"
    _description = "Watch over Agreements"

    checked_on = fields.Date(readonly=True, copy=False, index="btree_not_null")
    is_under_way = fields.Boolean(
        string="Money on its Way",
        readonly=True,
        copy=False,
        help="Money was seen that nobody has assigned yet. Nothing is broken or missed meanwhile.",
    )

    @api.model
    def _get_watched_domain(self, today):
        """Return the domain of what has to be looked at on ``today``."""
        raise NotImplementedError

    @api.model
    def check(self, agreements=None):
        """Bring promises or plans up to date with the books.

        :param agreements: which ones; all watched ones of the user's companies when empty
        :return: those that are decided now
        """
        found = self.browse() if agreements is None else agreements
        for company in self.env.companies if agreements is None else found.company_id:
            watched = self._get_watched_domain(company._dunning_today())
            own = Domain("company_id", "=", company.id)
            own &= Domain.TRUE if agreements is None else Domain("id", "in", agreements.ids)
            found |= self.search(own & watched)
        return found._check()

    @api.model
    def _cron_check(self, batch=100):
        """Look once a day at what is watched, a batch after the other."""
        for company in self.env["res.company"].search([]):
            today = company._dunning_today()
            domain = Domain("company_id", "=", company.id) & self._get_watched_domain(today)
            domain &= Domain("checked_on", "=", False) | Domain("checked_on", "<", today)
            if not self._check_batches(domain, batch):
                break

    @api.model
    def _check_batches(self, domain, batch):
        """Check what the domain finds; return whether time is left. Others may hold a lock on some
        of it: the next day finds those again.
        """
        last = 0
        while todo := self.search(domain & Domain("id", ">", last), limit=batch, order="id"):
            last = todo[-1].id
            self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
            locked = todo.try_lock_for_update(allow_referencing=True)
            locked.filtered_domain(domain)._check()
            if not self.env["ir.cron"]._commit_progress(len(todo)):
                return False
        return True

    def _call_again(self):
        """Plan a call with each customer whose policy asks for it, about all that was broken."""
        for company, own in self.grouped("company_id").items():
            policies = own.partner_id.with_company(company)._get_dunning_policies()
            plans = [
                Plan(partner, "broken_promise", moves=broken.item_ids.move_id)
                for partner, broken in own.grouped("partner_id").items()
                if policies[partner].promise_broken == "call"
            ]
            self.env["dunning.call"]._plan_many(company, plans)
