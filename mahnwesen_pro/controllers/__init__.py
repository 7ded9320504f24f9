"""Pages for customers: the portal."""

from . import dunning_portal
