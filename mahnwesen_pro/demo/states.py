"""Chapter: insolvent, deceased and confidential customers, other payers, and the veto of sales."""

from datetime import date, timedelta

from odoo import Command

from .chapter import Chapter, Show
from .customers import Customer

INSOLVENT, DECEASED = "Stahlbau Brodersen GmbH", "Erika Hinrichs"
NO_ADMINISTRATOR = "Fahrschule Ketels"
STATEMENT, PAID_BY_HOLDING = "Baustoffhandel Raabe KG", "Möbelhaus Carlsen, Filiale Husum"
EMPLOYEE, SUPPLIER = "Henning Boysen", "Schleifmittel Sörensen GmbH"
ASKED, STOPPED = "Bauunternehmung Thiessen GmbH", "Ladenbau Lassen GmbH"


class States(Chapter):
    """Customers who are not dunned like everybody else."""

    customers = (
        Customer(
            INSOLVENT,
            "Hafendamm 60",
            "24937",
            "Flensburg",
            "info@brodersen.example",
            "insolvent: the administrator has got his letter",
            ((4300.00, 40), (1250.00, 12), (800.00, -5)),
        ),
        Customer(
            DECEASED,
            "Klosterstraße 9",
            "24103",
            "Kiel",
            "erika.hinrichs@mail.example",
            "deceased: the letter to the heirs waits for approval",
            ((148.70, 28),),
            kind="consumer",
        ),
        Customer(
            NO_ADMINISTRATOR,
            "Norderstraße 77",
            "25746",
            "Heide",
            "info@ketels.example",
            "insolvent, the administrator is not named yet: nobody has written",
            ((265.00, 15),),
        ),
        Customer(
            STATEMENT,
            "Zum Hafen 2",
            "23966",
            "Wismar",
            "buchhaltung@raabe.example",
            "gets a statement of account instead of reminders",
            ((2200.00, 12), (640.00, 3), (980.00, -8)),
        ),
        Customer(
            PAID_BY_HOLDING,
            "Großstraße 21",
            "25813",
            "Husum",
            "husum@carlsen.example",
            "the holding pays: the letter goes there and names the branch",
            ((1720.00, 11),),
        ),
        Customer(
            EMPLOYEE,
            "Fliederweg 3",
            "22159",
            "Hamburg",
            "h.boysen@mail.example",
            "an employee: only managers see his reminders",
            ((89.00, 9),),
            kind="consumer",
        ),
        Customer(
            SUPPLIER,
            "Am Schleifstein 4",
            "42651",
            "Solingen",
            "rechnung@soerensen.example",
            "customer and supplier: we owe him something, nothing is netted by itself",
            ((1600.00, 9),),
        ),
        Customer(
            ASKED,
            "Betonstraße 18",
            "18055",
            "Rostock",
            "kreditoren@thiessen.example",
            "sales may still stop the first notice",
            ((3650.00, 22),),
        ),
        Customer(
            STOPPED,
            "Messeweg 5",
            "30521",
            "Hannover",
            "office@lassen.example",
            "sales has stopped the first notice: complaint at the trade fair",
            ((2480.00, 29),),
        ),
    )

    shows = (
        Show("letter to an administrator", "dunning.notice", [("kind", "=", "insolvent")]),
        Show("insolvent, not written to", "dunning.run.skip", [("reason", "=", "insolvent")]),
        Show("letter to heirs", "dunning.notice", [("kind", "=", "deceased")]),
        Show("statement of account", "dunning.notice", [("kind", "=", "statement")]),
        Show("never reminded", "dunning.run.skip", [("reason", "=", "never")]),
        Show(
            "confidential notice",
            "dunning.notice",
            [("partner_id.dunning_is_confidential", "=", True)],
        ),
        Show("letter to another payer", "dunning.notice", [("letter_concern", "ilike", "Husum")]),
        Show("hint about what we owe", "dunning.notice", [("hint", "!=", False)]),
        Show("sales was told", "dunning.veto", [("state", "=", "waiting")]),
        Show("sales has stopped", "dunning.veto", [("state", "=", "stopped")]),
    )

    def before_run(self, stage, days_ago):
        if days_ago == 63:
            self._prepare(stage)
        elif days_ago == 7:
            self._become_insolvent(stage)
        elif not days_ago:
            self._report_death(stage)
            self._stop_by_sales(stage)

    def tell(self, stage):
        for name in (INSOLVENT, DECEASED):
            stage.partner(name).action_dunning_letter_once()
        stage.send(stage.notices(INSOLVENT)[:1])
        stage.send(stage.notices(PAID_BY_HOLDING)[:1])

    def _prepare(self, stage):
        master_data = stage.env(su=True)  # set up once by whoever keeps the master data
        partners = {name: stage.partner(name).with_env(master_data) for name in stage.partners}
        partners[STATEMENT].dunning_policy_id = master_data.ref(
            "mahnwesen_pro.dunning_policy_statement"
        )
        partners[EMPLOYEE].dunning_is_confidential = True
        partners[PAID_BY_HOLDING].dunning_payer_id = master_data["res.partner"].create(
            {
                "name": "Carlsen Holding GmbH",
                "is_company": True,
                "street": "Ballindamm 40",
                "zip": "20095",
                "city": "Hamburg",
                "country_id": master_data.ref("base.de").id,
                "email": "kreditoren@carlsen-holding.example",
                "lang": "de_DE",
            }
        )
        policy = self._create_policy_with_veto(stage.company.with_env(master_data))
        (partners[ASKED] + partners[STOPPED]).dunning_policy_id = policy
        self._post_bill(partners[SUPPLIER])

    @staticmethod
    def _create_policy_with_veto(company):
        default = company.env.ref("mahnwesen_pro.dunning_policy_default")
        policy = default.copy({"name": "Mit Rückfrage im Vertrieb", "company_id": company.id})
        policy.level_ids.filtered(lambda level: level.rank > 1).veto_days = 5
        return policy

    @staticmethod
    def _post_bill(supplier):
        """Post a bill that is open today: we owe it to a customer."""
        line = {"name": "Schleifscheiben", "price_unit": 730, "tax_ids": [Command.clear()]}
        bill = supplier.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "invoice_date": date.today(),
                "ref": "SÖ-20814",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        bill.action_post()

    @staticmethod
    def _become_insolvent(stage):
        partners = stage.env["res.partner"].sudo()  # master data, see above
        administrator = partners.create(
            {
                "name": "Rechtsanwältin Dr. Martina Feddern",
                "street": "Gerichtsstraße 4",
                "zip": "24937",
                "city": "Flensburg",
                "country_id": stage.env.ref("base.de").id,
                "lang": "de_DE",
            }
        )
        stage.partner(INSOLVENT).sudo().write(
            {
                "dunning_state": "insolvent",
                "dunning_state_date": date.today() - timedelta(days=2),
                "dunning_state_ref": "56 IN 118/26",
                "dunning_representative_id": administrator.id,
            }
        )
        stage.partner(NO_ADMINISTRATOR).sudo().dunning_state = "insolvent"

    @staticmethod
    def _report_death(stage):
        partners = stage.env["res.partner"].sudo()  # master data, see above
        heirs = partners.create(
            {
                "name": "Erbengemeinschaft nach Erika Hinrichs",
                "street": "Klosterstraße 9",
                "zip": "24103",
                "city": "Kiel",
                "country_id": stage.env.ref("base.de").id,
                "lang": "de_DE",
            }
        )
        stage.partner(DECEASED).sudo().write(
            {
                "dunning_state": "deceased",
                "dunning_state_date": date.today() - timedelta(days=4),
                "dunning_representative_id": heirs.id,
            }
        )

    @staticmethod
    def _stop_by_sales(stage):
        with stage.at(4):
            vetoes = stage.env["dunning.veto"].with_user(stage.people["verkauf"])
            told = vetoes.search([("partner_id", "=", stage.partner(STOPPED).id)])
            told._stop(
                "Reklamation auf der Messe: zwei Vitrinen kommen neu, Termin ist vereinbart.",
                date.today() + timedelta(days=21),
            )
