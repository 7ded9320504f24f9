import logging

from odoo.http import request

_logger = logging.getLogger(__name__)

#: Why something was refused; the words in the log.
NO_ACCESS = "no access"
NO_PERSON = "no person"
TOO_OFTEN = "too often"
NOT_OFFERED = "not offered"


def log_refusal(why):
    """Write into the log what of a customer's page was refused, why, and to which address.

    The path names the page and the record. What the visitor sent stays out: his secret, his words
    and the names of his files do not belong into a log. It is no warning, because forged links are
    nothing that the house could mend; whoever counts them finds all of them under this logger.

    :param str why: the reason in a few words that are ours
    """
    visit = request.httprequest
    _logger.info("Refused: %s, %s, from %s", visit.path, why, visit.remote_addr)
