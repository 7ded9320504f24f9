import { registry } from "@web/core/registry";

/** Registers a tour that gives each step a minute: Odoo's ten seconds are short on a busy machine. */
export function addTour(name, options) {
    registry.category("web_tour.tours").add(name, { timeout: 60000, ...options });
}
