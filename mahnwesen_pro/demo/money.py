"""Chapter: interest, lump sums and waivers, and a customer whose letters are in English."""

from .chapter import Chapter, Show
from .customers import Customer

PART_PAID, ENGLISH = "Werftbedarf Claasen GmbH", "Northern Outfitters GmbH"
GOODWILL, PRIVATE = "Hotel Seeblick GmbH", "Katja Meinert"


class Money(Chapter):
    """Customers who owe more than their invoices, and one to whom that is forgiven."""

    customers = (
        Customer(
            PART_PAID,
            "Werftstraße 31",
            "24143",
            "Kiel",
            "buchhaltung@claasen.example",
            "final notice: interest over a payment in part, see the page with the calculation",
            ((5950.00, 70),),
            payments=((0, 3000.00, 25),),
        ),
        Customer(
            ENGLISH,
            "Große Elbstraße 145",
            "22767",
            "Hamburg",
            "accounts@northern.example",
            "final notice in English, with interest and lump sum",
            ((4200.00, 70), (880.00, 70)),
            lang="en_US",
        ),
        Customer(
            GOODWILL,
            "Seestraße 2",
            "23683",
            "Scharbeutz",
            "verwaltung@seeblick.example",
            "three lump sums were waived: a customer for twelve years",
            ((1310.00, 49), (640.00, 49), (275.50, 48)),
        ),
        Customer(
            PRIVATE,
            "Rosenweg 8",
            "21073",
            "Hamburg",
            "katja.meinert@mail.example",
            "consumer in default: the lower rate, no lump sum",
            ((389.00, 37),),
            kind="consumer",
        ),
    )

    shows = (
        Show("interest that was sent", "dunning.notice.charge", [("state", "=", "sent")]),
        Show("waived lump sum", "dunning.notice.charge", [("is_waived", "=", True)]),
        Show(
            "interest of a consumer",
            "dunning.notice.charge",
            [("kind", "=", "interest"), ("partner_id.dunning_debtor_type", "=", "consumer")],
        ),
        Show("suggested customer type", "res.partner", [("dunning_debtor_note", "!=", False)]),
    )

    def before_run(self, stage, days_ago):
        if days_ago == 63:
            for customer in self.customers:
                partner = stage.partner(customer.name).sudo()  # who keeps contacts, not the clerk
                partner.dunning_due_agreed = "yes"
            stage.partner(PART_PAID).action_dunning_take_suggestion()

    def tell(self, stage):
        notice = stage.notices(GOODWILL)[:1].with_user(stage.people["henrik"])
        lump_sums = notice.charge_ids.filtered(lambda charge: charge.kind == "lump_sum")
        lump_sums.action_waive("Kulanz: seit zwölf Jahren unser Kunde")
