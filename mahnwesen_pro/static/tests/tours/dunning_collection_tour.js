import { addTour } from "./patience";
import { field, openFromTask } from "./dunning_call_tour";

const tab = (name) => ({
    content: `Open the page ${name}`,
    trigger: `.o_notebook_headers a[name=${name}]`,
    run: "click",
});

const openCase = [
    {
        content: "Open the case",
        trigger: ".o_data_row:contains('Bäckerei Sommer') .o_data_cell[name=partner_id]",
        run: "click",
    },
    { content: "It is open", trigger: ".o_form_view .o_field_widget[name=agency_id]" },
];

/** The head reads the advice, decides, and is sent to the salesperson first. */
addTour("dunning_collection_decide_tour", {
    steps: () => [
        {
            content: "Open the advice",
            trigger: ".o_data_row:contains('Bäckerei Sommer') .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            content: "Every fact says what it counts",
            trigger: ".o_field_widget[name=factor_html]:contains('Days overdue')",
        },
        { content: "Decide", trigger: "button[name=action_decide]", run: "click" },
        {
            content: "Hand over",
            trigger: ".modal .o_radio_input[data-value=hand_over]",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Nobody answers any more",
        },
        { content: "It is decided", trigger: ".modal .btn-primary[name=action_decide]", run: "click" },
        {
            content: "The gate asks for the salesperson's call",
            trigger: ".o_field_widget[name=check_ids] .o_data_row:contains('calls once before')",
        },
        { content: "Ask for it", trigger: "button[name=action_plan_call]", run: "click" },
        { content: "The case stays prepared", trigger: "button[name=action_refresh_gate]" },
    ],
});

/** The salesperson finds the call among his tasks, reads why, makes it and says how it ended. */
addTour("dunning_collection_call_tour", {
    steps: () => [
        ...openFromTask,
        {
            content: "The screen shows what the customer owes",
            trigger: ".o_dunning_guide_items:contains('1,000.00')",
        },
        {
            content: "Say who is on the line",
            trigger: field("spoken_with"),
            run: "edit Herr Sommer",
        },
        {
            content: "Take notes",
            trigger: field("notes", "textarea"),
            run: "edit Nothing to offer",
        },
        {
            content: "To the claim",
            trigger: ".o_dunning_guide_steps button:contains('The claim')",
            run: "click",
        },
        {
            content: "He does not dispute it",
            trigger: ".o_dunning_guide_stance input[value=accepted]",
            run: "click",
        },
        {
            content: "He makes no proposal",
            trigger: ".o_dunning_guide_outcomes button[name=no_proposal]",
            run: "click",
        },
        {
            content: "What follows is told before",
            trigger: ".o_dunning_guide_outcomes form:contains('warning sign')",
        },
        {
            content: "End the call",
            trigger: ".o_dunning_guide_outcomes button[type=submit]",
            run: "click",
        },
        { content: "It is over", trigger: ".o_dunning_guide_done:contains('No proposal')" },
    ],
});

/** After the call nothing stands in the way: the case is handed over, the package is there. */
addTour("dunning_collection_hand_over_tour", {
    steps: () => [
        ...openCase,
        { content: "Look again", trigger: "button[name=action_refresh_gate]", run: "click" },
        {
            content: "The call is there",
            trigger: ".o_field_widget[name=check_ids] .o_data_row:contains('Spoken to on')",
        },
        {
            content: "Confirm what nobody can prove",
            trigger: ".o_field_widget[name=check_ids] button[name=action_confirm]",
            run: "click",
        },
        {
            content: "Say what you know",
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit He has thanked us for the letters",
        },
        { content: "Confirm", trigger: ".modal .btn-primary[name=action_confirm]", run: "click" },
        {
            content: "Nothing stands in the way",
            trigger: ".alert-success:contains('Whether to hand over is your decision')",
        },
        { content: "Hand over", trigger: "button[name=action_hand_over]", run: "click" },
        { content: "Yes", trigger: ".modal .btn-primary", run: "click" },
        { content: "It is at the agency", trigger: "button[name=action_recall]" },
        tab("package"),
        {
            content: "The package has a hash",
            trigger: ".o_field_widget[name=package_ids] .o_data_row:contains('.zip')",
        },
        { content: "Send it", trigger: "button[name=action_send_package]", run: "click" },
        {
            content: "Where it went is kept",
            trigger: ".o_field_widget[name=package_ids] .o_data_row:contains('akten@inkasso')",
        },
    ],
});
