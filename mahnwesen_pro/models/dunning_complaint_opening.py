from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class DunningComplaintOpening(models.AbstractModel):
    """How a complaint begins, wherever it comes from: one method for all of them."""

    _name = "dunning.complaint.opening"
    _description = "Opening of a Complaint"

    @api.model
    def open(
        self, target, words, reason=None, amount=0.0, parts=(), source="clerk", files=(), **values
    ):
        """Record a complaint, pause what is contested, acknowledge it, and return it.

        :param target: a customer (``res.partner``), invoices (``account.move``), instalments or
            invoice lines (``account.move.line``), or a reminder (``dunning.notice``)
        :param str words: what the customer said, unedited
        :param reason: a ``dunning.complaint.reason``; “other” when empty
        :param float amount: only so much of the invoices is contested, the oldest first, in their
            currency; 0 = all of what ``target`` names
        :param parts: instead of ``amount``: [(invoices or lines, amount)], for several ones
        :param str source: how it reached us, see ``dunning_complaint.SOURCES``
        :param files: [(name, content)] that the customer has handed in
        :param values: ``summary``, ``contact_id``, ``user_id``, ``call_id``, ``notice_id``,
            ``company_id`` (for a customer; else it follows from the invoices)
        :raise ValidationError: when words are missing, or invoices do not belong together
        """
        if not (words or "").strip():
            raise ValidationError(self.env._("Write down what the customer says."))
        self._check_may_open(source)
        vals = self._prepare_target_vals(target, amount, parts)
        company = self.env["res.company"].browse(
            vals.get("company_id") or values.get("company_id") or self.env.company.id
        )
        reason = reason or self.env.ref("mahnwesen_pro.dunning_complaint_reason_other")
        partner = self.env["res.partner"].browse(vals["partner_id"]).with_company(company)
        maker = self.sudo().with_company(company)  # complaints are written by their methods only
        complaint = maker.create(
            {
                "name": self._next_number(company),
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "reason_id": reason.id,
                "source": source,
                "recorded_by_id": False if self._is_nobody() else self.env.uid,
                "customer_words": words,
                "user_id": self._find_responsible(partner, company, reason).id,
                **vals,
                **{name: value for name, value in values.items() if value},
            }
        )
        complaint._begin(files)
        return complaint.sudo(self.env.su)

    @api.model
    def _check_may_open(self, source):
        """Our people are clerks, or were on the phone; customers come by their page."""
        if self.env.su or source == "call":
            return
        self._check_clerk()

    @api.model
    def _is_nobody(self):
        """Whether no person of ours is at work: the customer himself, or a mail that came in."""
        return self.env.user.share or self.env.uid == SUPERUSER_ID

    @api.model
    def _next_number(self, company):
        sequences = self.env["ir.sequence"].sudo().with_company(company)  # only takes a number
        return sequences.next_by_code("dunning.complaint", sequence_date=company._dunning_today())

    # === WHAT IT IS ABOUT ===

    @api.model
    def _prepare_target_vals(self, target, amount, parts):
        """Return customer, company, currency and items."""
        if target._name == "res.partner":
            if len(target.commercial_partner_id) != 1:
                raise ValidationError(self.env._("A complaint comes from one customer."))
            vals = {"partner_id": target.commercial_partner_id.id}
            vals |= {} if target == target.commercial_partner_id else {"contact_id": target.id}
            return vals | (self._prepare_item_vals(parts) if parts else {})
        if target._name == "dunning.notice":
            invoices = target.claim_ids.move_id
            return {
                **self._prepare_item_vals(parts or [(invoices, amount)]),
                "notice_id": target.id,
                "contact_id": target.addressee_id.id,
            }
        return self._prepare_item_vals(parts or [(target, amount)])

    @api.model
    def _prepare_item_vals(self, parts):
        everything = [records for records, _amount in parts]
        moves = self.env["account.move"].union(
            *(one if one._name == "account.move" else one.move_id for one in everything)
        )
        owners = (moves.company_id, moves.commercial_partner_id, moves.currency_id)
        if any(len(owner) != 1 for owner in owners):
            raise ValidationError(
                self.env._("Choose invoices of one customer in one company and currency.")
            )
        if any(move.state != "posted" for move in moves):
            raise UserError(self.env._("Only a posted invoice can be contested."))
        items = self.env["dunning.complaint.item"]
        vals_list = [
            vals for records, amount in parts for vals in items._prepare_vals_list(records, amount)
        ]
        return {
            "company_id": moves.company_id.id,
            "partner_id": moves.commercial_partner_id.id,
            "currency_id": moves.currency_id.id,
            "item_ids": [Command.create(vals) for vals in vals_list],
        }

    # === THE FIRST STEPS ===

    @api.model
    def _find_responsible(self, partner, company, reason):
        """Return who takes care: the reason's people, else the customer's clerk."""
        return reason._get_responsible(company) or partner._get_dunning_clerk(company)

    def _begin(self, files):
        """Set the clock, pause what is contested, keep the files, acknowledge, give the task."""
        self.ensure_one()
        self._set_clock()
        moves = self.item_ids.move_id
        self._write_own(
            {"is_paid_before": bool(moves) and not any(moves.mapped("amount_residual"))}
        )
        if self._has_forerunner():
            self._write_own({"is_repeat": True, "to_confirm": self.contests})
        self._hold()
        self._keep_files(files)
        self._log_on_documents()
        self._acknowledge()
        self._schedule_hearing()

    def _has_forerunner(self):
        """Whether the same reason was brought forward for one of the invoices before."""
        self.ensure_one()
        return bool(
            self.item_ids
            and self.search_count(
                [
                    ("id", "!=", self.id),
                    ("reason_id", "=", self.reason_id.id),
                    ("item_ids.move_id", "in", self.item_ids.move_id.ids),
                ],
                limit=1,
            )
        )

    def _keep_files(self, files):
        """Keep what the customer has handed in with the complaint."""
        if files:
            self.message_post(
                body=self.env._("Handed in by the customer"),
                attachments=list(files),
                author_id=self._get_addressee().id,
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )

    def _log_on_documents(self):
        """Leave one line with a link, without content, at the customer and at the invoices.

        Of a confidential customer everybody would learn that he contests something.
        """
        if self.partner_id.sudo().dunning_is_confidential:  # a customer opens complaints online
            return
        body = self.env["ir.qweb"]._render("mahnwesen_pro.complaint_trace", {"complaint": self})
        for documents in (self.partner_id, self.item_ids.move_id):
            documents._message_log_batch(bodies=dict.fromkeys(documents.ids, body))
