import { addTour } from "./patience";

/** The customer follows the link of the letter and tells us what is wrong. */
addTour("dunning_complain_tour", {
    steps: () => [
        {
            content: "Something is not right",
            trigger: ".o_dunning_notice .o_dunning_complain",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is damaged",
            trigger: "#dunning_reason",
            run: "selectByLabel Damaged",
        },
        {
            content: "In his own words",
            trigger: "#dunning_words",
            run: "edit Two of ten boxes were wet.",
        },
        {
            content: "Half of it",
            trigger: ".o_dunning_complain_form input[name^=amount_]",
            run: "edit 50",
        },
        {
            content: "Send",
            trigger: ".o_dunning_complain_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has arrived",
            trigger: ".o_dunning_complaint_sent",
        },
        {
            content: "We are looking into it",
            trigger: ".o_dunning_complaint_state:contains('looking into it')",
        },
    ],
});

/** The clerk hears the customer out and offers the usual options. */
addTour("dunning_complaint_offer_tour", {
    steps: () => [
        {
            content: "Open the complaint",
            trigger: ".o_kanban_record:contains('Bäckerei Sommer')",
            run: "click",
        },
        {
            content: "His words stand there, unedited",
            trigger: ".o_field_widget[name=customer_words]:contains('Two of ten boxes were wet.')",
        },
        {
            content: "In our words",
            trigger: ".o_field_widget[name=summary] textarea",
            run: "edit Two of ten boxes arrived wet; photos follow.",
        },
        {
            content: "He was heard",
            trigger: ".o_form_statusbar button[name=action_hear]",
            run: "click",
        },
        {
            content: "To the options",
            trigger: ".o_notebook a[name=options]",
            run: "click",
        },
        {
            content: "Take the usual ones",
            trigger: "button[name=action_take_usual_options]",
            run: "click",
        },
        {
            content: "There they are",
            trigger: ".o_field_widget[name=option_ids] .o_data_row:contains('we credit a part')",
        },
        {
            content: "Offer them",
            trigger: ".o_form_statusbar button[name=action_offer]",
            run: "click",
        },
        {
            content: "The customer has them",
            trigger: ".o_arrow_button_current:contains('Options offered')",
        },
    ],
});

/** The customer picks the part credit. */
addTour("dunning_complaint_choose_tour", {
    steps: () => [
        {
            content: "Choose the part credit",
            trigger: ".o_dunning_option:contains('we credit a part') input[type=radio]",
            run: "click",
        },
        {
            content: "Say who chooses",
            trigger: "#dunning_name",
            run: "edit Ada Sommer",
        },
        {
            content: "Choose",
            trigger: "#dunning_options button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is chosen",
            trigger: ".o_dunning_chosen:contains('we credit a part')",
        },
    ],
});

/** The clerk checks the drafted credit note and posts it. */
addTour("dunning_complaint_credit_tour", {
    steps: () => [
        {
            content: "Open the complaint",
            trigger: ".o_kanban_record:contains('Bäckerei Sommer')",
            run: "click",
        },
        {
            content: "Open the credit note",
            trigger: "button[name=action_open_credit_notes]",
            run: "click",
        },
        {
            content: "Post it",
            trigger: ".o_form_statusbar button[name=action_post]",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
    ],
});

/** The clerk rejects a complaint with a reasoned letter. */
addTour("dunning_complaint_reject_tour", {
    steps: () => [
        {
            content: "Open the complaint",
            trigger: ".o_kanban_record:contains('Bäckerei Sommer')",
            run: "click",
        },
        {
            content: "Close it",
            trigger: ".o_form_statusbar button[name=action_close]",
            run: "click",
        },
        {
            content: "It is rejected",
            trigger: ".modal .o_field_widget[name=resolution] .o_radio_item:contains('Rejected') input",
            run: "click",
        },
        {
            content: "For colleagues",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit The delivery note shows dry boxes.",
        },
        {
            content: "The reasons, for the customer",
            trigger: ".modal .o_field_widget[name=body] textarea",
            run: "edit The delivery note that you signed shows dry boxes.",
        },
        {
            content: "Close the complaint",
            trigger: ".modal button[name=action_close]",
            run: "click",
        },
        {
            content: "It is rejected, with a letter",
            trigger: ".o_form_statusbar button[name=action_print_letter]",
        },
    ],
});

/** One click at a reply in the chatter makes a complaint of it. */
addTour("dunning_complaint_reply_tour", {
    steps: () => [
        {
            content: "Look at what the customer has answered",
            trigger: ".o-mail-Message:contains('boxes were wet')",
            run: "hover && click .o-mail-Message:contains('boxes were wet') [title='Expand']",
        },
        {
            content: "It is a complaint",
            trigger: ".o-dropdown-item:contains('It is a complaint')",
            run: "click",
        },
        {
            content: "His words are taken over",
            trigger: ".o_field_widget[name=customer_words]:contains('Two boxes were wet.')",
        },
    ],
});
