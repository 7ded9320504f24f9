import base64
import csv
import hashlib
import io
import zipfile
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import file_open, format_date, format_datetime

from ..rules import claim_file

SCHEMA = "mahnwesen_pro/static/xsd/collection_claim_1.xsd"

#: A ZIP is the same for the same content: its files carry this time.
STAMP = (2000, 1, 1, 0, 0, 0)


class DunningCollectionPacking(models.AbstractModel):
    """Puts everything that an agency needs about a case into one ZIP, and nothing else.

    What is in it follows § 13a RDG and data protection: facts about contract, claim, reminders and
    answers. Notes of calls, our own comments and other claims stay here.
    """

    _name = "dunning.collection.packing"
    _description = "Package of a Collection Case"

    package_ids = fields.One2many(
        "dunning.collection.package", "case_id", string="Packages", readonly=True
    )
    agreement_note = fields.Text(
        string="About Agreements", help="What the agency should know beside promises and plans."
    )
    dispute_note = fields.Text(
        string="About Objections", help="What the customer has objected and how it was answered."
    )

    def action_make_package(self):
        """Make the package anew, with the figures of today."""
        self._check_right()
        for case in self:
            if case.state == "prepared":
                raise UserError(self.env._("Hand the case over first: then its figures stand."))
            case._make_package()
        return True

    def _make_package(self):
        """Make, check and keep the package and return it."""
        self.ensure_one()
        case = self.with_context(lang=self.agency_id.lang or self.company_id.partner_id.lang)
        claim = case._get_claim()
        files = case._get_files(claim)
        missing = self.sudo().item_ids.move_id.filtered(  # a clerk may not see every invoice
            lambda move: case._get_invoice_path(move) not in files
        )
        packages = self.env["dunning.collection.package"].sudo()  # kept by this method only
        package = packages._keep(self, case._pack(files), claim, ", ".join(missing.mapped("name")))
        return package.with_env(self.env)

    def _get_files(self, claim):
        """Return {name in the ZIP: content}, everything checked before it leaves."""
        files = {
            "claim.xml": self._get_xml(claim),
            "collection_claim_1.xsd": self._get_schema(),
            "claim.csv": b"\xef\xbb\xbf" + claim_file.to_csv(claim).encode(),
            "claim.pdf": self._draw("mahnwesen_pro.dunning_collection_sheet_report"),
            "record.pdf": self._draw("mahnwesen_pro.dunning_collection_record_report"),
            "evidence.csv": self._get_evidence_csv(),
            **self._get_invoice_files(),
            **self._get_notice_files(),
        }
        return files

    def _get_schema(self):
        with file_open(SCHEMA, "rb") as file:
            return file.read()

    def _get_xml(self, claim):
        """Return the claim as XML.

        :raise UserError: when it is not valid by our own schema; then nothing leaves
        """
        xml = claim_file.to_xml(claim)
        errors = claim_file.find_errors(xml, self._get_schema())
        if errors:
            raise UserError(
                self.env._(
                    "The claim does not fit its own schema, so nothing was handed over:\n%s",
                    "\n".join(errors[:5]),
                )
            )
        return xml

    def _draw(self, report):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, _kind = reports._render_qweb_pdf(report, self.ids)
        return content

    def _get_invoice_files(self):
        """Return the invoices as they were sent; one that never was is drawn now, if possible."""
        files = {}
        for move in self.sudo().item_ids.move_id:  # a clerk may not see every invoice
            content = self._get_invoice_pdf(move)
            if content:
                files[self._get_invoice_path(move)] = content
        return files

    def _get_invoice_path(self, move):
        return f"invoices/{self._safe(move.name)}.pdf"

    @api.model
    def _get_invoice_pdf(self, move):
        """Return the PDF of an invoice; None where it was never sent and cannot be drawn here."""
        try:
            document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        except UserError:  # Odoo draws invoices with wkhtmltopdf, which may be missing
            return None
        return document and document["content"]

    def _get_notice_files(self):
        """Return the letters that were sent, as they were frozen."""
        notices = self.sudo()._get_notices()  # the evidence is complete, whoever packs
        return {
            f"notices/{self._safe(notice.name)}.pdf": base64.b64decode(notice.pdf_file)
            for notice in notices
            if notice.pdf_file
        }

    def _get_evidence(self):
        """Return (notice, level, channel, address, time, state, message id) of every delivery.

        Reminders that were recorded afterwards have none: one row says so, with their day.
        """
        rows = []
        for notice in self.sudo()._get_notices():  # see above
            head = (notice.name, notice.level_id.name)
            rows += [
                (*head, *self._describe_delivery(delivery))
                for delivery in notice.delivery_ids.sorted("id")
            ]
            if notice.is_opening:
                rows.append((*head, "", "", notice.date, self.env._("Recorded afterwards"), ""))
        return rows

    def _describe_delivery(self, delivery):
        """Return (channel, address, time, state, message id)."""
        return (
            self._label(delivery, "channel"),
            (delivery.address or "").replace("\n", ", "),
            delivery.date_done,
            self._label(delivery, "state"),
            delivery.message_id or "",
        )

    def _get_evidence_csv(self):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(
            ("notice", "level", "channel", "address", "handed over (UTC)", "state", "message id")
        )
        writer.writerows(
            [[claim_file._cell(str(cell or "")) for cell in row] for row in self._get_evidence()]
        )
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    def _format_moment(self, moment):
        """Return a day, or a time at the company's place, as its readers write it."""
        if not isinstance(moment, datetime):
            return format_date(self.env, moment)
        zone = self.company_id._get_dunning_zone()
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    def _get_talks(self):
        """Return (day, who, with whom, outcome) of the calls; what was noted stays with us."""
        calls = self.env["dunning.call"].sudo()  # facts only, whoever packs
        found = calls.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
            ],
            order="called_on",
        )
        moves = self.item_ids.move_id
        return [
            (
                call._get_local_day(),
                call.user_id.name or "",
                call.spoken_with or call.contact_id.name or "",
                self._label(call, "outcome"),
            )
            for call in found
            if not call.move_ids or call.move_ids & moves
        ]

    @staticmethod
    def _safe(name):
        """Return a name that stays in its folder."""
        return "".join(char if char.isalnum() or char in "-_." else "-" for char in name or "file")

    @staticmethod
    def _pack(files):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    @staticmethod
    def _hash(content):
        return hashlib.sha256(content).hexdigest()

    # === LEAVING ===

    def action_send_package(self):
        """Send the newest package to the agency by e-mail."""
        self._check_right()
        for case in self:
            case._get_newest_package()._send()
        return True

    def action_download_package(self):
        """Download the newest package; when is kept."""
        self._check_right()
        self.ensure_one()
        return self._get_newest_package().action_download()

    def _get_newest_package(self):
        if not self.package_ids:
            raise UserError(self.env._("There is no package yet. Hand the case over first."))
        return self.package_ids.sorted("id")[-1]

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{self._safe(self.name)}"
