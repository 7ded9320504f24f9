"""Promises and instalment plans: kept, broken, running, missed and ended ones."""

from datetime import date, timedelta

from .chapter import Chapter
from .customers import Customer

KEEPS = Customer(
    "Kranbau Moltke GmbH",
    "Werftstraße 8",
    "24143",
    "Kiel",
    "rechnung@moltke.example",
    "two promises, both kept",
    ((2450.00, 52), (1180.00, 24)),
    contact="Ingo Moltke",
    payments=((0, 0, 35), (1, 0, 7)),
)
BREAKS = Customer(
    "Druckerei Thaden",
    "Norderstraße 31",
    "24939",
    "Flensburg",
    "kontor@thaden.example",
    "promise broken: a call is planned, the next letter leaves less time",
    ((1690.00, 45),),
    contact="Birte Thaden",
)
HALF = Customer(
    "Bootswerft Wiebe KG",
    "Am Hafen 5",
    "23730",
    "Neustadt in Holstein",
    "buero@wiebe.example",
    "promise kept in part",
    ((3200.00, 40),),
    contact="Hauke Wiebe",
    payments=((0, 1500, 14),),
)
ONLINE = Customer(
    "Café Ankerplatz",
    "Hafenpromenade 2",
    "23570",
    "Lübeck",
    "hallo@ankerplatz.example",
    "named a day online",
    ((486.20, 15),),
    contact="Lena Anker",
)
AGAIN = Customer(
    "Raumausstatter Ufer",
    "Kirchweg 17",
    "25746",
    "Heide",
    "post@ufer.example",
    "second extension: a manager still has to confirm it",
    ((940.00, 33),),
    contact="Sönke Ufer",
)
DUE = Customer(
    "Zimmerei Quast GmbH",
    "Holzdamm 4",
    "27472",
    "Cuxhaven",
    "buchhaltung@quast.example",
    "promise due today",
    ((1275.40, 26),),
    contact="Anke Quast",
)
PLAN = Customer(
    "Spedition Wattenmeer GmbH",
    "Deichweg 60",
    "26506",
    "Norden",
    "fibu@wattenmeer.example",
    "instalment plan runs, two of six paid",
    ((4800.00, 70), (1333.35, 56)),
    contact="Rieke Janssen",
    payments=((0, 1022.22, 42), (0, 1022.22, 14)),
)
MISSED = Customer(
    "Tischlerei Vollmer",
    "Sägemühle 1",
    "29451",
    "Dannenberg",
    "werkstatt@vollmer.example",
    "instalment plan with a missed instalment",
    ((2700.00, 63),),
    contact="Knut Vollmer",
)
ENDED = Customer(
    "Gasthof Strandkrug",
    "Dünenweg 12",
    "25980",
    "Sylt",
    "wirt@strandkrug.example",
    "instalment plan ended: two instalments missed",
    ((1200.00, 66),),
    contact="Momme Hinrichs",
)
OFFERED = Customer(
    "Malerei Nissen",
    "Osterende 9",
    "25813",
    "Husum",
    "nissen@malerei.example",
    "instalment plan with interest on offer",
    ((1500.00, 38),),
    contact="Gesa Nissen",
)

#: days ago -> (customer, the promised day in days from then)
PROMISES = {
    42: ((KEEPS, 7),),
    21: ((BREAKS, 5), (HALF, 7), (AGAIN, 4)),
    14: ((KEEPS, 7),),
    7: ((AGAIN, 10), (DUE, 7)),
}

#: days ago -> (customer, first instalment in days from then, terms)
PLANS = {
    56: ((ENDED, 14, {"count": 4, "rhythm": "weekly"}),),
    49: ((PLAN, 7, {"count": 6}),),
    42: ((MISSED, 21, {"count": 3}),),
}


class Promises(Chapter):
    """What customers have promised, and what became of it."""

    customers = (KEEPS, BREAKS, HALF, ONLINE, AGAIN, DUE, PLAN, MISSED, ENDED, OFFERED)

    def before_run(self, stage, days_ago):
        for customer, days in PROMISES.get(days_ago, ()):
            self._promise(stage, customer, days)
        for customer, days, terms in PLANS.get(days_ago, ()):
            plan = self._offer(stage, customer, days, **terms)
            plan._accept(customer.contact, "link")
        stage.env["dunning.promise"].check()
        stage.env["dunning.installment.plan"].check()

    def tell(self, stage):
        self._offer(stage, OFFERED, 14, count=5, rate=5)
        notice = stage.notices(ONLINE.name)[:1]
        notice.sudo()._receive_promise(date.today() + timedelta(days=6), ONLINE.contact)

    def _promise(self, stage, customer, days):
        lines = self._due_lines(stage, customer)
        stage.env["dunning.promise"]._record(
            lines,
            date.today() + timedelta(days=days),
            sum(lines.mapped("amount_residual_currency")),
            customer.contact,
        )

    def _offer(self, stage, customer, days, **terms):
        lines = self._due_lines(stage, customer)
        first = date.today() + timedelta(days=days)
        terms |= {"date_first": first, "person": customer.contact}
        plan = stage.env["dunning.installment.plan"]._draft(lines, terms)
        plan.action_offer()
        return plan

    @staticmethod
    def _due_lines(stage, customer):
        lines = stage.invoices(customer.name)._get_dunning_open_lines()
        return lines.filtered(lambda line: line.date_maturity <= date.today())
