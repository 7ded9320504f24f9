import { browser } from "@web/core/browser/browser";
import { addTour } from "./patience";
import { stepUtils } from "@web_tour/tour_utils";

/** Fetches the page that a click opens in a new tab; fails unless it is a PDF. */
async function expectPdf(click) {
    const open = browser.open;
    const opened = new Promise((resolve) => {
        browser.open = (url) => {
            resolve(url);
            return {};
        };
    });
    await click();
    const response = await fetch(await opened);
    browser.open = open;
    const start = (await response.text()).slice(0, 5);
    if (!response.ok || start !== "%PDF-") {
        throw new Error(`No PDF: status ${response.status}, it begins with ${start}`);
    }
}

/** The clerk's morning: open the run, leave one customer out, approve, send, look at the letter. */
addTour("dunning_clerk_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Invoicing",
            trigger: ".o_app[data-menu-xmlid='account.menu_finance']",
            run: "click",
        },
        {
            content: "Open the menu Customers",
            trigger: "button[data-menu-xmlid='account.menu_finance_receivables']",
            run: "click",
        },
        {
            content: "Choose the runs below Dunning",
            trigger: "a[data-menu-xmlid='mahnwesen_pro.dunning_run_menu']",
            run: "click",
        },
        {
            content: "Open this morning's run",
            trigger: ".o_data_row:contains('Dunning run') .o_data_cell[name=display_name]",
            run: "click",
        },
        {
            content: "Leave the car dealer out",
            trigger:
                ".o_field_widget[name=notice_ids] .o_data_row:contains('Autohaus Winter') button[name=action_leave_out]",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Being clarified",
        },
        {
            content: "Choose the reason",
            trigger: ".modal .o-autocomplete--dropdown-item a:contains('Being clarified')",
            run: "click",
        },
        {
            content: "The reason brings its usual end along",
            trigger: ".modal .o_field_widget[name=date_end] :not(:empty)",
        },
        {
            content: "Pause",
            trigger: ".modal button[name=action_place]",
            run: "click",
        },
        {
            content: "The car dealer is out",
            trigger:
                ".o_field_widget[name=notice_ids] .o_data_row:contains('Autohaus Winter'):contains('Cancelled')",
        },
        {
            content: "Approve what is left",
            trigger: ".o_form_statusbar button[name=action_approve]",
            run: "click",
        },
        {
            content: "Send it",
            trigger: ".o_form_statusbar button[name=action_send]",
            run: "click",
        },
        {
            content: "Open the notice",
            trigger:
                ".o_field_widget[name=notice_ids] .o_data_row:contains('Sending') button[name=get_formview_action]",
            run: "click",
        },
        {
            content: "It has its number",
            trigger: ".o_form_view h3 .o_field_widget[name=name]:contains('MA/')",
        },
        {
            content: "See the letter",
            trigger: "button[name=action_preview]",
            run: ({ click }) => expectPdf(click),
        },
    ],
});
