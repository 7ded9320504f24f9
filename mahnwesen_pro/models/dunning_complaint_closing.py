import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import complaint as rules
from ..tools import to_decimal

RESOLUTIONS = [
    ("accepted", "Accepted"),
    ("partly", "Accepted in part"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn by the customer"),
    ("paid", "Settled by payment"),
]

#: The state that a complaint has after its end.
STATE_AFTER = {"rejected": "rejected", "withdrawn": "withdrawn"}


class DunningComplaintClosing(models.AbstractModel):
    """How a complaint ends: always with a note, never in silence, and its pauses end with it."""

    _name = "dunning.complaint.closing"
    _description = "End of a Complaint"

    resolution = fields.Selection(RESOLUTIONS, readonly=True, copy=False, tracking=True)
    closing_note = fields.Text(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_deadline = fields.Date(
        string="Fresh Deadline",
        readonly=True,
        copy=False,
        help="Until then what comes back is not dunned; then it goes on where it stood.",
    )
    letter_subject = fields.Char(readonly=True, copy=False)
    letter_body = fields.Text(readonly=True, copy=False)
    pdf_file = fields.Binary(string="Letter", attachment=True, readonly=True, copy=False)
    pdf_name = fields.Char(string="PDF Name", readonly=True, copy=False)
    pdf_sha256 = fields.Char(
        string="SHA-256 of the Letter",
        readonly=True,
        copy=False,
        help="Proves that it is unchanged.",
    )
    settled_hint = fields.Char(
        compute="_compute_settled_hint", help="Why the complaint may have settled itself."
    )

    is_paid_before = fields.Boolean(
        string="Paid before", readonly=True, help="The invoices were paid when it was opened."
    )

    # === SETTLED BY ITSELF? ===

    @api.depends(
        "closed_on",
        "item_ids.move_id.state",
        "item_ids.move_id.amount_residual",
        "item_ids.move_id.payment_state",
    )
    @api.depends_context("lang")
    def _compute_settled_hint(self):
        for complaint in self:
            complaint.settled_hint = complaint._get_settled_hint()

    def _get_settled_hint(self):
        """Return the sentence that suggests to close the complaint; "" as long as there is none."""
        self.ensure_one()
        moves = self.item_ids.move_id.sudo()  # the state of the invoice is no secret here
        if self.closed_on or not moves:
            return ""
        if all(move.state == "cancel" for move in moves):
            return self.env._("The invoice was cancelled. Is the complaint settled?")
        if self.is_paid_before or any(
            move.state == "draft" or move.amount_residual for move in moves
        ):
            return ""
        if all(move.payment_state == "reversed" for move in moves):
            return self.env._("A credit note covers the invoice. Is the complaint settled?")
        return self.env._("The invoice is paid. Is the complaint settled?")

    # === CLOSING ===

    def action_close(self):
        """Ask how the complaint ends."""
        self.ensure_one()
        self._check_clerk()
        self._check_open()
        return self.env["dunning.complaint.close.wizard"]._open(self)

    def _close(self, resolution, note, subject=None, body=None, is_told=True):
        """Close the complaint.

        :param str resolution: one of :data:`RESOLUTIONS`
        :param str note: what a colleague needs to know
        :param str subject: of the letter that rejects it
        :param str body: of that letter: the reasons
        :param bool is_told: whether the customer is told by e-mail; a rejection always is
        :raise UserError: when it is closed already, or a rejection gives no reasons
        """
        self.ensure_one()
        self._check_clerk()
        self._check_open()
        if not (note or "").strip():
            raise UserError(self.env._("Write down how the complaint was settled."))
        complaint = self.sudo()  # a complaint is written by its methods only
        if resolution == "rejected":
            complaint._reject(note, subject, body)
        else:
            complaint._mark_closed(resolution, note, is_told=is_told)
        return True

    def _get_agreed_resolution(self):
        credits_ = self.option_id.move_ids.filtered(lambda move: move.move_type == "out_refund")
        conceded = sum(credits_.mapped("amount_total"))
        if self.option_id.kind == "corrected":
            conceded = self.amount_contested
        return rules.outcome(to_decimal(self.amount_contested), to_decimal(conceded))

    def _get_conceded(self):
        """Return what was credited: posted credit notes that came of this complaint, less what was
        invoiced anew instead.
        """
        moves = self.option_ids.move_ids.filtered(lambda move: move.state == "posted")
        signs = {"out_refund": 1, "out_invoice": -1}
        return max(0.0, sum(signs.get(one.move_type, 0) * one.amount_total for one in moves))

    def _mark_closed(self, resolution, note, is_told=True):
        """End the complaint and its pauses; what is left of the claim gets a fresh deadline."""
        for complaint in self:
            first = not complaint.answered_on
            complaint._write_own(
                {
                    "state": STATE_AFTER.get(resolution, "done"),
                    "resolution": resolution,
                    "closing_note": note,
                    "closed_on": fields.Datetime.now(),
                    "closed_by_id": False if complaint._is_nobody() else self.env.uid,
                    "amount_conceded": complaint._get_conceded(),
                    "to_confirm": False,
                }
            )
            if first:
                complaint._measure("days_to_answer")
            complaint._measure("days_to_solve")
            complaint._mark_answered()
            complaint._let_go()
            if complaint.contests and complaint.option_id.kind != "later":
                complaint._give_fresh_deadline()
            complaint._finish(
                "hear", "acknowledge", "late", "review", "settled", "deliver", "credit"
            )
            complaint._refresh_proposals()
            if is_told and resolution != "rejected":
                complaint._send_closing()
            if resolution != "withdrawn":
                complaint._ask_satisfaction()

    # === REJECTING ===

    def _reject(self, note, subject, body):
        """Say why not, in a letter of its own; consumers learn who could settle the dispute."""
        self.ensure_one()
        if not (body or "").strip():
            raise UserError(
                self.env._("A rejection gives its reasons. Write them into the letter.")
            )
        self._check_dispute_information()
        self._mark_closed("rejected", note)
        self._write_own({"letter_subject": subject, "letter_body": body})
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "mahnwesen_pro.dunning_complaint_report", self.ids
        )
        self._write_own(
            {
                "pdf_file": base64.b64encode(pdf),
                "pdf_name": f"{self._get_report_base_filename()}.pdf",
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
            }
        )
        self._send_rejection()

    def _is_consumer(self):
        return self.partner_id._is_dunning_consumer()

    def _check_dispute_information(self):
        """Consumers are told who could settle the dispute (§ 37 VSBG): that has to be known."""
        if self._is_consumer() and not (self.company_id.dunning_dispute_body or "").strip():
            raise UserError(
                self.env._(
                    "The customer is a consumer: the letter has to name the dispute resolution "
                    "body (§ 37 VSBG). Enter its name, address and website in the dunning settings."
                )
            )

    def _get_dispute_paragraphs(self):
        """Return what consumers have to be told when a dispute was not settled, as paragraphs."""
        self.ensure_one()
        if not self._is_consumer():
            return []
        company = self.company_id
        kind = "dispute_yes" if company.dunning_dispute_takes_part else "dispute_no"
        _subject, body = self._get_text(kind)
        return body.split("\n\n")

    def _get_stored_letter(self):
        """Return the PDF bytes of the letter that rejects it, None as long as there is none."""
        self.ensure_one()
        stored = self.with_context(bin_size=False).pdf_file
        return base64.b64decode(stored) if stored else None

    def action_print_letter(self):
        """Open the letter that rejects the complaint."""
        return self.env.ref("mahnwesen_pro.dunning_complaint_report").report_action(self)
