"""Chapter: the end of the ladder. One to decide on, one to be called first, one handed over."""

from datetime import date, timedelta

from .chapter import Chapter, Show
from .customers import Customer

TO_DECIDE = "Trockenbau Petersen GmbH"
LONG_STANDING = "Werft Asmussen KG"
HANDED_OVER = "Metallbau Runge GmbH"
AGENCY = "Hanse Forderungsmanagement GmbH"


class Collection(Chapter):
    """Debtors who have not answered all levels, and what becomes of them."""

    customers = (
        Customer(
            TO_DECIDE,
            "Lehmweg 18",
            "20251",
            "Hamburg",
            "info@petersen-trockenbau.example",
            "all levels sent, no proposal on the phone: the adviser says why to hand over",
            ((2350.00, 170),),
        ),
        Customer(
            LONG_STANDING,
            "Werftstraße 2",
            "24143",
            "Kiel",
            "einkauf@asmussen.example",
            "a valuable customer: the management decides, and his salesperson calls first",
            ((4100.00, 160), (26400.00, -10)),
        ),
        Customer(
            HANDED_OVER,
            "Industrieweg 40",
            "21107",
            "Hamburg",
            "buero@runge.example",
            "at the agency; he has paid a part to us since, and the agency was told",
            ((1890.00, 180),),
        ),
    )
    shows = (
        Show("an advice to decide on", "dunning.advice", [("state", "=", "open")]),
        Show("a prepared case", "dunning.collection.case", [("state", "=", "prepared")]),
        Show("a case at an agency", "dunning.collection.case", [("state", "=", "partly_paid")]),
    )

    def before_run(self, stage, days_ago):
        """The ladder of these customers ended before the story begins; newer items stay out."""
        if days_ago != 63:
            return
        levels = (
            stage.env.ref("mahnwesen_pro.dunning_policy_default").sudo().level_ids.sorted("rank")
        )
        today = date.today()
        entries = [
            (invoice, level, today - timedelta(days=80 - 20 * step))
            for name in (TO_DECIDE, LONG_STANDING, HANDED_OVER)
            for invoice in stage.invoices(name)
            if invoice.amount_residual and invoice.invoice_date_due < today
            for step, level in enumerate(levels)
        ]
        notices = stage.env["dunning.notice"]._record_openings(entries)
        for notice in notices:
            notice.date_received = notice.date_sent + timedelta(days=3)

    def tell(self, stage):
        agency = self._create_agency(stage)
        self._talk(stage, TO_DECIDE)
        cases = stage.env["dunning.collection.case"].with_user(stage.people["henrik"])
        case = cases._prepare(stage.partner(HANDED_OVER), stage.company)
        case.agency_id = agency
        case.item_ids.write({"contract_date": date.today() - timedelta(days=200)})
        for check in case.check_ids.filtered(lambda check: check.state == "confirm"):
            check._confirm("Henrik Voss", "Akte durchgesehen")
        case.action_hand_over()
        case.action_send_package()
        self._pay(stage, case)
        prepared = cases._prepare(stage.partner(LONG_STANDING), stage.company)
        prepared.agency_id = agency
        prepared.action_plan_call()
        stage.env["dunning.advice"].with_user(stage.people["henrik"])._recompute(
            stage.company, stage.partner(TO_DECIDE)
        )

    @staticmethod
    def _create_agency(stage):
        agency = (
            stage.env["res.partner"]
            .sudo()  # the story's furniture
            .create(
                {
                    "name": AGENCY,
                    "is_company": True,
                    "street": "Gerichtsweg 8",
                    "zip": "20355",
                    "city": "Hamburg",
                    "country_id": stage.env.ref("base.de").id,
                    "email": "akten@hanse-forderung.example",
                    "lang": "de_DE",
                    "dunning_is_agency": True,
                    "dunning_agency_register_no": "3712 E 1-14.21",
                    "dunning_agency_checked_on": date.today() - timedelta(days=30),
                    "dunning_agency_checked_by": "Henrik Voss",
                    "dunning_agency_terms": "Kosten trägt der Schuldner, sonst pauschal.",
                }
            )
        )
        stage.env["dunning.collection.rule"].sudo().create({"agency_id": agency.id})
        return agency

    @staticmethod
    def _talk(stage, name):
        with stage.at(10):
            stage.env["dunning.call"].log(
                stage.partner(name),
                "no_proposal",
                company=stage.company,
                spoken_with="Herr Petersen",
                notes="Kein Vorschlag, legt auf.",
            )

    @staticmethod
    def _pay(stage, case):
        payment = stage.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=case.item_ids.move_id.ids
        )
        payment.create({"payment_date": date.today(), "amount": 500})._create_payments()
        case.action_check_payments()
