import base64
import hashlib
import secrets
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules import workdays
from ..tools import is_secret

#: After its last day a plan can still be looked at by its link for so long.
VIEW_DAYS = 30

#: Characters of the name with which a plan is accepted.
NAME_LENGTH = 80


class DunningInstallmentOffer(models.AbstractModel):
    """The agreement: offered with PDF and link, accepted there or on paper, kept as evidence."""

    _name = "dunning.installment.offer"
    _description = "Offer of an Instalment Plan"

    offered_on = fields.Date(readonly=True, copy=False)
    access_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    accepted_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    accepted_name = fields.Char(string="Accepted by", readonly=True, copy=False)
    accepted_how = fields.Selection(
        [("link", "By the link"), ("login", "In the portal"), ("paper", "On paper")],
        string="Accepted",
        readonly=True,
        copy=False,
    )
    accepted_user_id = fields.Many2one(
        "res.users", string="Login", readonly=True, copy=False, help="Who was logged in."
    )
    pdf_file = fields.Binary(string="Agreement", attachment=True, readonly=True, copy=False)
    pdf_name = fields.Char(string="PDF Name", readonly=True, copy=False)
    pdf_sha256 = fields.Char(
        string="SHA-256 of the Agreement",
        readonly=True,
        copy=False,
        help="Proves what was accepted.",
    )

    # === OFFERING ===

    def action_offer(self):
        """Number the plan, draw the agreement, pause the items, and send it where an e-mail address
        is known; else open it for printing.
        """
        self.ensure_one()
        self._check_clerk()
        if self.state != "draft":
            raise UserError(self.env._("Only a draft can be offered."))
        plan = self.sudo().with_company(self.company_id)  # written by its methods only
        plan._freeze()
        plan._mark_offered()
        if not plan._get_email():
            return self.action_print()
        plan._send_offer()
        return True

    def _freeze(self):
        """Give the plan its number and draw the agreement: this is what is accepted later."""
        today = self.company_id._dunning_today()
        sequences = self.env["ir.sequence"]
        values = {
            "date_agreed": today,
            "offered_on": today,
            "offer_until": max(self.offer_until, today),
            "access_token": secrets.token_urlsafe(24),
            "address_sent": self.addressee_id._dunning_address(),
        }
        self._renew_items()
        if not self.name:
            values["name"] = sequences.next_by_code("dunning.installment.plan", sequence_date=today)
        self.write(values)
        self._build()
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "mahnwesen_pro.dunning_plan_report", self.ids
        )
        self.write(
            {
                "pdf_file": base64.b64encode(pdf),
                "pdf_name": f"{self._get_report_base_filename()}.pdf",
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
            }
        )

    def _renew_items(self):
        """Take the items as they stand now: something may have been paid since the draft."""
        lines = self.env["account.move.line"].union(*self.item_ids._get_lines().values())
        items = [(line, line.amount_residual_currency) for line in lines]
        still_open = [(line, amount) for line, amount in items if amount > 0]
        if not still_open:
            raise UserError(self.env._("Nothing is open on these items any more."))
        vals = self.item_ids._prepare_cover_vals(still_open)
        self.item_ids.unlink()
        self.item_ids = [fields.Command.create(values) for values in vals]

    def _mark_offered(self):
        """Pause the items while the customer decides; a promise about them has become needless."""
        lines = self.env["account.move.line"].union(*self.item_ids._get_lines().values())
        promises = self.env["dunning.promise"]._find_items(lines).promise_id
        promises.filtered(lambda promise: promise.state == "open")._close(
            "cancelled", cancel_reason=self.env._("Replaced by the instalment plan %s", self.name)
        )
        promises.to_follow_up = False
        self.call_id.block_ids.release()
        self.state = "offered"
        self.block_ids = self.env["dunning.block"].place(
            lines,
            self.env.ref("mahnwesen_pro.dunning_block_reason_plan"),
            date_end=self.offer_until,
            note=self.name,
        )
        self.env["dunning.notice"]._refresh_proposals(self.partner_id.ids, self.company_id)

    def _prepare_withdrawal(self):
        """Return what takes an offer back."""
        return {
            "access_token": False,
            "offered_on": False,
            "pdf_file": False,
            "pdf_name": False,
            "pdf_sha256": False,
        }

    def action_print(self):
        """Open the agreement as PDF, to be signed."""
        return self.env.ref("mahnwesen_pro.dunning_plan_report").report_action(self)

    def _get_stored_agreement(self):
        """Return the PDF bytes of the agreement that was offered, None as long as there is none."""
        self.ensure_one()
        stored = self.with_context(bin_size=False).pdf_file
        return base64.b64decode(stored) if stored else None

    # === ACCEPTING ===

    def action_accept_paper(self):
        """The signed agreement has come back."""
        self.ensure_one()
        self._check_clerk()
        self._accept(self.person or self.partner_id.name, "paper", self.env.user)
        return True

    def _accept(self, name, how, user=None):
        """The customer accepts the plan: it runs from now on.

        :param str name: who accepts
        :param str how: link, login or paper
        :param user: who was logged in
        :return: whether it was accepted now; False when it was not on offer any more
        """
        self.ensure_one()
        plan = self.sudo()  # customers have no access right; whoever opened the page may accept
        plan.lock_for_update()
        if not plan._can_accept(how):
            return False
        plan.write(
            {
                "state": "running",
                "accepted_on": fields.Datetime.now(),
                "accepted_name": name.strip(),
                "accepted_how": how,
                "accepted_user_id": user.id if user else False,
            }
        )
        plan.block_ids.filtered(lambda block: not block.released).date_end = max(
            plan.installment_ids.mapped("date_limit")
        )
        plan.with_user(SUPERUSER_ID).message_post(
            body=self.env._("Accepted by %s.", plan.accepted_name)
        )
        return True

    def _can_accept(self, how="link"):
        """Whether the plan is on offer; signed paper may come back later than the link holds."""
        self.ensure_one()
        in_time = self.offer_until and self.offer_until >= self.company_id._dunning_today()
        return self.state == "offered" and (bool(in_time) or how == "paper")

    def _get_accept_error(self, name, agreed):
        """Return why the acceptance cannot be taken, as a sentence for whoever is on the page; ""
        if it can.
        """
        if self.env.user._is_internal():
            return self.env._(
                "Only the customer accepts a plan. If the signed sheet has come back, record that "
                "on the plan."
            )
        if not name.strip() or len(name) > NAME_LENGTH:
            return self.env._("Please enter your name.")
        if not agreed:
            return self.env._("Please tick the box if you accept the plan.")
        return ""

    # === THE CUSTOMER'S PAGE ===

    def _get_portal_path(self):
        self.ensure_one()
        return f"/my/dunning/plan/{self.id}"

    def _get_portal_link(self):
        """Return the address of the page that shows and accepts this plan, with its secret."""
        self.ensure_one()
        token = self.sudo().access_token  # whoever sends the letter, the link is the same
        return f"{self.get_base_url()}{self._get_portal_path()}?access_token={token}"

    @api.model
    def _own_domain(self):
        """Return the domain of the plans that the user sees after logging in: those of his firm."""
        user = self.env.user
        if user._is_public():
            return Domain.FALSE
        customer = user.partner_id.commercial_partner_id
        return (
            Domain("state", "in", ("offered", "running", "done"))
            & Domain("partner_id", "=", customer.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )

    @api.model
    def _find_for_portal(self, plan_id, token=None):
        """Return the plan as superuser if the user or the token opens it, else nothing.

        Nothing tells a wrong token from a foreign, withdrawn, expired or invented plan.
        """
        everything = self.sudo()  # customers have no access right; what follows decides
        plan = everything.browse(plan_id).exists()
        if plan and (plan._has_token(token) or self._is_own(plan)):
            return plan
        return everything.browse()

    @api.model
    def _is_own(self, plan):
        return bool(plan.filtered_domain(self._own_domain()))

    def _has_token(self, token):
        """Whether ``token`` is the plan's own and still holds."""
        self.ensure_one()
        if not is_secret(token, self.access_token):
            return False
        return self._get_link_end() >= self.company_id._dunning_today()

    def _get_link_end(self):
        """Return the last day of the link: that of the offer, then some days after the plan."""
        if self.state == "offered":
            return self.offer_until
        return self.date_last + timedelta(days=VIEW_DAYS)

    # === WRITING ===

    def _get_email(self):
        self.ensure_one()
        return self.addressee_id.email or self.partner_id.email

    def _get_text_values(self):
        """Return what fills the gaps of the texts, in the customer's language."""
        self.ensure_one()
        plan = self.with_context(lang=self.lang)
        env, currency = plan.env, plan.currency_id
        missed = plan.installment_ids.filtered(lambda one: one.state == "missed")[:1]
        return {
            "addressee": plan.addressee_id.name or plan.partner_id.name or "",
            "clerk": plan.user_id.name or plan.company_id.name,
            "company": plan.company_id.name,
            "customer": plan.partner_id.name,
            "date": format_date(env, plan.date_agreed),
            "deadline": format_date(env, plan._get_reminder_deadline()),
            "installments": str(plan.count),
            "invoices": ", ".join(plan.item_ids.move_id.mapped("name")),
            "missing": format_amount(env, missed.amount_missing, currency),
            "missed_on": format_date(env, missed.date),
            "next_date": format_date(env, plan.date_next),
            "number": plan.name or "",
            "offer_until": format_date(env, plan.offer_until),
            "rate": f"{plan.rate:g}",
            "total": format_amount(env, plan.amount_total, currency),
        }

    def _get_reminder_deadline(self):
        """Return the day by which a missed instalment is asked for."""
        company = self.company_id
        today, days = company._dunning_today(), company.dunning_plan_reminder_days
        holidays = company._dunning_holidays(today, today + timedelta(days=days + 31))
        return workdays.deadline(today, days, holidays)

    def _get_text(self, kind):
        """Return (subject, body) of a text with the values of the plan, for the customer."""
        text = self.env["dunning.installment.text"]._get(kind).with_context(lang=self.lang)
        return text._fill(self._get_text_values())

    def _send_offer(self):
        """Send the agreement with the link to accept it."""
        self._send_mails("offer", with_agreement=True)

    def _send_reminders(self):
        """Remind the customers of an instalment, in a friendly way. Where no e-mail address is
        known, the clerk gets the task to send it by post.
        """
        by_mail = self.filtered(lambda plan: plan._get_email())
        by_mail._send_mails("reminder")
        for clerk, plans in (self - by_mail).grouped("user_id").items():
            here = plans.with_context(lang=clerk.lang)
            here.activity_schedule(
                "mahnwesen_pro.mail_activity_type_plan",
                summary=here.env._("Print the reminder of an instalment and send it"),
                user_id=clerk.id,
            )

    def action_print_reminder(self):
        """Open the reminder of an instalment as a letter."""
        return self.env.ref("mahnwesen_pro.dunning_plan_reminder_report").report_action(self)

    def _send_mails(self, kind, with_agreement=False):
        """Put a mail to each customer into Odoo's queue and leave it with the plan."""
        mails = self.env["mail.mail"].sudo()  # clerks may not write mails directly
        mails.create([plan._prepare_mail_vals(kind, with_agreement) for plan in self])

    def _prepare_mail_vals(self, kind, with_agreement):
        subject, body = self._get_text(kind)
        html = (
            self.env["ir.qweb"]
            .with_context(lang=self.lang)
            ._render(
                "mahnwesen_pro.plan_email",
                {
                    "plan": self,
                    "company": self.company_id,
                    "paragraphs": body.split("\n\n"),
                    "link": self._get_portal_link(),
                },
            )
        )
        clerk, company = self.user_id, self.company_id
        agreement = [fields.Command.create(self._prepare_pdf_vals())] if with_agreement else []
        return {
            "subject": subject,
            "body": html,
            "body_html": html,
            "email_from": company.email_formatted or clerk.email_formatted,
            "reply_to": clerk.email_formatted or company.email_formatted,
            "email_to": self._get_email(),
            "model": self._name,
            "res_id": self.id,
            "message_type": "email_outgoing",
            "auto_delete": False,
            "attachment_ids": agreement,
        }

    def _prepare_pdf_vals(self):
        return {
            "name": self.pdf_name,
            "raw": self._get_stored_agreement(),
            "res_model": "mail.message",
            "mimetype": "application/pdf",
        }
