"""The peer: OCA account_credit_control on the same ledger, its three steps, once."""

from odoo import Command, fields

from .session import Stopwatch, session


def measure(registry):
    """Return the seconds of run, set to ready and communications, and their sum."""
    with session(registry) as env:
        run_id = _prepare(env).id
    steps = {}
    for name, step in (("run", _run), ("ready", _ready), ("communications", _communicate)):
        watch = Stopwatch()
        with watch, session(registry) as env:
            made = step(env["credit.control.run"].browse(run_id))
        steps[name] = watch.seconds[0]
    return {
        "peer": {
            "median": round(sum(steps.values()), 3),
            "runs": 1,
            "steps": {name: round(seconds, 3) for name, seconds in steps.items()},
            "lines": made,
        }
    }


def _prepare(env):
    """Choose the peer's own three-step policy for the receivable account; return a new run."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    accounts = env["account.account"].search([("account_type", "=", "asset_receivable")])
    policy.account_ids = [Command.set(accounts.ids)]
    env.company.credit_policy_id = policy
    return env["credit.control.run"].create(
        {"date": fields.Date.today(), "policy_ids": [Command.set(policy.ids)]}
    )


def _run(run):
    run.generate_credit_lines()


def _ready(run):
    run.set_to_ready_lines()


def _communicate(run):
    """Group the lines to letters, as its sending does before mails are written."""
    run.env["credit.control.communication"]._generate_comm_from_credit_lines(run.line_ids)
    return len(run.line_ids)
