from . import dunning_override_wizard
