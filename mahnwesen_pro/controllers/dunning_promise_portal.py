from werkzeug.urls import url_encode

from odoo.fields import Date
from odoo.http import content_disposition, request, route

from .dunning_portal import PRIVATE, DunningPortal
from .refusal import NO_PERSON, log_refusal


class DunningPromisePortal(DunningPortal):
    """Where a customer names the day on which he pays, and accepts an instalment plan."""

    # === THE CUSTOMER'S OWN DATE ===

    @route(
        "/my/dunning/<int:notice_id>/promise",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_promise(
        self, notice_id, promise_token=None, access_token=None, sent=None, **_ignored
    ):
        """The plain page on which a day is named; where that is not possible it says so."""
        notice = self._find_for_promise(notice_id, promise_token, access_token)
        if not notice:
            return self._refuse()
        return self._render_promise(notice, promise_token, access_token, is_sent=bool(sent))

    @route(
        "/my/dunning/<int:notice_id>/promise/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_promise_send(
        self,
        notice_id,
        promise_token=None,
        access_token=None,
        date="",
        person="",
        homepage="",
        **_ignored,
    ):
        """The day that the customer has named. Whoever fills the hidden field is no person."""
        notice = self._find_for_promise(notice_id, promise_token, access_token)
        if not notice:
            return self._refuse()
        if homepage:
            log_refusal(NO_PERSON)
        elif notice._get_promisable_lines():
            day, person = self._read_date(date), person.strip()
            error = notice._get_promise_error(day, person)
            if error:
                values = {"date": date, "person": person, "error": error}
                return self._render_promise(notice, promise_token, access_token, **values)
            notice._receive_promise(day, person)
        query = {"promise_token": promise_token, "access_token": access_token, "sent": 1}
        query = url_encode({name: value for name, value in query.items() if value})
        return request.redirect(f"{notice.access_url}/promise?{query}", code=303)

    @staticmethod
    def _read_date(text):
        """Return the day that a date field sent, None when it is none."""
        try:
            return Date.to_date(text) or None
        except ValueError:
            return None

    @staticmethod
    def _find_for_promise(notice_id, promise_token, access_token):
        notices = request.env["dunning.notice"]
        notice = notices._find_for_promise(notice_id, promise_token, access_token)
        return notice.with_company(notice.company_id)

    def _render_promise(
        self,
        notice,
        promise_token,
        access_token,
        date="",
        person="",
        error="",
        is_sent=False,
    ):
        lines = notice._get_promisable_lines()
        first, last = notice._get_promise_days()
        promises = notice._get_own_promises()
        values = {
            "page_name": "dunning_promise",
            "no_breadcrumbs": True,
            "notice": notice,
            "res_company": notice.company_id,
            "clerk": notice.user_id or notice.company_id.dunning_user_id,
            "amount": sum(lines.mapped("amount_residual_currency")),
            "can_promise": bool(lines),
            "first": first,
            "last": last,
            "thanks": [notice._get_promise_thanks(promise) for promise in promises],
            "date": date,
            "person": person,
            "error": error,
            "is_sent": is_sent,
            "promise_token": promise_token,
            "access_token": access_token,
        }
        response = self._render("mahnwesen_pro.portal_dunning_promise", values)
        response.status_code = 400 if error else 200
        return response

    # === INSTALMENT PLANS ===

    @route(
        "/my/dunning/plan/<int:plan_id>", type="http", auth="public", methods=["GET"], website=True
    )
    def portal_dunning_plan(self, plan_id, access_token=None, **_ignored):
        """One plan, opened by its customer or the link of its e-mail."""
        plan = self._find_plan(plan_id, access_token)
        return self._render_plan(plan, access_token) if plan else self._refuse()

    @route(
        "/my/dunning/plan/<int:plan_id>/pdf",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_dunning_plan_pdf(self, plan_id, access_token=None, **_ignored):
        """The agreement as it was offered, byte for byte."""
        plan = self._find_plan(plan_id, access_token)
        agreement = plan and plan._get_stored_agreement()
        if not agreement:
            return self._refuse()
        headers = {
            **PRIVATE,
            "Content-Type": "application/pdf",
            "Content-Length": len(agreement),
            "Content-Disposition": content_disposition(plan.pdf_name),
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(agreement, list(headers.items()))

    @route(
        "/my/dunning/plan/<int:plan_id>/accept",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_dunning_plan_accept(
        self, plan_id, access_token=None, name="", agreed="", **_ignored
    ):
        """The customer accepts the plan with his name."""
        plan = self._find_plan(plan_id, access_token)
        if not plan:
            return self._refuse()
        if plan._can_accept():
            error = plan._get_accept_error(name, bool(agreed))
            if error:
                return self._render_plan(plan, access_token, name=name, error=error)
            user = request.env.user
            is_known = not user._is_public()
            plan._accept(name, "login" if is_known else "link", user if is_known else None)
        query = f"?{url_encode({'access_token': access_token})}" if access_token else ""
        return request.redirect(f"{plan._get_portal_path()}{query}", code=303)

    @staticmethod
    def _find_plan(plan_id, access_token):
        plan = request.env["dunning.installment.plan"]._find_for_portal(plan_id, access_token)
        return plan.with_company(plan.company_id)

    def _render_plan(self, plan, access_token, name="", error=""):
        query = f"?{url_encode({'access_token': access_token})}" if access_token else ""
        user = request.env.user
        plan = plan.with_context(lang=request.env.lang)
        values = {
            "page_name": "dunning_plan",
            "no_breadcrumbs": user._is_public(),
            "plan": plan,
            "res_company": plan.company_id,
            "clerk": plan.user_id,
            "account": plan._get_plan_account(),
            "terms": plan._get_text("terms"),
            "acknowledgement": plan.with_acknowledgement and plan._get_text("acknowledgement"),
            "can_accept": plan._can_accept(),
            "name": name or ("" if user._is_public() else user.name),
            "error": error,
            "access_token": access_token,
            "pdf_url": f"{plan._get_portal_path()}/pdf{query}",
        }
        response = self._render("mahnwesen_pro.portal_dunning_plan", values)
        response.status_code = 400 if error else 200
        return response

    # === THE CUSTOMER'S PAGES ===

    def _render(self, template, values):
        """Add to the customer's own pages what he has promised, and his plans."""
        if template == "mahnwesen_pro.portal_my_dunning":
            values |= self._get_own_agreements()
        elif template == "mahnwesen_pro.portal_dunning_notice":
            notice = values["notice"]
            values |= {
                "own_promises": notice._get_own_promises(),
                "can_promise": bool(notice._get_promisable_lines()),
                "promise_url": self._get_address(notice, values["access_token"], "/promise"),
            }
        return super()._render(template, values)

    @staticmethod
    def _get_own_agreements():
        """Return the promises and plans of whoever is logged in."""
        promises = request.env["dunning.promise"].sudo()  # only searched by _own_domain
        plans = request.env["dunning.installment.plan"].sudo()  # only searched by _own_domain
        return {
            "own_promises": promises.search(promises._own_domain()),
            "own_plans": plans.search(plans._own_domain()),
        }
