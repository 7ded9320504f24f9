"""Tells the story of the demo company, week by week, through the product's own methods."""

import base64
import io
from datetime import date, timedelta
from pathlib import Path

from freezegun import freeze_time
from PIL import Image, ImageDraw

from odoo import Command

from .customers import CUSTOMERS

#: Runs were held this many days ago, the last one today.
RUNS = (63, 56, 49, 42, 35, 28, 21, 14, 7, 0)

#: login -> (name, job, group)
PEOPLE = {
    "svenja": ("Svenja Petersen", "Debitorenbuchhaltung", "account.group_account_invoice"),
    "henrik": ("Henrik Voss", "Leitung Rechnungswesen", "account.group_account_manager"),
    "emma": ("Emma Clarke", "Group accounting, in English", "account.group_account_manager"),
    "admin": ("Nora Lindqvist", "Geschäftsführung", "base.group_system"),
    "verkauf": ("Tjark Hansen", "Vertrieb", "mahnwesen_pro.group_dunning_caller"),
}


def tell(env, out):
    """Create the demo company and its history; write the letters that were sent to ``out``.

    :param env: environment of a superuser, on a database with the addon and ``l10n_de``
    :param out: folder for the letters (``letters/*.pdf``)
    :return: {login: who that is}; the password is the login
    """
    today = date.today()
    company = _create_company(env)
    people = _create_people(env, company)
    env = env(user=people["svenja"], context={"lang": "de_DE", "allowed_company_ids": company.ids})
    partners = {customer: _create_customer(env, company, customer) for customer in CUSTOMERS}
    _post_invoices(env, partners, today)
    for days_ago in RUNS:
        with freeze_time(today - timedelta(days=days_ago), ignore=["smtplib", "socket", "select"]):
            _register_money(env, partners, days_ago)
            if days_ago == 0:
                _place_pauses(env, partners, today)
                _import_bank_statement(env, partners)
            _hold_run(env, people, last=days_ago == 0)
    _write_letters(env, Path(out) / "letters")
    return {login: f"{name}, {job}" for login, (name, job, _group) in PEOPLE.items()}


# === THE COMPANY ===


def _create_company(env):
    env["res.lang"]._activate_lang("de_DE")
    company = env.ref("base.main_company")
    company.partner_id.tz = "Europe/Berlin"
    company.write(
        {
            "name": "Nordlicht Werkzeuge GmbH",
            "street": "Speicherweg 14",
            "zip": "20457",
            "city": "Hamburg",
            "country_id": env.ref("base.de").id,
            "phone": "+49 40 5550 1234",
            "email": "buchhaltung@nordlicht.example",
            "website": "https://www.nordlicht.example",
            "vat": "DE136695976",
            "company_registry": "HRB 112233",
            "logo": _draw_logo(),
            "primary_color": "#14507a",
            "secondary_color": "#c8102e",
            "font": "Lato",
            "report_header": "Werkzeuge für Handwerk und Werft",
        }
    )
    company.partner_id.lang = "de_DE"
    env["account.chart.template"].try_loading("de_skr03", company=company, install_demo=False)
    bank = env["res.partner.bank"].create(
        {
            "acc_number": "DE89 3704 0044 0532 0130 00",
            "partner_id": company.partner_id.id,
            "bank_id": env["res.bank"]
            .create({"name": "Hafenbank Hamburg", "bic": "COBADEFFXXX"})
            .id,
            "company_id": company.id,
            "allow_out_payment": True,
        }
    )
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    journal.bank_account_id = bank
    env.ref("base.USD").active = True
    env["res.currency.rate"].create(
        {
            "currency_id": env.ref("base.USD").id,
            "company_id": company.id,
            "name": date.today() - timedelta(days=200),
            "rate": 1.16,
        }
    )
    return company


def _draw_logo():
    """Return a small mark as base64 PNG: a light over the water."""
    image = Image.new("RGB", (360, 120), "white")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 10, 100, 110), 18, fill="#14507a")
    draw.polygon([(50, 22), (60, 52), (50, 62), (40, 52)], fill="#ffd166")
    for row in range(3):
        top = 70 + row * 12
        draw.arc((12, top - 10, 52, top + 8), 20, 160, fill="white", width=4)
        draw.arc((48, top - 10, 88, top + 8), 20, 160, fill="white", width=4)
    draw.text((118, 22), "NORDLICHT", fill="#14507a", font_size=38)
    draw.text((120, 68), "Werkzeuge GmbH", fill="#555555", font_size=24)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


def _create_people(env, company):
    people = {}
    for login, (name, job, group) in PEOPLE.items():
        values = {
            "name": name,
            "login": login,
            "password": login,
            "lang": "en_US" if login == "emma" else "de_DE",
            "tz": "Europe/Berlin",
            "email": f"{login}@nordlicht.example",
            "phone": f"+49 40 5550 12{len(people) + 40}",
            "function": job,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
        }
        user = env.ref("base.user_admin") if login == "admin" else env["res.users"]
        if user:
            user.write(
                values | {"group_ids": [Command.link(env.ref("account.group_account_manager").id)]}
            )
        else:
            user = user.with_context(no_reset_password=True, mail_create_nolog=True).create(
                values
                | {"group_ids": [Command.set([env.ref("base.group_user").id, env.ref(group).id])]}
            )
        people[login] = user
    company.dunning_user_id = people["svenja"]
    return people


# === THE CUSTOMERS ===


def _create_customer(env, company, customer):
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
            "ref": f"K{10001 + CUSTOMERS.index(customer)}",
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


def _post_invoices(env, partners, today):
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


def _register_money(env, partners, days_ago):
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


def _import_bank_statement(env, partners):
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


def _place_pauses(env, partners, today):
    for customer, partner in partners.items():
        if customer.pause:
            reason, days = customer.pause
            invoices = env["account.move"].search([("commercial_partner_id", "=", partner.id)])
            env["dunning.block"].place(
                invoices,
                env.ref(f"mahnwesen_pro.{reason}"),
                date_end=today + timedelta(days=days),
            )


# === THE RUNS ===


def _hold_run(env, people, last):
    """Propose, approve, send and deliver; the last run leaves half of it to the visitor."""
    run = env["dunning.run"].propose()
    notices = run.notice_ids
    if last:
        notices = notices.filtered(lambda notice: notice.rank == 1 and notice.send_email)
        notices = notices[: len(notices) // 2]
    for person in ("henrik", "admin"):
        notices.with_user(people[person]).action_approve()
    notices.with_user(people["henrik"]).action_send()
    env["mail.mail"].sudo().process_email_queue()
    env["dunning.delivery"].sudo()._cron_settle()
    letters = notices.delivery_ids.filtered(lambda d: d.channel == "letter" and d.state == "queued")
    if letters:
        letters.action_mark_printed()
    env.cr.commit()


def _write_letters(env, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for notice in env["dunning.notice"].search([("pdf_file", "!=", False)]):
        (folder / notice.pdf_name).write_bytes(base64.b64decode(notice.pdf_file))
