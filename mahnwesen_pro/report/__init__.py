"""What people get on paper: the QWeb templates, and the engine that draws them as PDF.

Every ``qweb-pdf`` report whose name begins with ``mahnwesen_pro.`` is drawn by WeasyPrint. The
abilities of the first block are what the letters below inherit.
"""

from . import (
    dunning_letter_content,
    dunning_letter_transfer,
)

# isort: split
from . import (
    dunning_claim_sheet,
    dunning_collection_letter,
    dunning_complaint_letter,
    dunning_interest_letter,
    dunning_notice_letter,
    dunning_plan_letter,
    dunning_statement_letter,
    dunning_swiss_letter,
    ir_actions_report,
)
