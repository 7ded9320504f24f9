import { addTour } from "./patience";
import { stepUtils } from "@web_tour/tour_utils";

/** Settings ▸ Invoicing ▸ Dunning ▸ levels: remind earlier, and see the next run follow. */
addTour("dunning_administrator_tour", {
    url: "/odoo/settings",
    steps: () => [
        {
            content: "Choose Invoicing in the settings",
            trigger: ".settings_tab .tab[data-key=account]",
            run: "click",
        },
        {
            content: "Go to the levels of the company",
            trigger: "button[name=action_open_dunning_levels]",
            run: "click",
        },
        {
            content: "Open the first level",
            trigger: ".o_data_row .o_data_cell[name=name]:contains('Payment reminder')",
            run: "click",
        },
        {
            content: "Remind three days after the due date already",
            trigger: ".o_form_view .o_field_widget[name=days_after_due] input",
            run: "edit 3",
        },
        ...stepUtils.saveForm(),
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
            content: "Start a new run",
            trigger: ".o_control_panel button:contains('New Run')",
            run: "click",
        },
        {
            content: "Propose",
            trigger: ".modal button[name=action_propose]",
            run: "click",
        },
        {
            content: "The invoice that is four days overdue is proposed now",
            trigger:
                ".o_field_widget[name=notice_ids] .o_data_row:contains('Bäckerei Sommer'):contains('Payment reminder')",
        },
    ],
});
