from werkzeug.urls import url_encode

from odoo.exceptions import UserError, ValidationError
from odoo.http import content_disposition, request, route

from ..rules import complaint as rules
from .dunning_portal import PRIVATE, DunningPortal
from .refusal import NO_PERSON, TOO_OFTEN, log_refusal


class DunningComplaintPortal(DunningPortal):
    """Where customers complain, look, choose and write; and what came of it."""

    # === COMPLAINING ===

    @route(
        "/my/dunning/<int:notice_id>/complaint",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_complain(self, notice_id, access_token=None, **_ignored):
        """The form behind the page of a notice."""
        notice = self._find_notice(notice_id, access_token)
        return self._render_form(notice, access_token) if notice else self._refuse()

    @route(
        "/my/dunning/<int:notice_id>/complaint/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_complain_send(self, notice_id, access_token=None, **post):
        """What the customer complains about. Whoever fills the hidden field is no person."""
        notice = self._find_notice(notice_id, access_token)
        if not notice:
            return self._refuse()
        return self._take_complaint(notice, self._get_author(notice), access_token, post)

    @route(
        "/my/dunning/invoice/<int:move_id>/complaint",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_complain_invoice(self, move_id, **_ignored):
        """The same form for an invoice of whoever is logged in."""
        invoice = self._find_invoice(move_id)
        return self._render_form(invoice, None) if invoice else self._refuse()

    @route(
        "/my/dunning/invoice/<int:move_id>/complaint/send",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_complain_invoice_send(self, move_id, **post):
        """A complaint about an invoice of whoever is logged in."""
        invoice = self._find_invoice(move_id)
        if not invoice:
            return self._refuse()
        return self._take_complaint(invoice, request.env.user.partner_id, None, post)

    def _take_complaint(self, target, author, access_token, post):
        """Take in what a form says, or show it again with the reason why not."""
        complaints = request.env["dunning.complaint"].with_company(target.company_id)
        if post.get("homepage"):
            log_refusal(NO_PERSON)
            return self._render_form(target, access_token, status=400)
        partner = target.partner_id.commercial_partner_id
        if not partner.try_lock_for_update(allow_referencing=True) or complaints._is_too_often(
            partner
        ):
            log_refusal(TOO_OFTEN)
            return self._render_form(target, access_token, post, self._get_often_error(), 429)
        files = self._read_uploads(target.company_id)
        words = post.get("words") or ""
        parts = self._read_parts(target, post)
        error = (
            complaints._get_words_error(words)
            or self._get_files_error(files, target.company_id)
            or self._get_parts_error(parts)
        )
        if error:
            return self._render_form(target, access_token, post, error, 400)
        try:
            complaint = complaints._receive(
                target, parts, words, self._read_reason(post), files, author
            )
        except (UserError, ValidationError) as refusal:
            return self._render_form(target, access_token, post, str(refusal), 400)
        return request.redirect(f"{complaint._get_portal_link()}&sent=1", code=303)

    @staticmethod
    def _find_invoice(move_id):
        """Return the customer's own invoice as superuser, nothing for any other."""
        moves = request.env["account.move"].sudo()  # narrowed to his own ones by the domain
        user = request.env.user
        invoice = moves.search(
            [
                ("id", "=", move_id),
                ("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id),
                ("company_id", "in", user.company_ids.ids),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
            ]
        )
        return invoice.with_company(invoice.company_id)

    @staticmethod
    def _get_moves(target):
        """Return the invoices that the form asks about."""
        is_notice = target._name == "dunning.notice"
        return target._get_contestable_moves() if is_notice else target

    # === READING THE FORM ===

    @staticmethod
    def _read_uploads(company):
        """Return [(name, content)] of the files; of one that is too large only so much that it
        shows.
        """
        most = company.dunning_complaint_file_size * 1024 * 1024
        uploads = request.httprequest.files.getlist("files")[: company.dunning_complaint_files + 1]
        return [(file.filename, file.read(most + 1)) for file in uploads if file.filename]

    @staticmethod
    def _get_files_error(files, company):
        """Return why the files cannot be taken, as a sentence; the log keeps the reason alone."""
        complaints = request.env["dunning.complaint"]
        objection = complaints._find_objection(files, company)
        if not objection:
            return ""
        log_refusal(f"file {objection.code}")
        return complaints._get_files_error(objection, company)

    @staticmethod
    def _read_reason(post):
        reasons = request.env["dunning.complaint.reason"].sudo()  # a list that everybody may see
        code = post.get("reason") or ""
        known = reasons.search([("in_portal", "=", True)])
        return known.filtered(lambda reason: str(reason.id) == code) or None

    def _read_parts(self, target, post):
        """Return [(invoices or lines, amount)] of what is contested; an amount of None was not
        readable.
        """
        moves = self._get_moves(target)
        parts = []
        for move in moves:
            lines = move.invoice_line_ids.filtered(
                lambda line: line.display_type == "product" and f"line_{line.id}" in post
            )
            text = (post.get(f"amount_{move.id}") or "").strip()
            if text:
                parts.append((move, rules.read_amount(text)))
            elif lines:
                parts.append((lines, 0.0))
            elif f"whole_{move.id}" in post or len(moves) == 1:
                parts.append((move, 0.0))
        return [(records, amount and float(amount)) for records, amount in parts]

    @staticmethod
    def _get_parts_error(parts):
        if not parts:
            return request.env._("Please tick which invoice it is about.")
        if any(amount is None for _records, amount in parts):
            return request.env._("Please enter the amount as a number, for example 12.50.")
        return ""

    def _render_form(self, target, access_token, post=None, error="", status=200):
        reasons = request.env["dunning.complaint.reason"].sudo()  # a list that everybody may see
        is_notice = target._name == "dunning.notice"
        path = target.access_url if is_notice else f"/my/dunning/invoice/{target.id}"
        company = target.company_id
        values = {
            "page_name": "dunning_complain",
            "no_breadcrumbs": True,
            "res_company": company,
            "target": target,
            "moves": self._get_moves(target),
            "reasons": reasons.search([("in_portal", "=", True)]),
            "send_url": f"{path}/complaint/send",
            "clerk": self._get_clerk(target),
            "most_files": company.dunning_complaint_files,
            "file_size": company.dunning_complaint_file_size,
            "post": post or {},
            "error": error,
            "access_token": access_token,
        }
        response = self._render("mahnwesen_pro.portal_dunning_complain", values)
        response.status_code = status
        return response

    @staticmethod
    def _get_clerk(target):
        partner = target.partner_id.commercial_partner_id
        return partner._get_dunning_clerk(target.company_id)

    # === THE PAGE OF A COMPLAINT ===

    @route(["/my/dunning/complaints"], type="http", auth="user", methods=["GET"], website=True)
    def portal_dunning_complaints(self, **_ignored):
        """The customer's complaints, the newest first."""
        complaints = request.env["dunning.complaint"].sudo()  # only searched by _own_domain
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "dunning_complaints",
            "complaints": complaints.search(complaints._own_domain(), order="id desc", limit=100),
        }
        return self._render("mahnwesen_pro.portal_dunning_complaints", values)

    @route(
        "/my/dunning/complaint/<int:complaint_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_complaint(self, complaint_id, access_token=None, sent=None, **_ignored):
        """One complaint, opened by its customer or the link of an e-mail."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return self._refuse()
        return self._render_complaint(complaint, access_token, is_sent=bool(sent))

    @route(
        "/my/dunning/complaint/<int:complaint_id>/choose",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_choose(
        self, complaint_id, access_token=None, option="", name="", **_ignored
    ):
        """The customer chooses one of the options; it acts at once."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return self._refuse()
        chosen = complaint.option_ids.filtered(lambda one: str(one.id) == option)
        if not chosen or not chosen._can_be_chosen():
            error = request.env._("Please choose one of the solutions.")
            return self._render_complaint(complaint, access_token, choice_error=error)
        if not complaint._choose(chosen, self._get_way(), self._get_name(complaint, name)):
            error = request.env._("This solution is no longer available. Please write to us.")
            return self._render_complaint(complaint, access_token, choice_error=error)
        return self._back(complaint, access_token)

    @route(
        "/my/dunning/complaint/<int:complaint_id>/message",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_complaint_message(
        self, complaint_id, access_token=None, words="", homepage="", **_ignored
    ):
        """What the customer adds, with photos or documents."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return self._refuse()
        if homepage:
            log_refusal(NO_PERSON)
            return self._back(complaint, access_token)
        if complaint._is_written_too_often():
            log_refusal(TOO_OFTEN)
            error = self._get_often_error()
            return self._render_complaint(complaint, access_token, words, error, status=429)
        files = self._read_uploads(complaint.company_id)
        error = complaint._get_words_error(words) or self._get_files_error(
            files, complaint.company_id
        )
        if error:
            return self._render_complaint(complaint, access_token, words, error, status=400)
        complaint._receive_message(words, files, self._get_complaint_author(complaint))
        return self._back(complaint, access_token, sent=1)

    @route(
        "/my/dunning/complaint/<int:complaint_id>/satisfied",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_satisfied(self, complaint_id, access_token=None, answer="", **_ignored):
        """The answer to our one question."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return self._refuse()
        complaint._receive_satisfaction(answer)
        return self._back(complaint, access_token)

    @route(
        "/my/dunning/complaint/<int:complaint_id>/file/<int:file_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_complaint_file(self, complaint_id, file_id, access_token=None, **_ignored):
        """A document that belongs to one of the options."""
        complaint = self._find_complaint(complaint_id, access_token)
        offered = complaint.option_ids.filtered(lambda option: option.state != "draft")
        file = offered.attachment_ids.filtered(lambda one: one.id == file_id)
        if not file:
            return self._refuse()
        headers = {
            **PRIVATE,
            "Content-Type": "application/octet-stream",
            "Content-Disposition": content_disposition(file.name),
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(file.raw, list(headers.items()))

    @staticmethod
    def _find_complaint(complaint_id, access_token):
        complaint = request.env["dunning.complaint"]._find_for_portal(complaint_id, access_token)
        return complaint.with_company(complaint.company_id)

    @staticmethod
    def _get_way():
        return "link" if request.env.user._is_public() else "portal"

    @staticmethod
    def _get_complaint_author(complaint):
        user = request.env.user
        return complaint._get_addressee() if user._is_public() else user.partner_id

    def _get_name(self, complaint, name):
        """Return who chooses: the name that was typed, else the person who is logged in."""
        return name.strip()[:80] or self._get_complaint_author(complaint).name

    @staticmethod
    def _back(complaint, access_token, **query):
        if access_token:
            query["access_token"] = access_token
        address = f"{complaint.access_url}?{url_encode(query)}" if query else complaint.access_url
        return request.redirect(address, code=303)

    def _render_complaint(
        self,
        complaint,
        access_token,
        words="",
        message_error="",
        choice_error="",
        is_sent=False,
        status=200,
    ):
        complaint = complaint.with_context(lang=request.env.lang)
        options = complaint.option_ids.filtered(lambda one: one.state in ("offered", "chosen"))
        user = request.env.user
        values = {
            "page_name": "dunning_complaint",
            "no_breadcrumbs": user._is_public(),
            "complaint": complaint,
            "res_company": complaint.company_id,
            "clerk": complaint.user_id,
            "options": options,
            "can_choose": any(option._can_be_chosen() for option in options),
            "own_messages": complaint._get_own_messages(),
            "ask_satisfaction": complaint.closed_on
            and complaint.company_id.dunning_complaint_satisfaction,
            "words": words,
            "message_error": message_error,
            "choice_error": choice_error,
            "is_sent": is_sent,
            "name": "" if user._is_public() else user.name,
            "most_files": complaint.company_id.dunning_complaint_files,
            "file_size": complaint.company_id.dunning_complaint_file_size,
            "access_token": access_token,
        }
        response = self._render("mahnwesen_pro.portal_dunning_complaint", values)
        response.status_code = 400 if choice_error else status
        return response

    # === THE TIMELINE ===

    @route("/my/dunning/timeline", type="http", auth="user", methods=["GET"], website=True)
    def portal_dunning_timeline(self, **_ignored):
        """What happened between the customer and us, his part of it, the newest first."""
        timeline = request.env["dunning.timeline"].sudo()  # only searched by _own_domain
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "dunning_timeline",
            "entries": timeline.search(timeline._own_domain(), limit=200),
        }
        return self._render("mahnwesen_pro.portal_dunning_timeline", values)

    # === THE OTHER PAGES ===

    def _render(self, template, values):
        """Add to the page of a notice what the customer has complained about, and the way to it."""
        if template == "mahnwesen_pro.portal_dunning_notice":
            notice = values["notice"]
            values |= {
                "own_complaints": notice._get_own_complaints(),
                "complaint_url": self._get_address(notice, values["access_token"], "/complaint"),
            }
        return super()._render(template, values)
