"""One model per file. Core models get fields and one-line delegations only.

The files of the first block are abilities (abstract models) that the models below inherit. Those of
the last block extend models of rooms further to the left.
"""

from . import (
    dunning_call_extension,
    dunning_call_guide,
    dunning_call_outcome,
    dunning_call_planning,
    dunning_call_retention,
    dunning_call_summary,
    dunning_call_waiting,
    dunning_call_watch,
    dunning_delivery_return,
    dunning_notice_approval,
    dunning_notice_making,
    dunning_notice_opening,
    dunning_notice_portal,
    dunning_notice_reply,
    dunning_notice_return,
    dunning_notice_sending,
    dunning_notice_task,
    dunning_notice_text,
    dunning_wording_mixin,
)

# isort: split
from . import (
    account_move,
    account_move_confidential,
    dunning_block,
    dunning_block_reason,
    dunning_call,
    dunning_call_step,
    dunning_card,
    dunning_card_customer,
    dunning_delivery,
    dunning_excuse,
    dunning_facts,
    dunning_level,
    dunning_level_call,
    dunning_notice,
    dunning_notice_charge,
    dunning_notice_kind,
    dunning_notice_line,
    dunning_pause,
    dunning_policy,
    dunning_run,
    dunning_run_letter,
    dunning_run_skip,
    dunning_run_veto,
    dunning_schedule,
    dunning_sentence,
    dunning_sentence_customer,
    dunning_stops,
    dunning_veto,
    dunning_word,
    ir_attachment,
    mail_activity,
    mail_activity_call,
    mail_mail,
    mail_mail_call,
    mail_thread,
    payment_transaction,
    res_company,
    res_company_call,
    res_config_settings,
    res_config_settings_call,
    res_partner,
    res_partner_state,
    res_users_call,
)

# isort: split
from . import (
    dunning_call_documents,
    dunning_call_facts,
    dunning_card_call,
)
