from freezegun import api, freeze_time


class InBrowser:
    """Stories in a real browser; goes before the classes of the story and ``HttpCase``.

    The browser has a clock of its own: here time passes, from the real now on. Tours may take three
    minutes: Odoo's one minute is short on a busy machine.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(api.real_datetime.now(), tick=True))

    def start_tour(self, *args, **kwargs):
        return super().start_tour(*args, timeout=180, **kwargs)
