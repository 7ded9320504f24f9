"""What people get on paper: the QWeb templates, and the engine that draws them as PDF.

Every ``qweb-pdf`` report whose name begins with ``mahnwesen_pro.`` is drawn by WeasyPrint.
"""

from . import (
    dunning_claim_sheet,
    dunning_interest_letter,
    dunning_letter_content,
    dunning_letter_transfer,
    dunning_notice_letter,
    dunning_plan_letter,
    dunning_statement_letter,
    dunning_collection_letter,
    ir_actions_report,
)
