import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..tools import is_secret

#: So many messages to one record are taken from a customer within an hour.
MESSAGES_PER_HOUR = 5


class DunningPortalMixin(models.AbstractModel):
    """What the customer's pages share: a link with a secret, who may open it, how often he writes.

    Customers have no access right; whoever inherits says what is theirs and how long a link holds.
    """

    _name = "dunning.portal.mixin"
    _description = "Customer's Page"
    _inherit = ["portal.mixin"]

    @api.model
    def _own_domain(self):
        """Return the domain of what the user sees after logging in."""
        raise NotImplementedError

    def _get_link_end(self):
        """Return the last day on which the link opens the page."""
        raise NotImplementedError

    def _portal_ensure_token(self):
        """Return the secret of the link, made when it is needed first."""
        if not self.access_token:
            maker = self.sudo()  # whoever sends or prints the letter, the link is the same
            maker._write_own({"access_token": secrets.token_urlsafe(24)})
        return self.access_token

    def _is_own(self):
        """Whether the record belongs to the firm of the user who is logged in."""
        return bool(self.filtered_domain(self._own_domain()))

    def _has_token(self, token):
        """Whether ``token`` is the record's own and still holds."""
        self.ensure_one()
        if not is_secret(token, self.access_token):
            return False
        return self._get_link_end() >= self.company_id._dunning_today()

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **_tokens):
        """Leave the token out: it opens our page, not the conversations of our people."""
        return super()._get_thread_with_access(thread_id, mode=mode)

    def _is_written_too_often(self):
        """Whether so much was written here within the last hour that it is no person."""
        self.ensure_one()
        messages = self.env["mail.message"].sudo()  # counted, not shown
        found = messages.search_count(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "comment"),
                ("author_id.partner_share", "=", True),
                ("date", ">", fields.Datetime.now() - timedelta(hours=1)),
            ],
            limit=MESSAGES_PER_HOUR,
        )
        return found >= MESSAGES_PER_HOUR
