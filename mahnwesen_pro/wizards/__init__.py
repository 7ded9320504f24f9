"""Wizards collect input, call one method of a model and return its action."""

from . import (
    dunning_advice_wizard,
    dunning_block_wizard,
    dunning_call_log_wizard,
    dunning_call_plan_wizard,
    dunning_call_sheet_wizard,
    dunning_cancel_wizard,
    dunning_claim_wizard,
    dunning_collection_answer_wizard,
    dunning_collection_confirm_wizard,
    dunning_collection_end_wizard,
    dunning_explain_wizard,
    dunning_opening_wizard,
    dunning_plan_wizard,
    dunning_print_wizard,
    dunning_promise_cancel_wizard,
    dunning_promise_wizard,
    dunning_return_wizard,
    dunning_run_wizard,
    dunning_veto_wizard,
    dunning_waive_wizard,
)
