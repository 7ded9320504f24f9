"""Stories about orders of customers who do not pay."""

from . import test_sale_order
