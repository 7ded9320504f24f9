"""Pages for customers: the portal."""

from . import (
    dunning_call_portal,
    dunning_complaint_portal,
    dunning_portal,
    dunning_promise_portal,
)
