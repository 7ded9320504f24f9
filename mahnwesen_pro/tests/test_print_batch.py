import io

from pypdf import PdfReader

from odoo.tests import tagged

from ..report import pdf_joiner
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPrintBatch(DunningCommon):
    """Letters that wait for printing become one document, in the order of the post."""

    def letters(self, *zips):
        for number, code in enumerate(zips):
            customer = self._create_customer(f"Customer {number}", zip=code)
            self.overdue_invoice(7, customer=customer)
        return self.propose().notice_ids

    def pages(self, pdf):
        return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]

    def test_the_batch_has_the_pages_of_every_letter_in_postal_order(self):
        notices = self.letters("80331", "01067", "50667")
        pages = self.pages(notices._get_print_batch())
        places = [code for page in pages for code in ("01067", "50667", "80331") if code in page]
        self.assertEqual(places, ["01067", "50667", "80331"])

    def test_a_page_of_the_batch_reads_like_the_letter_itself(self):
        notice = self.letters("80331")
        letter = notice._render_pdf()
        joined = pdf_joiner.join([letter, letter])
        self.assertEqual(self.pages(joined), self.pages(letter) * 2)
        self.assertIn("80331", self.pages(joined)[1])
