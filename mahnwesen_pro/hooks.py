"""What happens once, when the addon arrives or leaves."""


def post_init_hook(env):
    """Give every existing company its number sequence, accounts and, without one, our policy."""
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._create_dunning_sequence()
    companies._set_default_dunning_policy()
    companies._set_dunning_accounts()
    companies._set_dunning_own_policies()


def uninstall_hook(env):
    """Remove the number sequences; everything else goes with its tables and XML ids."""
    env["ir.sequence"].search([("code", "=", "dunning.notice")]).unlink()
