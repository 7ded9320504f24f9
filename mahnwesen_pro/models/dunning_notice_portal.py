from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import plaintext2html, str2bool

from ..rules import open_today
from ..tools import to_decimal

#: Notices in these states have left the house, or are just about to: their customer may see them.
PORTAL_STATES = ("sending", "sent")

#: Characters of a message from the page.
MESSAGE_LENGTH = 2000


class OpenToday(NamedTuple):
    """What of a notice is open today: {line: amount}, charges, and what is to be paid."""

    items: dict
    charges: Decimal
    total: Decimal


class DunningNoticePortal(models.AbstractModel):
    """The customer's own page: who may open it, what is open today, what he pays and writes.

    Customers have no access right on notices. They see what the page shows, and every way there
    leads through :meth:`_find_for_portal`.
    """

    _name = "dunning.notice.portal"
    _description = "Customer's Page of a Dunning Notice"
    _inherit = ["dunning.portal.mixin"]

    # === WHO MAY OPEN IT ===

    def _compute_access_url(self):
        for notice in self:
            notice.access_url = f"/my/dunning/{notice.id}"

    def _get_portal_link(self):
        """Return the address of the customer's page; with its secret as soon as it is numbered."""
        self.ensure_one()
        return self.get_base_url() + (self.get_portal_url() if self.name else self.access_url)

    @api.model
    def _portal_domain(self):
        """Return the domain of the notices that can be seen on the portal at all."""
        return Domain("state", "in", PORTAL_STATES) & Domain("is_opening", "=", False)

    @api.model
    def _own_domain(self):
        """Return the domain of the notices that the user sees after logging in: those of his firm,
        from the companies that he deals with.
        """
        user = self.env.user
        if user._is_public():
            return Domain.FALSE
        customer = user.partner_id.commercial_partner_id
        return (
            self._portal_domain()
            & Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )

    @api.model
    def _find_for_portal(self, notice_id, token=None):
        """Return the notice as superuser if the user or the token opens it, else nothing.

        Nothing tells a wrong token from a foreign, withdrawn, expired or invented notice.
        """
        everything = self.sudo()  # customers have no access right; what follows decides
        notice = everything.search(Domain("id", "=", notice_id) & self._portal_domain())
        if notice and (notice._is_own() or notice._is_for_colleague() or notice._has_token(token)):
            return notice
        return everything.browse()

    def _is_for_colleague(self):
        """Whether the user is one of us and may read the notice anyway."""
        return self.sudo(False).has_access("read")

    def _get_link_end(self):
        """Return the last day on which the link of the letter opens the page."""
        self.ensure_one()
        return (self.date_sent or self.date) + timedelta(days=self.company_id.dunning_link_days)

    # === WHAT IS OPEN TODAY ===

    def _get_open_today(self):
        """Return what of the notice is open today as :class:`OpenToday`."""
        self.ensure_one()
        paused = self._get_paused_parts()
        items = {line: self._get_open_amount(line, paused) for line in self.line_ids}
        claims = [amount for line, amount in items.items() if line.kind == "claim"]
        credits_ = [amount for line, amount in items.items() if line.kind == "credit"]
        charges = open_today.charges(self._get_charges_owed(), claims)
        return OpenToday(items, charges, open_today.total(claims, credits_, charges))

    def _get_open_amount(self, line, paused):
        sign = 1 if line.kind == "claim" else -1
        items = self._get_live_items(line)
        residual = sum(to_decimal(item.amount_residual_currency) for item in items) * sign
        blocks = paused.filtered(
            lambda block: (
                block.move_id == line.move_id
                and (not block.move_line_id or block.move_line_id in items)
            )
        )
        aside = sum((self._get_aside(block, items) for block in blocks), open_today.ZERO)
        return open_today.item(to_decimal(line.amount_open), residual, aside)

    @staticmethod
    def _get_aside(block, items):
        """Return how much of a paused part falls on the items of a line.

        An amount paused on a whole invoice is used up from its oldest instalment on.
        """
        amount = to_decimal(block.amount)
        if block.move_line_id or not items:
            return amount
        due = min(item.date_maturity or item.date for item in items)
        older = block.move_id.line_ids.filtered(
            lambda item: (
                item.account_id.account_type == "asset_receivable"
                and item.amount_residual_currency > 0
                and (item.date_maturity or item.date) < due
            )
        )
        used = sum(to_decimal(item.amount_residual_currency) for item in older)
        return max(open_today.ZERO, amount - used)

    @staticmethod
    def _get_live_items(line):
        """Return the posted journal items behind a line; after a reset to draft by the due date."""
        items = line.move_line_id or line.move_id.line_ids.filtered(
            lambda item: (
                item.account_id.account_type == "asset_receivable"
                and (item.date_maturity or item.date) == line.date_due
            )
        )
        return items.filtered(lambda item: item.parent_state == "posted")

    def _get_paused_parts(self):
        """Return the pauses of parts of the invoices. A pause of a whole item stops our letters,
        it does not keep the customer from paying.
        """
        blocks = self.env["dunning.block"]
        return blocks.search(
            blocks._running_domain(self.company_id._dunning_today())
            & Domain("move_id", "in", self.claim_ids.move_id.ids)
            & Domain("amount", ">", 0)
        )

    def _get_newer_letter(self):
        """Return the newest later letter that asks for one of the same invoices, if there is one:
        the customer is not to take them for two debts.
        """
        self.ensure_one()
        return self.search(
            self._portal_domain()
            & Domain("id", ">", self.id)
            & Domain("claim_ids.move_id", "in", self.claim_ids.move_id.ids),
            limit=1,
        )

    # === PAYING ===

    def _get_payment_providers(self, partner):
        """Return the providers by which ``partner`` can pay what is open today, as superuser."""
        self.ensure_one()
        settings = self.env["ir.config_parameter"].sudo()  # whoever asks, the answer is the same
        providers = self.env["payment.provider"].sudo()  # only the payment form shows them
        enabled = settings.get_param("account_payment.enable_portal_payment") or "0"
        total = self._get_open_today().total
        if not str2bool(enabled) or not total or self._get_pending_payment():
            return providers
        return providers._get_compatible_providers(
            self.company_id.id, partner.id, float(total), currency_id=self.currency_id.id
        )

    def _get_pending_payment(self):
        """Return a payment that is under way for one of the invoices. Transfers announced by hand
        do not count: nobody knows whether they were made.
        """
        transactions = self.claim_ids.move_id.transaction_ids
        return transactions.filtered(
            lambda tx: tx.state in ("pending", "authorized") and tx.provider_code != "custom"
        )[:1]

    def _get_invoices_to_pay(self):
        """Return the invoices of which the notice still asks for something."""
        items = self._get_open_today().items
        return self.claim_ids.filtered(lambda line: items[line]).move_id

    def _get_payment_limits(self):
        """Return {id of a journal item: how much of it a payment may settle}: what the claims of
        the notice are today without what is set aside; without a notice, nothing is limited.
        """
        limits = {}
        for line, rest in self._get_open_today().items.items() if self else ():
            for item in self._get_live_items(line) if line.kind == "claim" else ():
                part = min(rest, to_decimal(item.amount_residual_currency))
                limits[item.id], rest = float(part), rest - part
        return limits

    def _allocate_credits(self, credits_):
        """Reconcile credits of the notice with its claims, and leave alone what is set aside.

        :param credits_: lines of the notice
        """
        limits = self._get_payment_limits()
        items = self.env["account.move.line"].browse(item for item in limits if limits[item])
        for line in credits_:
            items |= self._get_live_items(line)
        items = items.with_context(dunning_limits=limits)
        for group in (
            items.filtered(lambda item: not item.reconciled).grouped("account_id").values()
        ):
            signs = {item.amount_residual > 0 for item in group}
            if len(signs) == 2:
                group.reconcile()

    # === WRITING TO US ===

    def _check_portal_message(self, text):
        """Return why a message cannot be taken, as a sentence for the customer; "" if it can."""
        self.ensure_one()
        if not text.strip():
            return self.env._("Please write something first.")
        if len(text) > MESSAGE_LENGTH:
            return self.env._("Please shorten your message to %s characters.", MESSAGE_LENGTH)
        return ""

    def _receive_portal_message(self, text, author):
        """Put what the customer wrote on his page into the conversation; the clerk gets a task.

        :param str text: plain text as he typed it
        :param author: the ``res.partner`` who writes
        """
        self.ensure_one()
        self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=plaintext2html(text.strip()),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
