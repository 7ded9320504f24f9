"""Chapter: claims with interest and costs, payments on them, returned debits, cash discounts."""

from datetime import date, timedelta

from odoo import Command

from .chapter import Chapter, Show
from .customers import Customer

PART_PAID, RETURNED, LATE_DISCOUNT = (
    "Glaserei Petersen GmbH",
    "Fitnessstudio Nordlicht GmbH",
    "Werbetechnik Hollmann GmbH",
)
SHOWN_CREDIT = "Getränke Voss OHG"

#: Weeks before today: invoice of the discount and of the debit, their payment, what came of it.
INVOICED, PAID, CAME_BACK = 49, 21, 14


class Claim(Chapter):
    """Money after the letters: what is owed to the cent, and on what a payment goes."""

    customers = (
        Customer(
            PART_PAID,
            "Glashüttenstraße 40",
            "20357",
            "Hamburg",
            "buero@petersen.example",
            "paid a part: the claim statement counts interest in both orders",
            ((5950.00, 110), (840.00, 45)),
            contact="Levke Petersen",
            payments=((0, 3000.00, 50),),
        ),
        Customer(
            RETURNED,
            "Holstenstraße 15",
            "22767",
            "Hamburg",
            "verwaltung@nordlicht.example",
            "the bank returned the direct debit: a ladder and a cost line of its own",
            (),
        ),
        Customer(
            LATE_DISCOUNT,
            "Industrieweg 8",
            "25524",
            "Itzehoe",
            "rechnung@hollmann.example",
            "took the cash discount too late: asked for the difference in a friendly way",
            (),
        ),
        Customer(
            SHOWN_CREDIT,
            "Brauerknechtgraben 4",
            "20459",
            "Hamburg",
            "post@voss.example",
            "has a credit: one click allocates it",
            ((760.00, 9),),
            credits=((210.00, 5),),
        ),
    )

    shows = (
        Show("a returned direct debit", "account.move", [("dunning_returned_on", "!=", False)]),
        Show(
            "a letter about a cash discount",
            "dunning.notice",
            [
                (
                    "level_id.policy_id.name",
                    "in",
                    ("Cash Discounts Claimed Back", "Skonto-Rückforderung"),
                )
            ],
        ),
    )

    def before_run(self, stage, days_ago):
        if days_ago == 63:
            company = stage.company.sudo()
            company.write({"dunning_booking": "paid", "dunning_due_agreed": True})
        if days_ago == INVOICED:
            self._invoice(stage, LATE_DISCOUNT, 1840.00, self._create_terms(stage))
            self._invoice(stage, RETURNED, 490.00)
        if days_ago == PAID:
            self._pay(stage, LATE_DISCOUNT, 1803.20)
            self._pay(stage, RETURNED, 490.00)
        if days_ago == CAME_BACK:
            invoice = stage.invoices(RETURNED)
            invoice._dunning_return_debit(date.today(), 4.50, "mangels Deckung")

    def _create_terms(self, stage):
        return (
            stage.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "10 Tage 2 % Skonto, 21 Tage netto",
                    "early_discount": True,
                    "discount_percentage": 2,
                    "discount_days": 10,
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 100, "nb_days": 21})
                    ],
                }
            )
        )

    def _invoice(self, stage, name, amount, terms=None):
        invoice = stage.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": stage.partner(name).id,
                "invoice_date": date.today(),
                "invoice_date_due": date.today() + timedelta(days=21),
                "invoice_payment_term_id": terms.id if terms else False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Lieferung", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        invoice.action_post()
        invoice.is_move_sent = True
        return invoice

    def _pay(self, stage, name, amount):
        invoice = stage.invoices(name)
        payments = stage.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payments.create({"payment_date": date.today(), "amount": amount})._create_payments()
