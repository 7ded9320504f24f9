import { addTour } from "./patience";

const openAction = (name) => [
    {
        content: "Open the menu of actions",
        trigger: ".o_cp_action_menus button:has(.fa-cog)",
        run: "click",
    },
    {
        content: `Choose “${name}”`,
        trigger: `.o-dropdown-item:contains(${name})`,
        run: "click",
    },
];

/** On an invoice the clerk records a promise, then makes an instalment plan and offers it. */
addTour("dunning_promise_tour", {
    steps: () => [
        ...openAction("Record a Promise"),
        {
            content: "The customer has named a day",
            trigger: ".modal .o_field_widget[name=date] input",
            run: "edit 12/30/2098",
        },
        {
            content: "and half of the amount",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: "edit 50",
        },
        {
            content: "and who sees to it",
            trigger: ".modal .o_field_widget[name=person] input",
            run: "edit Frau Sommer",
        },
        {
            content: "Record it",
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            content: "The promise shows who gave it",
            trigger: ".o_form_view .o_field_widget[name=person]:contains(Frau Sommer)",
        },
        {
            content: "Back to the invoice",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "The invoice counts its promises",
            trigger: "button[name=action_open_dunning_promises]",
        },
        ...openAction("Make an Instalment Plan"),
        {
            content: "Three instalments are proposed",
            trigger: ".modal .o_field_widget[name=preview] tbody tr:nth-child(3)",
        },
        {
            content: "Rather four",
            trigger: ".modal .o_field_widget[name=count] input",
            run: "edit 4 && press Tab",
        },
        {
            content: "They are shown at once",
            trigger: ".modal .o_field_widget[name=preview] tbody tr:nth-child(4)",
        },
        {
            content: "Make the plan",
            trigger: ".modal button[name=action_make]",
            run: "click",
        },
        {
            content: "Offer it",
            trigger: "button[name=action_offer]",
            run: "click",
        },
        {
            content: "The customer decides now",
            trigger: "button[name=action_accept_paper]",
        },
    ],
});
