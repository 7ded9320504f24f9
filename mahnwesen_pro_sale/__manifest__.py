{
    "name": "Mahnwesen Pro: Credit Hold in Sales",
    "summary": "Orders of customers on hold are stopped until they have paid",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "mahnwesen_pro contributors",
    "license": "LGPL-3",
    "depends": ["mahnwesen_pro", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "wizards/dunning_override_wizard_views.xml",
        "views/sale_order_views.xml",
    ],
    "auto_install": True,
}
