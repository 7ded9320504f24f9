"""Tells the addon's demo story. Runs inside `odoo shell`, which brings `env`."""

import os
from pathlib import Path

from odoo.addons.mahnwesen_pro.demo import story

out = Path(os.environ["DEMO_OUT"])
logins = story.tell(env, out=out)  # noqa: F821
env.cr.commit()  # noqa: F821
lines = [f"  {login:<12} {description}\n" for login, description in logins.items()]
(out / "logins.txt").write_text("".join(lines), encoding="utf-8")
