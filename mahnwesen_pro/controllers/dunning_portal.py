from werkzeug.exceptions import BadRequest
from werkzeug.urls import url_encode

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import content_disposition, request, route

from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .refusal import NO_ACCESS, NO_PERSON, NOT_OFFERED, TOO_OFTEN, log_refusal

#: A page whose address holds a secret is neither kept, nor found by search engines, nor named to
#: the pages that it links to.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class DunningPortal(PortalAccount):
    """What customers see of our reminders: by login all of theirs, by the link of a letter one."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "dunning_count" in counters:
            notices = self._get_notices()
            values["dunning_count"] = notices.search_count(notices._own_domain())
        return values

    @route(
        ["/my/dunning", "/my/dunning/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_my_dunning(self, page=1, **_ignored):
        """The customer's notices, the newest first."""
        notices = self._get_notices()
        domain = notices._own_domain()
        pager = portal_pager(
            url="/my/dunning",
            total=notices.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = notices.search(domain, limit=self._items_per_page, offset=pager["offset"])
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "dunning",
            "rows": [
                (notice, notice._get_open_today().total, notice._get_newer_letter())
                for notice in found
            ],
            "pager": pager,
            "default_url": "/my/dunning",
        }
        return self._render("mahnwesen_pro.portal_my_dunning", values)

    @route("/my/dunning/<int:notice_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_dunning_notice(self, notice_id, access_token=None, sent=None, **_ignored):
        """One notice, opened by its customer, a colleague of ours, or the link of the letter."""
        notice = self._find_notice(notice_id, access_token)
        if not notice:
            return self._refuse()
        return self._render_notice(notice, access_token, is_sent=bool(sent))

    @route(
        "/my/dunning/<int:notice_id>/pdf", type="http", auth="public", methods=["GET"], website=True
    )
    def portal_dunning_pdf(self, notice_id, access_token=None, **_ignored):
        """The letter as it was sent, byte for byte."""
        notice = self._find_notice(notice_id, access_token)
        letter = notice and notice._get_stored_letter()
        if not letter:
            return self._refuse()
        headers = {
            **PRIVATE,
            "Content-Type": "application/pdf",
            "Content-Length": len(letter),
            "Content-Disposition": content_disposition(notice.pdf_name),
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(letter, list(headers.items()))

    @route(
        "/my/dunning/<int:notice_id>/message",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_message(
        self, notice_id, access_token=None, message="", homepage="", **_ignored
    ):
        """What the customer writes to his clerk. Whoever fills the hidden field is no person."""
        notice = self._find_notice(notice_id, access_token)
        if not notice:
            return self._refuse()
        if homepage:
            log_refusal(NO_PERSON)
        else:
            error = notice._check_portal_message(message)
            if not error and notice._is_written_too_often():
                log_refusal(TOO_OFTEN)
                error = self._get_often_error()
            if error:
                return self._render_notice(notice, access_token, message=message, error=error)
            notice._receive_portal_message(message, self._get_author(notice))
        address = self._get_address(notice, access_token, sent=1)
        return request.redirect(f"{address}#dunning_message", code=303)

    @route("/my/dunning/<int:notice_id>/transaction", type="jsonrpc", auth="public")
    def portal_dunning_transaction(self, notice_id, access_token=None, amount=None, **kwargs):
        """Begin the payment of what is open today and return what the payment form needs.

        The browser chooses provider and method, nothing else: amount, currency, payer, invoices and
        the page to come back to are ours.

        :param float amount: the amount that the customer saw
        :raise ValidationError: for a wrong link, an amount that has changed, a foreign provider
        """
        notice = self._find_notice(notice_id, access_token)
        if not notice:
            log_refusal(NO_ACCESS)
            raise ValidationError(request.env._("This link is no longer valid."))
        self._validate_transaction_kwargs(kwargs)
        total = float(notice._get_open_today().total)
        self._check_choice(notice, kwargs)
        if notice.currency_id.compare_amounts(amount or 0.0, total):
            raise ValidationError(
                request.env._("The open amount has changed. Please reload the page.")
            )
        is_own = notice._is_own()
        transaction = self._create_transaction(
            provider_id=kwargs["provider_id"],
            payment_method_id=kwargs["payment_method_id"],
            token_id=kwargs.get("token_id"),
            amount=total,
            currency_id=notice.currency_id.id,
            partner_id=self._get_payer(notice).id,
            flow=kwargs["flow"],
            tokenization_requested=is_own and kwargs.get("tokenization_requested"),
            landing_route=self._get_address(notice, access_token),
            reference_prefix=notice.name,
            custom_create_values={
                "invoice_ids": [Command.set(notice._get_invoices_to_pay().ids)],
                "dunning_notice_id": notice.id,
            },
        )
        return transaction._get_processing_values()

    # === WHO AND WHAT ===

    @staticmethod
    def _get_notices():
        notices = request.env["dunning.notice"]
        return notices.sudo()  # customers have no access right: only searched by _own_domain

    @staticmethod
    def _find_notice(notice_id, access_token):
        """Return the notice as its company sees it if it may be opened here, else nothing."""
        notice = request.env["dunning.notice"]._find_for_portal(notice_id, access_token)
        return notice.with_company(notice.company_id)

    @staticmethod
    def _get_address(notice, access_token, path="", **query):
        """Return the path of the notice's page or of one below it; the token stays with it."""
        query |= {"access_token": access_token} if access_token else {}
        address = notice.access_url + path
        return f"{address}?{url_encode(query)}" if query else address

    @staticmethod
    def _get_author(notice):
        """Return who writes: the person who is logged in, else the one the letter went to."""
        user = request.env.user
        return notice.addressee_id if user._is_public() else user.partner_id

    @staticmethod
    def _get_often_error():
        return request.env._(
            "We have received several messages from you within the last hour. Please try again "
            "later, or give us a call."
        )

    @staticmethod
    def _get_payer(notice):
        return request.env.user.partner_id if notice._is_own() else notice.partner_id

    # === PAYING ===

    def _check_choice(self, notice, choice):
        """Refuse what the payment form did not offer."""
        offered = self._get_payment_values(notice, None)
        if not offered or offered["company_mismatch"]:
            raise ValidationError(request.env._("There is nothing to pay online."))
        if choice.get("flow") == "token":
            is_offered = choice.get("token_id") in offered["tokens_sudo"].ids
        else:
            is_offered = (
                choice.get("flow") in ("redirect", "direct")
                and choice.get("provider_id") in offered["providers_sudo"].ids
                and choice.get("payment_method_id") in offered["payment_methods_sudo"].ids
            )
        if not is_offered:
            log_refusal(NOT_OFFERED)
            raise BadRequest()

    def _get_payment_values(self, notice, access_token):
        """Return the values of the payment form, nothing where nothing can be paid online.

        Saved means of payment are shown to their owner only, never to the holder of a link.
        """
        payer, is_own = self._get_payer(notice), notice._is_own()
        providers = notice._get_payment_providers(payer)
        if not providers:
            return {}
        report = {}
        methods = request.env["payment.method"].sudo()  # shown by the payment form only
        tokens = request.env["payment.token"].sudo()  # the payer's own ones, see below
        show_tokenize = self._compute_show_tokenize_input_mapping(providers)
        return {
            "amount": float(notice._get_open_today().total),
            "currency": notice.currency_id,
            "partner_id": payer.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods._get_compatible_payment_methods(
                providers.ids, payer.id, currency_id=notice.currency_id.id, report=report
            ),
            "tokens_sudo": (
                tokens._get_available_tokens(providers.ids, payer.id) if is_own else tokens
            ),
            "show_tokenize_input_mapping": {
                provider: is_own and shown for provider, shown in show_tokenize.items()
            },
            "availability_report": report,
            "transaction_route": f"{notice.access_url}/transaction",
            "landing_route": self._get_address(notice, access_token),
            "company_mismatch": not PaymentPortal._can_partner_pay_in_company(
                payer, notice.company_id
            ),
            "expected_company": notice.company_id,
        }

    # === PAGES ===

    def _render_notice(self, notice, access_token, message="", error="", is_sent=False):
        transactions = request.env["payment.transaction"].sudo()  # only how far it got is shown
        values = {
            "page_name": "dunning_notice",
            "notice": notice,
            "res_company": notice.company_id,
            "clerk": notice.user_id or notice.company_id.dunning_user_id,
            "open_today": notice._get_open_today(),
            "newer": notice._get_newer_letter(),
            "today": notice.company_id._dunning_today(),
            "is_own": notice._is_own(),
            "no_breadcrumbs": request.env.user._is_public(),
            "access_token": access_token,
            "pdf_url": self._get_address(notice, access_token, "/pdf"),
            "pending": notice._get_pending_payment(),
            "tx": transactions.search(
                [("dunning_notice_id", "=", notice.id), ("state", "!=", "draft")],
                order="id desc",
                limit=1,
            ),
            "message": message,
            "message_error": error,
            "is_sent": is_sent,
            "payment": self._get_payment_values(notice, access_token),
        }
        response = self._render("mahnwesen_pro.portal_dunning_notice", values)
        response.status_code = 400 if error else 200
        return response

    def _refuse(self):
        """The same plain page for everything that is not to be opened."""
        log_refusal(NO_ACCESS)
        response = self._render("mahnwesen_pro.portal_dunning_refused", {"no_breadcrumbs": True})
        response.status_code = 403
        return response

    @staticmethod
    def _render(template, values):
        response = request.render(template, values)
        response.headers.update(PRIVATE)
        return response
