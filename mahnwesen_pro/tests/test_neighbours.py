from odoo.tests import TransactionCase, tagged

#: Models of Odoo that are read with nearly everything, and that this addon gives fields of its own.
CROWDED = ("res.partner", "res.company", "account.move")


@tagged("post_install", "-at_install")
class TestNeighbours(TransactionCase):
    """Whoever has nothing to do with dunning does not pay for it."""

    def test_fields_of_dunning_are_read_only_when_dunning_asks(self):
        for model in CROWDED:
            for name, field in self.env[model]._fields.items():
                if name.startswith("dunning_") and field.store and field.column_type:
                    with self.subTest(model=model, field=name):
                        self.assertEqual(field.prefetch, "dunning")

    def test_a_customer_is_read_without_what_dunning_knows_of_him(self):
        customer = self.env["res.partner"].create({"name": "Hansen Bootsbau GmbH"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(customer.name)
        cached = self.env.cache.get_fields(customer)
        self.assertFalse([field.name for field in cached if field.name.startswith("dunning_")])
