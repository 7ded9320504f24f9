from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import incoming

RETURN_REASONS = [
    ("moved", "Moved away"),
    ("unknown", "Unknown at this address"),
    ("refused", "Refused"),
    ("other", "Other"),
]

#: Reasons after which no further letter goes to the address.
WRONG_ADDRESS = ("moved", "unknown")


class DunningDeliveryReturn(models.AbstractModel):
    """What comes back after it left the house: e-mails that bounce, letters from the post."""

    _name = "dunning.delivery.return"
    _description = "Returned Delivery"

    date_returned = fields.Date(string="Came Back on", readonly=True)
    return_reason = fields.Selection(RETURN_REASONS, readonly=True)

    def _is_proof(self):
        """Whether the delivery stands for a notice that reached its addressee.

        Who refuses a letter had it in his hands, so that one counts.
        """
        self.ensure_one()
        return self.state == "sent" or self.return_reason == "refused"

    # === E-MAILS ===

    @api.model
    def _process_bounce(self, message, body):
        """Read a mail that reached the bounce address and draw the conclusions for our mails.

        :param message: the ``email.message.EmailMessage`` as it came in
        :param body: its text as HTML, to be kept where it is only the answer of a machine
        """
        ids = list(incoming.message_ids(message))
        known = self.sudo()  # the gateway works for everybody
        found = known.search([("channel", "=", "email"), ("message_id", "in", ids)])
        if incoming.is_bounce(message):
            words = incoming.server_words(message)
            for delivery in found.filtered(lambda delivery: delivery.state in ("queued", "sent")):
                delivery._mark_bounced(words)
        else:
            for notice in found.notice_id:
                notice._message_log(body=body)

    def _mark_bounced(self, words):
        """Note that the e-mail reached nobody; ``words`` are those of the mail server."""
        self.write(
            {
                "state": "failed",
                "failure_type": "mail_bounce",
                "failure_reason": words or self.env._("The mail server sent it back."),
                "date_returned": self.company_id._dunning_today(),
            }
        )
        self.notice_id._in_language_of_task_user()._receive_return("email")

    # === LETTERS ===

    def action_open_return(self):
        """Ask why letters came back."""
        return self.env["dunning.return.wizard"]._open(self._filter_returnable())

    def _filter_returnable(self):
        """Return the letters that are with the post; :raise UserError: when there is none."""
        letters = self.filtered(lambda d: d.channel == "letter" and d.state == "sent")
        if not letters:
            raise UserError(self.env._("Choose letters that were printed and sent."))
        return letters

    def action_mark_returned(self, reason, note=""):
        """Note that letters came back. Their notices no longer count as sent, unless the letter was
        refused; no further letter goes to an address that is wrong until it changes.

        :param str reason: ``moved``, ``unknown``, ``refused`` or ``other``
        :param str note: what stands on the envelope
        :raise UserError: when none of the letters is with the post
        """
        letters = self._filter_returnable()
        letters.notice_id.check_access("write")
        label = dict(self._fields["return_reason"]._description_selection(self.env))[reason]
        rows = letters.sudo()  # rows of evidence are written by methods only
        for delivery in rows:
            delivery.write(
                {
                    "state": "returned",
                    "return_reason": reason,
                    "failure_reason": f"{label}: {note}" if note else label,
                    "date_returned": delivery.company_id._dunning_today(),
                }
            )
        if reason in WRONG_ADDRESS:
            rows._stop_letters()
        for notice in letters.notice_id:
            notice._receive_return("letter")
        return True

    def _stop_letters(self):
        """Stop further letters to the addresses, those in the print queue included."""
        wrong = self.filtered(lambda delivery: delivery._goes_to_todays_address())
        addressees = wrong.notice_id.addressee_id
        queued = self.search(
            [
                ("channel", "=", "letter"),
                ("state", "=", "queued"),
                ("notice_id.addressee_id", "in", addressees.ids),
            ]
        ).filtered(lambda delivery: delivery._goes_to_todays_address())
        for notice in wrong.notice_id:
            notice.addressee_id._stop_dunning_letters(notice.partner_id, notice.company_id)
        reason = self.env._("Letters to this address came back.")
        queued.write({"state": "failed", "failure_reason": reason})
        queued.notice_id._settle()

    def _goes_to_todays_address(self):
        """Whether the letter went where the next one would go."""
        self.ensure_one()
        return self.address == self.notice_id._get_postal_address()
