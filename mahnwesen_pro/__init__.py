from . import controllers, models, report, rules, wizards
from .hooks import post_init_hook, uninstall_hook
