from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import agency_answer

#: Events that an agency's answer becomes.
EVENTS = {"payment": "payment_agency"}


class DunningCollectionMoney(models.AbstractModel):
    """What is paid after handing over: to us, then the agency is told; to the agency, as it says.

    Nothing hooks into reconciliation: a scheduled action compares what is open with what the agency
    was told last.
    """

    _name = "dunning.collection.money"
    _description = "Payments of a Collection Case"

    currency_id = fields.Many2one("res.currency")
    amount_reported = fields.Monetary(
        string="Known to the Agency",
        readonly=True,
        copy=False,
        help="The open sum when the books were looked at last.",
    )
    amount_agency = fields.Monetary(string="Paid to the Agency", compute="_compute_amount_agency")

    @api.depends("event_ids.amount", "event_ids.kind")
    def _compute_amount_agency(self):
        for case in self:
            paid = case.event_ids.filtered(lambda event: event.kind == "payment_agency")
            case.amount_agency = sum(paid.mapped("amount"))

    # === PAID TO US ===

    @api.model
    def _cron_follow(self, batch=200):
        """Look at the books for every case that an agency has."""
        domain = [("state", "in", ("handed_over", "instalments", "partly_paid"))]
        crons, last = self.env["ir.cron"], 0
        while cases := self.search([*domain, ("id", ">", last)], limit=batch, order="id"):
            last = cases[-1].id
            for case in cases:
                case.with_company(case.company_id)._follow_books()
            if not crons._commit_progress(len(cases), remaining=len(cases)):
                return
        crons._commit_progress(remaining=0)

    def action_check_payments(self):
        """Look at the books now."""
        for case in self:
            case._follow_books()
        return True

    def _follow_books(self):
        """Tell the agency what was paid to us since; at once, it must not collect it again.

        What it has remitted of its own receipts it knows.
        """
        self.ensure_one()
        if self.state not in ("handed_over", "instalments", "partly_paid"):
            return
        case = self.sudo()  # the books count, whoever looks
        paid = case.currency_id.round(case.amount_reported - case.amount_open)
        if case.currency_id.is_zero(paid):
            return
        case._write_own({"amount_reported": case.amount_open})
        news = case._get_news(paid)
        if not case.currency_id.is_zero(news):
            note = self.env._("Open now: %s", case.currency_id.format(case.amount_open))
            case._tell_agency("payment", note, amount=news, kind="payment_here")
        case._follow_open_sum()

    def _get_paid_directly(self):
        """Return what was paid to us: the books, without what the agency has said it received."""
        self.ensure_one()
        return max(self.amount_paid - self.amount_agency, 0.0)

    def _get_news(self, paid):
        """Return what of a change in the books the agency does not know.

        :param paid: by how much more is paid than last time, negative when a payment was returned
        """
        told = self.event_ids.filtered(lambda event: event.kind == "payment_here")
        unknown = self._get_paid_directly() - sum(told.mapped("amount"))
        return self.currency_id.round(min(max(unknown, min(paid, 0)), max(paid, 0)))

    def _follow_open_sum(self):
        """Draw the conclusion from what is still open."""
        if self.currency_id.is_zero(self.amount_open):
            self._mark_ended("paid", self.env._("Paid in full."))
        elif self.state == "handed_over" and self.amount_open < self.amount_principal:
            self._write_own({"state": "partly_paid"})

    # === TELLING THE AGENCY ===

    def _tell_agency(self, what, note, amount=0.0, kind="told"):
        """Write to the agency and keep that in the record.

        :param str what: ``payment`` or ``recall``
        """
        case = self.with_context(dunning_amount=amount, dunning_note=note)
        mail = case._mail_agency(f"mahnwesen_pro.dunning_collection_mail_{what}")
        self._log_event(kind, amount=amount, note=note, mail_id=mail.id)
        if not mail:
            user = self.user_id or self.company_id._get_dunning_clerk()
            here = self.with_context(lang=user.lang)
            here.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=here.env._("Tell the agency: no e-mail address is known"),
                note=note,
                user_id=user.id,
            )

    def _mail_agency(self, view, files=()):
        """Queue an e-mail to the agency and return it; none without an address."""
        self.ensure_one()
        mails = self.env["mail.mail"].sudo()  # clerks may not write mails directly
        address = self.agency_id._get_dunning_agency_mail()
        if not address:
            return mails
        company = self.company_id
        case = self.with_context(lang=self.agency_id.lang or company.partner_id.lang or "en_US")
        body = case.env["ir.qweb"]._render(view, {"case": case, "company": company})
        mail = mails.create(
            {
                "subject": case._get_agency_subject(),
                "body": body,  # what the record shows
                "body_html": body,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "reply_to": self.user_id.email_formatted or company.email_formatted,
                "email_to": address,
                "model": self._name,
                "res_id": self.id,
                "message_type": "email_outgoing",
                "auto_delete": False,
                "attachment_ids": [
                    fields.Command.create(
                        {"name": name, "raw": content, "res_model": "mail.message"}
                    )
                    for name, content in files
                ],
            }
        )
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if queue:
            queue.sudo()._trigger()  # waking the queue is part of sending
        return mail

    def _get_agency_subject(self):
        """Return what names the case at both houses; the agency's number may follow later."""
        case, debtor = self.name, self.partner_id.name
        if not self.agency_ref:
            return self.env._("%(case)s: %(debtor)s", case=case, debtor=debtor)
        return self.env._(
            "%(case)s, your file %(file)s: %(debtor)s",
            case=case,
            file=self.agency_ref,
            debtor=debtor,
        )

    # === WHAT THE AGENCY SAYS ===

    @api.model
    def _check_answers(self, company, rows):
        """Return (row, case, problem code) for each answer of a file; nothing is changed.

        :param list rows: :class:`agency_answer.Row` tuples
        """
        cases = self.search(
            [("company_id", "=", company.id), ("name", "in", list({row.case for row in rows}))]
        )
        known = {case.name: case for case in cases}
        seen = {
            (event.case_id.id, event.kind, event.date, event.amount) for event in cases.event_ids
        }
        left = {
            case: case.amount_principal - case.amount_agency - case._get_paid_directly()
            for case in cases
        }
        checked = []
        for row in rows:
            case = known.get(row.case, self.browse())
            problem = row.problem or self._get_answer_problem(row, case, seen, left)
            if not problem:
                seen.add(self._get_answer_key(row, case))
                if row.kind == "payment":
                    left[case] -= float(row.amount)
            checked.append((row, case, problem))
        return checked

    @api.model
    def _get_answer_key(self, row, case):
        return (case.id, EVENTS.get(row.kind, row.kind), row.day, float(row.amount))

    @api.model
    def _get_answer_problem(self, row, case, seen, left):
        if not case:
            return "unknown"
        if case.state == "prepared" or row.day < case.date_handed_over:
            return "before"
        if case.state in ("paid", "returned", "closed"):
            return "over"
        if row.currency and row.currency != case.currency_id.name:
            return "currency"
        if self._get_answer_key(row, case) in seen:
            return "twice"
        if (
            row.kind == "payment"
            and case.currency_id.compare_amounts(float(row.amount), left[case]) > 0
        ):
            return "too_much"
        return ""

    @api.model
    def _record_answers(self, company, rows):
        """Take over what an agency has answered, all of it or nothing.

        :raise UserError: when one of the answers is wrong
        """
        self._check_right()
        checked = self._check_answers(company, rows)
        if any(problem for _row, _case, problem in checked):
            raise UserError(
                self.env._("Some lines are wrong. Correct them in the file and choose it again.")
            )
        for row, case, _problem in checked:
            case._record_answer(row)
        return self.union(*(case for _row, case, _problem in checked))

    def _record_answer(self, row):
        """Take over one answer."""
        kind = EVENTS.get(row.kind, row.kind)
        if row.agency_ref and row.agency_ref != self.agency_ref:
            self.agency_ref = row.agency_ref
        if kind in ("returned", "closed"):
            self._mark_ended(kind, row.note or self.env._("As the agency says."))
            return
        self._log_event(
            kind,
            date=row.day,
            amount=float(row.amount),
            note=row.note,
            agency_ref=row.agency_ref,
        )
        if kind == "instalments" and self.state in ("handed_over", "partly_paid"):
            self._write_own({"state": "instalments"})

    @api.model
    def _read_answers(self, content, company):
        """Return the rows of a file.

        :raise UserError: when the file as a whole cannot be read
        """
        try:
            return agency_answer.read(content, company._dunning_today())
        except agency_answer.BadFile as error:
            code, *details = error.args
            raise UserError(self._get_file_problem(code, details)) from error

    @api.model
    def _get_file_problem(self, code, details):
        sentences = {
            "size": self.env._("The file is larger than 10 MB. Split it."),
            "empty": self.env._("The file is empty."),
            "xml": self.env._("The file is not well-formed XML. Ask the agency for a new one."),
            "csv": self.env._("The file cannot be read as CSV. Save it again as UTF-8."),
            "entities": self.env._(
                "The file defines entities or a document type. That is refused for safety."
            ),
            "root": self.env._(
                "The file has another format. It has to follow collection_answer_1.xsd."
            ),
        }
        if code == "columns":
            names = ", ".join(details[0])
            return self.env._(
                "The first line has to name the columns case, type and date. Missing: %s.", names
            )
        return sentences[code]
