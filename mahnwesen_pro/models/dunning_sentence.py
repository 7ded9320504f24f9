from odoo import api, models
from odoo.tools import format_amount, format_date


class DunningSentence(models.AbstractModel):
    """Puts the codes of the rules into words, in the user's language."""

    _name = "dunning.sentence"
    _description = "Sentences about Dunning Decisions"

    @api.model
    def _reason(self, code, until=None, detail="", record=0):
        """Return one sentence for a reason.

        :param str code: one of :data:`eligibility.CODES`
        :param date until: the day from which it no longer stands in the way
        :param str detail: what the reason names, for example the entry of the calendar
        :param int record: id of what it speaks of, for example of a line of the bank
        """
        day = self._day(until)
        if code == "blocked":
            why = self._name_pauses(detail.split(","))
            if day:
                return self.env._("Paused (%(why)s), free again from %(day)s.", why=why, day=day)
            return self.env._("Paused (%(why)s) until somebody releases it.", why=why)
        if code == "too_early":
            return self.env._("The next level is reached on %(day)s.", day=day)
        if code == "payment_seen":
            return self._payment_seen(record)
        if code == "company_pause":
            return self.env._("No letters: %(name)s. Again from %(day)s.", name=detail, day=day)
        if code == "call_waiting":
            return self.env._("Waits for a phone call; written from %s at the latest.", day)
        if code == "debtor_spacing":
            return self.env._(
                "This customer got a letter a short while ago; next one from %s.", day
            )
        return self._get_plain_sentences()[code]

    @api.model
    def _day(self, date):
        return format_date(self.env, date) if date else ""

    @api.model
    def _name_pauses(self, labels):
        """Return what the labels of :class:`eligibility.Block` are called.

        Runs of earlier versions have stored names instead of ids: they stay as they are.
        """
        # only named, whoever reads the sentence
        reasons = self.env["dunning.block.reason"].sudo()
        reasons = reasons.browse([int(label) for label in labels if label.isdigit()])
        names = {str(reason.id): reason.name for reason in reasons.exists()}
        names |= self._get_pause_words()
        return ", ".join(names.get(label, label) for label in labels)

    @api.model
    def _get_pause_words(self):
        """Return {label: name} of pauses that are no block with a reason."""
        return {}

    @api.model
    def _payment_seen(self, line_id):
        # The sentence names the payment even to a clerk who may not read the bank.
        line = self.env["account.bank.statement.line"].sudo().browse(line_id).exists()
        if not line:
            return self.env._("The bank showed a payment that may be for this.")
        return self.env._(
            "The bank shows a payment that may be for this: %(amount)s on %(day)s.",
            amount=format_amount(self.env, line.amount, line.currency_id),
            day=format_date(self.env, line.date),
        )

    @api.model
    def _get_plain_sentences(self):
        return {
            "move_blocked": self.env._("The invoice is blocked for payment."),
            "reply_unread": self.env._(
                "The customer has answered. Read the reply and mark it as handled."
            ),
            "in_payment": self.env._("A payment is on its way and waits for the bank statement."),
            "online_pending": self.env._("An online payment waits for its confirmation."),
            "draft_credit": self.env._("A credit note for the invoice is in draft."),
            "einvoice_rejected": self.env._("The e-invoice was refused; send it again first."),
            "not_sent": self.env._("The invoice was never sent to the customer."),
            "no_followup": self.env._(
                "The item is excluded from reminders (“Never Remind” on the invoice)."
            ),
            "no_policy": self.env._(
                "No dunning policy applies. Choose one for the customer or the company."
            ),
            "never": self.env._("The customer's policy never sends reminders."),
            "in_progress": self.env._(
                "A notice to this customer is being prepared; send or cancel it first."
            ),
            "exhausted": self.env._("All levels have been sent. Decide how to go on."),
            "item_cap": self.env._("The invoice has reached the highest level allowed for it."),
            "partner_cap": self.env._("The customer has reached the highest level allowed."),
            "item_minimum": self.env._("The open amount is below the minimum per item."),
            "level_minimum": self.env._("The open amount is below the minimum of the next level."),
            "address_wrong": self.env._(
                "Letters to the address came back and no e-mail address is known. Correct it."
            ),
            "no_address": self.env._(
                "Neither an e-mail address nor a complete postal address is known. Complete the "
                "contact."
            ),
            "net_credit": self.env._("Open credits cover the debt. Please reconcile them."),
            "letter_minimum": self.env._("The letter would be below the minimum per letter."),
        }

    @api.model
    def _difference(self, difference, currency):
        """Return one sentence for a change since the approval, see :mod:`rules.approval`."""
        # a clerk of one company may look at a line that is gone or moved: only its name is told
        line = self.env["account.move.line"].sudo().browse(difference.line_id).exists()
        item = line.move_id.name or self.env._("An item")

        def money(amount):
            return format_amount(self.env, float(amount or 0), currency)

        before, after = money(difference.before), money(difference.after)
        sentences = {
            "addressee": self.env._("The addressee or the address changed."),
            "level": self.env._("The level of the letter changed."),
            "texts": self.env._("The texts of the level changed."),
            "charges": self.env._("The charges changed."),
            "paid": self.env._("%(item)s was paid (%(amount)s).", item=item, amount=before),
            "part_paid": self.env._(
                "%(item)s was paid in part: open %(after)s instead of %(before)s.",
                item=item,
                before=before,
                after=after,
            ),
            "more_open": self.env._(
                "%(item)s: open %(after)s instead of %(before)s.",
                item=item,
                before=before,
                after=after,
            ),
            "blocked": self.env._(
                "%(item)s: paused %(after)s instead of %(before)s.",
                item=item,
                before=before,
                after=after,
            ),
            "dropped": self.env._("%s is not dunned today.", item),
            "rank": self.env._("%s now stands on another level.", item),
            "more_credit": self.env._(
                "More credit: %(after)s instead of %(before)s.", before=before, after=after
            ),
            "less_credit": self.env._(
                "Less credit: %(after)s instead of %(before)s.", before=before, after=after
            ),
        }
        return sentences[difference.code]
