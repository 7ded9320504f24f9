from odoo.http import Controller, request, route

from .dunning_portal import PRIVATE
from .refusal import NO_ACCESS, log_refusal


class DunningCallPortal(Controller):
    """The page behind the link of a call's summary: it shows that summary and takes one answer.

    A link is opened by mail scanners as well, so that looking at it answers nothing: only the
    button on the page does.
    """

    @route(
        "/my/dunning/call/<int:call_id>", type="http", auth="public", methods=["GET"], website=True
    )
    def call_summary(self, call_id, access_token=None, **_ignored):
        """The summary with its two buttons; after the answer only that it has arrived."""
        call = self._find(call_id, access_token)
        return self._show(call, access_token) if call else self._refuse()

    @route(
        "/my/dunning/call/<int:call_id>/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def call_confirm(self, call_id, access_token=None, **_ignored):
        """The customer says: yes, so agreed."""
        call = self._find(call_id, access_token)
        if not call or call._is_answered():
            return self._refuse()
        call._receive_confirmation()
        return self._thank(call, access_token)

    @route(
        "/my/dunning/call/<int:call_id>/correct",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def call_correct(self, call_id, access_token=None, text="", **_ignored):
        """The customer corrects the summary in his own words."""
        call = self._find(call_id, access_token)
        if not call or call._is_answered():
            return self._refuse()
        error = call._check_correction(text)
        if error:
            return self._show(call, access_token, text=text, error=error)
        call._receive_correction(text)
        return self._thank(call, access_token)

    @staticmethod
    def _find(call_id, access_token):
        """Return the call in the customer's language if the link opens it, else nothing."""
        call = request.env["dunning.call"]._find_for_summary(call_id, access_token)
        return call.with_company(call.company_id)

    def _thank(self, call, access_token):
        address = f"/my/dunning/call/{call.id}?access_token={access_token}"
        return request.redirect(address, code=303)

    def _show(self, call, access_token, text="", error=""):
        values = {
            "call": call,
            "company": call.company_id,
            "res_company": call.company_id,
            "access_token": access_token,
            "text": text,
            "error": error,
            "no_breadcrumbs": True,
        }
        template = "call_answered" if call._is_answered() else "call_summary_page"
        response = self._render(template, values)
        response.status_code = 400 if error else 200
        return response

    def _refuse(self):
        """The same plain page for everything that is not to be opened."""
        log_refusal(NO_ACCESS)
        response = self._render("call_refused", {"no_breadcrumbs": True})
        response.status_code = 403
        return response

    @staticmethod
    def _render(template, values):
        response = request.render(f"mahnwesen_pro.{template}", values)
        response.headers.update(PRIVATE)
        return response
