"""Chapter: the telephone. Every week the list is worked off; some calls are remembered."""

from datetime import date, datetime, time, timedelta

from .chapter import Chapter, Show
from .customers import Customer

CRANES, SHIPPING = "Kranbau Lornsen GmbH", "Hafenkontor Ingwersen GmbH"
SAILS, PRINTERS = "Segelmacherei Jessen", "Druckerei Kallsen KG"

#: Customers whom Emma calls in English.
ABROAD = ("Van Dijk Gereedschap B.V.", "Whitman Tools Inc.")

#: Sums from which the shipped policy calls before the first letter.
LARGE = 5000

#: Numbers that the telephone company keeps free for stories like this one.
NUMBER = "+49 40 66969 {:03}"

PEOPLE = {
    CRANES: ("Wiebke Lornsen", "Buchhaltung"),
    SHIPPING: ("Arne Ingwersen", "Geschäftsführung"),
    SAILS: ("Frauke Jessen", "Inhaberin"),
    PRINTERS: ("Momme Kallsen", "Kreditoren"),
}


def _customer(name, street, zip_code, city, email, note, *invoices):
    return Customer(name, street, zip_code, city, email, note, invoices)


class Telephone(Chapter):
    """Calls of levels, a promise with its confirmation, a disputed claim, a call back at a time."""

    customers = (
        _customer(
            CRANES,
            "Kranweg 1",
            "21107",
            "Hamburg",
            "buchhaltung@lornsen.example",
            "call of today: reached in the afternoon, a promise was given before",
            (6480.00, 33),
            (2150.00, 17),
        ),
        _customer(
            SHIPPING,
            "Brooktorkai 5",
            "20457",
            "Hamburg",
            "post@ingwersen.example",
            "promised on the phone, confirmed by the link",
            (1420.00, 12),
        ),
        _customer(
            SAILS,
            "Am Yachthafen 3",
            "24159",
            "Kiel",
            "segel@jessen.example",
            "disputed on the phone: nothing of it is dunned",
            (890.00, 14),
        ),
        _customer(
            PRINTERS,
            "Druckhof 8",
            "25746",
            "Heide",
            "rechnung@kallsen.example",
            "call back agreed for today",
            (760.00, 13),
        ),
    )

    shows = (
        Show(
            "a call of today", "dunning.call", [("state", "=", "planned"), ("date", "<=", "today")]
        ),
        Show("a confirmed summary", "dunning.call", [("summary_state", "=", "confirmed")]),
        Show("a corrected summary", "dunning.call", [("summary_state", "=", "corrected")]),
        Show("a call back at a time", "dunning.call", [("hour", ">", 0)]),
        Show("a disputed claim", "dunning.call", [("outcome", "=", "complaint")]),
        Show("a call that reached nobody", "dunning.call", [("outcome", "=", "not_reached")]),
    )

    def before_run(self, stage, days_ago):
        calls = stage.env["dunning.call"]
        self._give_numbers(stage)
        scheduled = calls.sudo()  # as the scheduled action
        scheduled._plan_after_letters(stage.company)
        scheduled._follow_planned(stage.company)
        self._call_about_large_sums(stage)
        if days_ago == 14:
            self._remember_cranes(stage)
        last = date.today() - timedelta(
            days=0 if days_ago else 1
        )  # today's are left to the visitor
        late = [("state", "=", "planned"), ("date", "<=", last)]
        late += [("cause", "in", ("level", "next_attempt"))]
        for number, call in enumerate(calls.search(late)):
            self._work_off(call, number)

    def tell(self, stage):
        calls = stage.env["dunning.call"]
        today = date.today()
        friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
        promised = calls.log(
            stage.partner(SHIPPING),
            "promise",
            **self._said(SHIPPING, stage, "Zahllauf ist am Freitag."),
            stance="accepted",
            promise_date=friday,
            promise_amount=1420,
            promise_person="Arne Ingwersen",
        )
        promised.sudo()._receive_confirmation()  # the customer, by the link
        disputed = calls.log(
            stage.partner(SAILS),
            "complaint",
            **self._said(SAILS, stage, "Lieferschein liegt ihr vor."),
            customer_words="Zwei der Bohrhämmer laufen nicht, das habe ich dem Fahrer gesagt.",
        )
        disputed.sudo()._receive_correction(
            "Es waren drei Bohrhämmer."
        )  # the customer, by the link
        calls.log(
            stage.partner(PRINTERS),
            "call_back",
            **self._said(PRINTERS, stage, "Herr Kallsen ist in einer Besprechung."),
            call_back_on=today,
            call_back_hour=14.5,
        )
        calls._plan(stage.partner(CRANES), stage.company, "clerk", today)
        for name in ABROAD:
            emma = stage.people["emma"]
            calls._plan(stage.partner(name), stage.company, "clerk", today, user=emma)
        calls.sudo()._follow_planned(stage.company)  # as the scheduled action

    # === THE WEEKS ===

    def _give_numbers(self, stage):
        """Everybody has a number, some have a person."""
        for number, (name, partner) in enumerate(stage.partners.items(), start=100):
            if partner.phone:
                continue
            partner.sudo().phone = NUMBER.format(number)
            if name in PEOPLE:
                person, job = PEOPLE[name]
                partner.sudo().create(
                    {
                        "name": person,
                        "function": job,
                        "parent_id": partner.id,
                        "phone": NUMBER.format(number + 400),
                        "email": partner.email,
                        "lang": partner.lang,
                    }
                )

    def _call_about_large_sums(self, stage):
        """Before the first letter about a large sum somebody has called the day before."""
        calls = stage.env["dunning.call"]
        called = calls.search([("state", "=", "done")]).partner_id
        for partner in stage.partners.values():
            debtor = partner.with_env(stage.env).with_company(stage.company)
            if partner not in called and debtor.dunning_amount_overdue >= LARGE:
                said = {"wants_summary": False, "called_on": self._yesterday_at(13)}
                calls.log(debtor, "no_proposal", notes="Wird intern geprüft.", **said)

    def _remember_cranes(self, stage):
        """What went before with the customer whom a visitor calls first."""
        stage.env["dunning.call"].log(
            stage.partner(CRANES),
            "part_payment",
            **self._said(CRANES, stage, "Die Hälfte geht diese Woche hinaus."),
            called_on=self._yesterday_at(13),
            stance="accepted",
            promise_amount=3000,
            promise_date=date.today() + timedelta(days=3),
            promise_person="Wiebke Lornsen",
        )

    def _work_off(self, call, number):
        """Somebody has called yesterday; every third time nobody answered."""
        reached = number % 3 or call.attempt > 1
        call.action_finish(
            "no_proposal" if reached else "not_reached",
            {
                "called_on": self._yesterday_at(9 if not reached else 12 + number % 3),
                "number": call.partner_id.phone,
                "notes": "Meldet sich." if reached else "",
                "wants_summary": False,
            },
        )

    @staticmethod
    def _yesterday_at(hour):
        return datetime.combine(date.today() - timedelta(days=1), time(hour, 10))

    @staticmethod
    def _said(name, stage, notes):
        """Return with whom somebody spoke, and what was noted."""
        person = stage.partner(name).child_ids.filtered("function")[:1]
        return {
            "contact_id": person.id,
            "spoken_with": person.name,
            "number": person.phone,
            "notes": notes,
            "duration": 4,
        }
