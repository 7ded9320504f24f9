from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import LockError

from odoo.addons.mahnwesen_pro.models.dunning_notice_sending import SEND_TOGETHER
from odoo.addons.queue_job.exception import RetryableJobError


class DunningNotice(models.Model):
    """Approved notices are sent by jobs: as many at a time as their channel has capacity.

    A shelf is a range of :data:`SEND_TOGETHER` ids, and a job sends what may go of one shelf. So
    one shelf has at most one job that waits, however often it is asked for. Like the scheduled
    action, jobs act as the system: on a shelf stand notices that others have released, too, and the
    rights of whoever released them were asked for then.
    """

    _inherit = "dunning.notice"

    def _send_later(self):
        self._write_own({"to_send": True})
        self._enqueue_sending()

    @api.model
    def _cron_send(self, batch=10000):
        """Make jobs of what may go and has none yet, for example what a company sends by itself."""
        domain = self._get_sending_domain()
        self.search(domain, limit=batch, order="id")._enqueue_sending()
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _enqueue_sending(self):
        """Make one job for each shelf that these notices stand on."""
        system = self.browse().with_user(SUPERUSER_ID)  # see above
        for shelf in sorted({notice_id // SEND_TOGETHER for notice_id in self.ids}):
            system.with_delay(
                identity_key=f"mahnwesen_pro.send.{shelf}",
                description=self.env._("Send dunning notices (shelf %s)", shelf),
            )._job_send(shelf)

    @api.model
    def _job_send(self, shelf):
        """Send what may go of one shelf, in one transaction.

        :raise RetryableJobError: when somebody else is working on a notice or its items
        """
        domain = self._get_sending_domain()
        first = shelf * SEND_TOGETHER
        todo = self.search([*domain, ("id", ">=", first), ("id", "<", first + SEND_TOGETHER)])
        try:
            todo._send_in_savepoint(domain)
        except Exception as error:
            self._raise_if_retryable(error)
            for notice in todo:
                notice._send_or_give_back(domain)

    def _send_in_savepoint(self, domain):
        with self.env.cr.savepoint():
            self._send_unlocked(domain)

    def _send_or_give_back(self, domain):
        """Send one notice; whatever goes wrong concerns it alone."""
        try:
            self._send_in_savepoint(domain)
        except Exception as error:
            self._raise_if_retryable(error)
            self._give_back(error)

    @api.model
    def _raise_if_retryable(self, error):
        """Let the job be tried again where somebody else is at work."""
        if isinstance(error, (OperationalError, UniqueViolation, LockError)):
            raise RetryableJobError(str(error), seconds=10) from error
