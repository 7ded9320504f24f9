"""Core models of Sales get fields and one-line delegations; our own learn what Sales knows."""

from . import (
    account_move,
    dunning_collection_facts,
    payment_transaction,
    sale_order,
)
