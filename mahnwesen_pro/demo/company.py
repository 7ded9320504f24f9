"""The demo company and the people who work there."""

import base64
import io
from datetime import date, timedelta

from PIL import Image, ImageDraw

from odoo import Command

#: login -> (name, job, group)
PEOPLE = {
    "svenja": ("Svenja Petersen", "Debitorenbuchhaltung", "account.group_account_invoice"),
    "henrik": ("Henrik Voss", "Leitung Rechnungswesen", "account.group_account_manager"),
    "emma": ("Emma Clarke", "Group accounting, in English", "account.group_account_manager"),
    "admin": ("Nora Lindqvist", "Geschäftsführung", "base.group_system"),
    "verkauf": ("Tjark Hansen", "Vertrieb", "mahnwesen_pro.group_dunning_caller"),
}
#: What everybody may do: work in Odoo and keep customers up to date.
ALL = ("base.group_user", "base.group_partner_manager")


def create_company(env):
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
    company.alias_domain_id = env["mail.alias.domain"].create({"name": "nordlicht.example"})
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


def create_people(env, company):
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
                | {"group_ids": [Command.set([env.ref(xmlid).id for xmlid in (*ALL, group)])]}
            )
        people[login] = user
    company.dunning_user_id = people["svenja"]
    return people
