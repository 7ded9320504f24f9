"""What stands in the demo company's books: customers, invoices, money."""

from datetime import date, timedelta

from odoo import Command

# === THE CUSTOMERS ===


def create_customers(env, company, customers):
    """Return {customer: partner}; the customers' numbers count in their order."""
    return {
        customer: _create_customer(env, company, customer, f"K{number}")
        for number, customer in enumerate(customers, 10001)
    }


def _create_customer(env, company, customer, number):
    # The story's furniture, set up without mails; the clerk acts from the runs on.
    system = env["res.partner"].sudo().with_context(mail_auto_subscribe_no_notify=True)
    partner = system.create(
        {
            "name": customer.name,
            "is_company": customer.kind != "consumer",
            "street": customer.street,
            "zip": customer.zip,
            "city": customer.city,
            "country_id": env.ref(f"base.{customer.country.lower()}").id,
            "email": customer.email,
            "lang": customer.lang,
            "user_id": env["res.users"].search([("login", "=", "verkauf")]).id,
            "dunning_debtor_type": customer.kind,
            "dunning_cap": customer.cap,
            "comment": customer.note,
            "ref": number,
        }
    )
    if customer.contact:
        system.create(
            {
                "name": customer.contact,
                "parent_id": partner.id,
                "type": "invoice",
                "street": customer.street,
                "zip": customer.zip,
                "city": customer.city,
                "country_id": partner.country_id.id,
                "email": customer.email,
                "lang": customer.lang,
            }
        )
    if customer.leitweg and "peppol_endpoint" in partner._fields:
        partner.write({"peppol_eas": "0204", "peppol_endpoint": customer.leitweg})
    if customer.policy:
        partner.dunning_policy_id = _get_policy(env, company, customer.policy)
    return partner


def _get_policy(env, company, kind):
    """Return the second policy (key accounts) or the one that never reminds."""
    default = env.ref("mahnwesen_pro.dunning_policy_default").sudo()
    name = "Großkunden" if kind == "key" else "Keine Mahnungen"
    found = default.search([("name", "=", name)])
    if found:
        return found
    if kind == "never":
        return default.create({"name": name, "mode": "never", "company_id": company.id})
    return default.copy({"name": name, "company_id": company.id, "minimum_letter": 100})


# === INVOICES AND MONEY ===


def post_invoices(env, partners, today):
    moves = env["account.move"].sudo()
    vals = []
    for customer, partner in partners.items():
        for number, (amount, days) in enumerate(customer.invoices):
            vals.append(_prepare_invoice_vals(env, customer, partner, amount, days, number, today))
    invoices = moves.create(sorted(vals, key=lambda values: values["invoice_date"]))
    invoices.action_post()
    unsent = {partner for customer, partner in partners.items() if customer.unsent}
    invoices.filtered(lambda move: move.partner_id not in unsent).is_move_sent = True


def _prepare_invoice_vals(env, customer, partner, amount, days, number, today):
    goods = ("Werkzeugsatz", "Bohrhämmer", "Akkuschrauber", "Schleifmittel", "Arbeitsschutz")
    due = today - timedelta(days=days)
    values = {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_date": due - timedelta(days=14),
        "invoice_date_due": due,
        "invoice_payment_term_id": False,
        "currency_id": env.ref(f"base.{customer.currency}").id,
        "ref": customer.reference and f"{customer.reference}/{number + 1}",
        "invoice_line_ids": [
            Command.create(
                {
                    "name": f"{goods[number % len(goods)]}, Lieferung {number + 1}",
                    "price_unit": amount,
                    "tax_ids": [Command.clear()],
                }
            )
        ],
    }
    if customer.instalments:
        values |= {
            "invoice_date": due,
            "invoice_payment_term_id": _get_instalment_term(env).id,
        }
        del values["invoice_date_due"]
    return values


def _get_instalment_term(env):
    terms = env["account.payment.term"].sudo()
    name = "30 % sofort, 70 % nach 30 Tagen"
    return terms.search([("name", "=", name)]) or terms.create(
        {
            "name": name,
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
            ],
        }
    )


def register_money(env, partners, days_ago):
    """Book the payments and credit notes of the week before the run ``days_ago``."""
    week = range(days_ago, days_ago + 7)
    for customer, partner in partners.items():
        invoices = env["account.move"].search(
            [("commercial_partner_id", "=", partner.id), ("move_type", "=", "out_invoice")],
            order="invoice_date, id",
        )
        for number, amount, day in customer.payments:
            if day in week:
                _pay(env, invoices[number], amount)
        for amount, day in customer.credits:
            if day in week:
                _post_credit_note(env, partner, amount)
        for amount, day in customer.unallocated:
            if day in week:
                _post_unallocated_payment(env, partner, amount)


def _pay(env, invoice, amount):
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    register.create({"amount": amount} if amount else {})._create_payments()


def _post_credit_note(env, partner, amount):
    line = {"name": "Rückgabe", "price_unit": amount, "tax_ids": [Command.clear()]}
    env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": partner.id,
            "invoice_date": date.today(),
            "invoice_line_ids": [Command.create(line)],
        }
    ).action_post()


def _post_unallocated_payment(env, partner, amount):
    env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "amount": amount,
            "date": date.today(),
        }
    ).action_post()


def import_bank_statement(env, partners):
    """Yesterday's statement: payments that nobody has assigned yet."""
    statement = env["account.bank.statement.line"].sudo()  # the bank feed, not the clerk
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    for customer, partner in partners.items():
        if customer.bank_line:
            invoice = env["account.move"].search([("partner_id", "=", partner.id)], limit=1)
            statement.create(
                {
                    "journal_id": journal.id,
                    "date": date.today() - timedelta(days=1),
                    "amount": invoice.amount_total,
                    "payment_ref": customer.bank_line.format(invoice.name),
                }
            )


def place_pauses(env, partners, today):
    for customer, partner in partners.items():
        if customer.pause:
            reason, days = customer.pause
            invoices = env["account.move"].search([("commercial_partner_id", "=", partner.id)])
            env["dunning.block"].place(
                invoices,
                env.ref(f"mahnwesen_pro.{reason}"),
                date_end=today + timedelta(days=days),
            )
