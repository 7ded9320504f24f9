"""Complaints: new, late, offered, chosen, settled and rejected ones, and a hardship."""

from datetime import date, timedelta

from odoo import Command

from .chapter import Chapter, Show
from .customers import Customer

NEW = Customer(
    "Fliesenhandel Brodersen",
    "Mühlenstraße 14",
    "25813",
    "Husum",
    "buero@brodersen.example",
    "complaint handed in online this morning, about a part",
    ((1190.00, 16),),
    contact="Wiebke Brodersen",
)
LATE = Customer(
    "Elektro Paulsen GmbH",
    "Am Markt 6",
    "24937",
    "Flensburg",
    "rechnung@paulsen.example",
    "complaint without an answer: overdue, nothing of the invoice is dunned",
    ((860.00, 24), (455.00, 19)),
    contact="Jens Paulsen",
)
OFFERED = Customer(
    "Dachdeckerei Lorenz",
    "Ziegelweg 3",
    "23843",
    "Bad Oldesloe",
    "lorenz@dach.example",
    "three solutions offered, the customer has not chosen yet",
    ((2380.00, 30),),
    contact="Frauke Lorenz",
)
CHOSEN = Customer(
    "Gartenbau Stender KG",
    "Baumschulenweg 22",
    "25421",
    "Pinneberg",
    "fibu@stender.example",
    "part credit chosen online: the credit note waits as a draft",
    ((1640.00, 33),),
    contact="Olaf Stender",
)
SETTLED = Customer(
    "Metallbau Reimers",
    "Schmiedestraße 9",
    "25524",
    "Itzehoe",
    "post@reimers.example",
    "complaint settled with a part credit, the rest paid, the customer satisfied",
    ((980.00, 45),),
    contact="Telse Reimers",
)
REJECTED = Customer(
    "Autohaus Jessen",
    "Industriestraße 40",
    "24589",
    "Nortorf",
    "buchhaltung@jessen.example",
    "complaint rejected with reasons, and complained of once more",
    ((1320.00, 50),),
    contact="Malte Jessen",
)
HARDSHIP = Customer(
    "Fischimbiss Kutter",
    "Kaistraße 1",
    "24103",
    "Kiel",
    "moin@kutter.example",
    "cannot pay at once: does not contest, instalments are offered",
    ((720.00, 22),),
    contact="Hinnerk Kutter",
)


class Complaints(Chapter):
    """Whoever is not satisfied is heard, gets a choice, and comes back."""

    customers = (NEW, LATE, OFFERED, CHOSEN, SETTLED, REJECTED, HARDSHIP)
    shows = (
        Show("a complaint that is late", "dunning.complaint", [("is_answer_late", "=", True)]),
        Show("options on offer", "dunning.complaint", [("state", "=", "offered")]),
        Show("a choice to carry out", "dunning.complaint", [("state", "=", "chosen")]),
        Show("a rejected complaint", "dunning.complaint", [("state", "=", "rejected")]),
        Show("a pause to confirm", "dunning.complaint", [("to_confirm", "=", True)]),
    )

    def before_run(self, stage, days_ago):
        stories = {
            28: (self._settle, self._reject),
            14: (self._choose, self._be_late),
            7: (self._offer,),
        }
        for story in stories.get(days_ago, ()):
            story(stage)

    def tell(self, stage):
        self._complain(
            stage,
            NEW,
            "damaged",
            "Zwei Pakete der Fliesen kamen zerbrochen an. Fotos kann ich schicken.",
            amount=238,
            source="portal",
        )
        self._complain(
            stage,
            HARDSHIP,
            "hardship",
            "Der Winter ist lang und der Kai leer. Auf einmal schaffe ich das nicht.",
        )
        self._complain(
            stage,
            REJECTED,
            "price",
            "Der Preis ist immer noch zu hoch.",
            summary="Wie im Vormonat.",
        )
        settled = stage.env["dunning.complaint"].search(
            [("partner_id", "=", stage.partner(SETTLED.name).id)]
        )
        settled.sudo()._receive_satisfaction("3")

    # === STORIES ===

    def _settle(self, stage):
        complaint = self._complain(
            stage, SETTLED, "damaged", "Drei Schleifscheiben waren gesprungen.", amount=200
        )
        self._answer(stage, complaint, "Drei von zehn Scheiben gesprungen, Foto liegt vor.")
        self._pick(complaint, "credit_part")
        complaint.option_id.move_ids.with_user(stage.people["henrik"]).action_post()
        invoice = stage.invoices(SETTLED.name)
        stage.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    def _reject(self, stage):
        complaint = self._complain(
            stage, REJECTED, "price", "Uns war ein anderer Preis zugesagt worden."
        )
        complaint.summary = "Kunde nennt 1.200, bestätigt waren 1.320."
        complaint.action_hear()
        subject, body = complaint._get_text("rejection")
        finding = "In der Auftragsbestätigung, die Sie unterschrieben haben, steht dieser Preis."
        complaint._close(
            "rejected", "Preis schriftlich bestätigt.", subject, body.replace("…", finding)
        )

    def _choose(self, stage):
        complaint = self._complain(
            stage, CHOSEN, "service", "Der Monteur kam zweimal vergeblich.", amount=640
        )
        self._answer(stage, complaint, "Zwei Anfahrten ohne Ersatzteil, laut Tourenplan bestätigt.")
        self._pick(complaint, "credit_part")

    def _be_late(self, stage):
        self._complain(
            stage,
            LATE,
            "missing",
            "Die Lieferung 1 ist nie angekommen, das habe ich schon am Telefon gesagt!",
        )

    def _offer(self, stage):
        complaint = self._complain(
            stage, OFFERED, "damaged", "Die Bohrhämmer haben Transportschäden.", amount=1190
        )
        self._answer(stage, complaint, "Zwei von vier Geräten mit gebrochenem Gehäuse.")

    # === STEPS ===

    @staticmethod
    def _complain(stage, customer, reason, words, amount=0.0, **values):
        contact = stage.partner(customer.name)
        complaints = stage.env["dunning.complaint"]
        if values.get("source") == "portal":
            complaints = complaints.sudo()  # the customer himself
        return complaints.open(
            stage.invoices(customer.name)[:1],
            words,
            reason=stage.env.ref(f"mahnwesen_pro.dunning_complaint_reason_{reason}"),
            amount=amount,
            contact_id=(contact.child_ids[:1] or contact).id,
            **values,
        )

    @staticmethod
    def _answer(stage, complaint, summary):
        complaint.summary = summary
        complaint.action_hear()
        complaint.action_take_usual_options()
        holds = date.today() + timedelta(days=30)
        complaint.option_ids = [
            Command.update(option.id, {"valid_until": holds}) for option in complaint.option_ids
        ]
        dear = complaint.option_ids.filtered("needs_approval")
        dear.with_user(stage.people["henrik"]).action_approve()
        complaint.action_offer()

    @staticmethod
    def _pick(complaint, kind):
        option = complaint.option_ids.filtered(lambda one: one.kind == kind)
        complaint.sudo()._choose(option, "link", complaint._get_addressee().name)
