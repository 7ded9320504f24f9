from odoo import api, models


class DunningCollectionSentence(models.AbstractModel):
    """Puts what adviser and gate found into words, in the user's language."""

    _name = "dunning.collection.sentence"
    _description = "Sentences about Handing over"

    # === GATE ===

    @api.model
    def _condition(self, code):
        """Return the name of a condition."""
        return {
            "default": self.env._("Due and in default"),
            "reminder": self.env._("Reminder provable"),
            "complaint": self.env._("No complaint open"),
            "credit": self.env._("No credit open"),
            "agreement": self.env._("No promise or plan running"),
            "insolvency": self.env._("Insolvency not known"),
            "address": self.env._("Address valid"),
            "data": self.env._("Data of § 13a RDG complete"),
            "limitation": self.env._("Not statute-barred"),
            "insurer": self.env._("Credit insurer or factor"),
            "announcement": self.env._("Handing over announced"),
            "call": self.env._("Personal call made"),
            "member": self.env._("Contract with a bureau"),
            "letters": self.env._("Two written reminders"),
            "first_letter": self.env._("First one four weeks ago"),
            "informed": self.env._("Debtor informed before"),
            "undisputed": self.env._("Not disputed"),
        }[code]

    @api.model
    def _gate(self, code, reason, day, detail):
        """Return the sentence of a line of the gate."""
        if code == "data" and detail:
            names = ", ".join(self._data(name) for name in detail.split(","))
            return self.env._("Missing: %s. Complete the items below or the company.", names)
        return self._get_gate_sentences(day, detail).get(code, {}).get(reason) or self.env._(
            "Fine."
        )

    @api.model
    def _data(self, name):
        return {
            "creditor_address": self.env._("our own address"),
            "contract_subject": self.env._("subject of the contract"),
            "contract_date": self.env._("date of the contract"),
        }[name]

    @api.model
    def _get_gate_sentences(self, day, detail):
        return {
            "default": {
                "not_due": self.env._("Not every item is overdue."),
                "not_certain": self.env._(
                    "Default is not certain for every item: nothing agreed, no reminder "
                    "that counts."
                ),
                "not_yet": self.env._("In default only from %s.", day),
                "fine": self.env._("In default since %s at the latest.", day),
            },
            "reminder": {
                "none": self.env._("No reminder has reached the debtor for every item."),
                "not_proven": self.env._(
                    "Sent, and nothing came back; that it arrived is not proven."
                ),
                "fine": self.env._("A reminder for every item provably arrived."),
            },
            "complaint": {
                "open": self.env._("%s contested and not decided: answer first.", detail),
            },
            "credit": {
                "covered": self.env._("Open credits cover the claim: allocate them first."),
                "open": self.env._(
                    "Open credits may lower the claim: allocate them, or note why they do not."
                ),
            },
            "agreement": {
                "running": self.env._("%s running: wait for it, or end it.", detail),
            },
            "insolvency": {
                "insolvent": self.env._(
                    "The customer is insolvent: file the claim with the administrator."
                ),
                "deceased": self.env._("The customer has died: write to the heirs."),
            },
            "address": {
                "returned": self.env._("Letters came back. Find the new address first."),
                "incomplete": self.env._("Street or place is missing."),
            },
            "limitation": {
                "passed": self.env._("Statute-barred after %s: he may refuse.", day),
                "unknown": self.env._(
                    "The law of your country is not known here: find out until when it can "
                    "be claimed."
                ),
                "earliest": self.env._(
                    "Statute-barred after %s at the earliest. What delays it under the law of your "
                    "country is not known here: have the day confirmed.",
                    day,
                ),
                "three_months": self.env._(
                    "Statute-barred after %s: less than three months. Only a step in court surely "
                    "stops it, such as an order for payment.",
                    day,
                ),
                "six_months": self.env._("Statute-barred after %s: less than six months.", day),
                "fine": self.env._("Statute-barred after %s.", day),
            },
            "insurer": {
                "none": self.env._("Neither insured nor sold."),
                "told": self.env._("Told on %s.", day),
                "missed": self.env._(
                    "The insurer wanted to know by %s. Clear it up, then enter when he was told.",
                    day,
                ),
                "ask": self._ask_insurer(day),
            },
            "announcement": {
                "none": self.env._("No letter of ours has announced it."),
                "running": self.env._("The debtor may still pay until %s.", day),
                "fine": self.env._("Announced; the deadline was %s.", day),
            },
            "call": {
                "not_needed": self.env._("Not asked for with this customer."),
                "needed": self.env._(
                    "A long-standing or valuable customer: his salesperson calls once before."
                ),
                "fine": self.env._("Spoken to on %s.", day),
            },
            "member": {
                "no_member": self.env._(
                    "You have no contract with a credit bureau: neither report nor announce it."
                ),
            },
            "letters": {
                "too_few": self.env._("Only %s by letter; e-mails do not count.", detail),
            },
            "first_letter": {
                "too_early": self._too_early(day),
            },
            "informed": {
                "not_known": self.env._(
                    "Did a letter say, at the earliest with the first reminder, that a bureau may "
                    "be told, and that disputing the claim is enough to prevent it?"
                ),
            },
            "undisputed": {
                "disputed": self.env._("The claim is disputed: it may not be reported."),
            },
        }

    @api.model
    def _ask_insurer(self, day):
        if day:
            return self.env._("Tell the insurer by %s, and ask whether you may hand over.", day)
        return self.env._("Ask the insurer whether you may hand over.")

    @api.model
    def _too_early(self, day):
        return self.env._("Not before %s.", day) if day else self.env._("No letter was sent.")

    # === ADVICE ===

    @api.model
    def _factor_name(self, code):
        return {
            "days_overdue": self.env._("Days overdue"),
            "proven": self.env._("Reminders that provably arrived"),
            "broken": self.env._("Promises not kept"),
            "no_proposal": self.env._("Calls without a proposal"),
            "unreached": self.env._("Calls that reached nobody"),
            "reached": self.env._("Talks with the customer"),
            "late_share": self.env._("Invoices paid late before"),
            "amount": self.env._("Overdue sum"),
            "limitation": self.env._("Days until statute-barred"),
            "trust": self.env._("Trust in the contact"),
            "years": self.env._("Years of relationship"),
            "revenue": self.env._("Revenue of twelve months"),
            "orders": self.env._("Open orders"),
            "complaints": self.env._("Open complaints"),
        }[code]

    @api.model
    def _factor(self, code, value):
        """Return what a factor says, with its value in words.

        :param str value: the value as it is shown; "" where it is not known
        """
        if not value:
            return self.env._("Not known, so it does not count.")
        return {
            "days_overdue": self.env._("The oldest item is %s days overdue.", value),
            "proven": self.env._("Reminders that provably arrived without being paid: %s.", value),
            "broken": self.env._("Promises broken or kept only in part: %s.", value),
            "no_proposal": self.env._(
                "Talks without a proposal: %s. Each is a sign that none will come.", value
            ),
            "unreached": self.env._("Calls that reached nobody who could answer: %s.", value),
            "reached": self.env._("Talks: %s. Whoever talks may still pay.", value),
            "late_share": self.env._("%s of the paid invoices were paid late.", value),
            "amount": self.env._("%s are overdue.", value),
            "limitation": self.env._("Days left before he may refuse to pay: %s.", value),
            "trust": self.env._("The contact is marked: %s.", value),
            "years": self.env._("Years as a customer: %s. What was built up is worth care.", value),
            "revenue": self.env._("%s net in twelve months.", value),
            "orders": self.env._("%s are ordered and not invoiced yet.", value),
            "complaints": self.env._("Complaints that wait for our answer: %s.", value),
        }[code]

    @api.model
    def _verdict(self, verdict, reason):
        """Return why this is advised."""
        return {
            "not_yet": {
                "ladder": self.env._(
                    "Not yet: the levels are not exhausted. The next reminder comes first."
                ),
                "agreement": self.env._(
                    "Not yet: a promise or an instalment plan is running. Wait for it."
                ),
            },
            "talk": {
                "deceased": self.env._(
                    "Talk first: the customer has died, and the heirs owe what is open. Write to "
                    "the heirs."
                ),
                "complaint": self.env._(
                    "Talk first: a complaint is open. Decide on it before anything else."
                ),
                "score": self.env._(
                    "Talk first: not enough speaks for handing over. A call may still settle it."
                ),
                "valued": self.env._(
                    "Talk first: a long-standing or valuable customer. His salesperson should call "
                    "once."
                ),
            },
            "last_chance": {
                "score": self.env._(
                    "Last letter: much speaks for handing over. Announce it, with a last date."
                ),
                "not_announced": self.env._(
                    "Last letter: handing over is due, but no letter has announced it yet."
                ),
            },
            "hand_over": {
                "score": self.env._(
                    "Hand over: everything else was tried, and nothing suggests that he will pay."
                ),
            },
            "management": {
                "valued": self.env._(
                    "The management decides: a long-standing or valuable customer who was "
                    "spoken to."
                ),
            },
            "not_worth": {
                "cost": self.env._(
                    "Not worth it: agency and court may cost more than what is owed."
                ),
            },
            "write_off": {
                "insolvent": self.env._(
                    "Write off advised: the customer is insolvent. File the claim with the "
                    "administrator, and have the correction of VAT checked (§ 17 UStG)."
                ),
                "passed": self.env._(
                    "Write off advised: the claim is statute-barred, the customer may "
                    "refuse to pay."
                ),
            },
        }[verdict][reason]
