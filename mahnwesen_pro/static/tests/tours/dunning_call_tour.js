import * as hoot from "@odoo/hoot-dom";
import { addTour } from "./patience";

const { DateTime } = luxon;
const inDays = (days) => DateTime.now().plus({ days }).toISODate();
export const field = (name, kind = "input") => `.o_dunning_field[name=${name}] ${kind}`;
const step = (name) => `.o_dunning_guide_steps button[aria-current=step]:contains('${name}')`;

/** Hoot cannot type into an empty input of a date: here the browser's own picker sets it. */
function setDay(input, day) {
    input.value = day;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

export const openFromTask = [
    {
        content: "Open the list of tasks",
        trigger: ".o_menu_systray i[aria-label='Activities']",
        run: "click",
    },
    {
        content: "Choose the calls",
        trigger: ".o-mail-ActivityGroup:contains('Dunning Call')",
        run: "click",
    },
    {
        content: "Call the bakery",
        trigger: ".o_data_row:contains('Bäckerei Sommer') button[name=action_open_guide]",
        run: "click",
    },
];

const greetAndListen = [
    {
        content: "Say who is on the line",
        trigger: field("spoken_with"),
        run: "edit Frau Sommer",
    },
    {
        content: "The notes come first",
        trigger: field("notes", "textarea"),
        run: "edit Hat die Rechnung auf dem Tisch",
    },
    { content: "Listen", trigger: "button[data-hotkey=n]", run: "click" },
    {
        content: "The sentence names the invoice",
        trigger: ".o_dunning_guide_sentence:contains('together')",
    },
    { content: "To the claim", trigger: "button[data-hotkey=n]", run: "click" },
    {
        content: "The guide asks how the claim is seen",
        trigger: step("The claim"),
    },
    { content: "It does not go on without an answer", trigger: "button[data-hotkey=n]", run: "click" },
    {
        content: "It says so",
        trigger: ".o_dunning_guide_stance [role=alert]",
    },
];

/** From the task to a promise that is summed up by e-mail. */
addTour("dunning_call_tour", {
    steps: () => [
        ...openFromTask,
        ...greetAndListen,
        {
            content: "The claim is accepted",
            trigger: ".o_dunning_guide_stance input[value=accepted]",
            run: "click",
        },
        { content: "On to the date", trigger: "button[data-hotkey=n]", run: "click" },
        {
            content: "A new date",
            trigger: field("promise_date"),
            run: ({ anchor }) => setDay(anchor, inDays(3)),
        },
        { content: "On to the name", trigger: "button[data-hotkey=n]", run: "click" },
        {
            content: "Who sees to it",
            trigger: field("promise_person"),
            run: "edit Frau Sommer",
        },
        { content: "Sum up", trigger: "button[data-hotkey=n]", run: "click" },
        {
            content: "The sentence sums up what was said",
            trigger: ".o_dunning_guide_sentence:contains('Frau Sommer')",
        },
        { content: "What comes next", trigger: "button[data-hotkey=n]", run: "click" },
        {
            content: "An excuse comes after all",
            trigger: ".o_dunning_guide_excuses button:contains('waiting for money')",
            run: "click",
        },
        {
            content: "The card has an answer",
            trigger: ".o_dunning_guide_card:contains('Which part')",
        },
        {
            content: "She keeps to her word",
            trigger: ".o_dunning_guide_outcomes button[name=promise]",
            run: "click",
        },
        {
            content: "What follows is told before",
            trigger: ".o_dunning_guide_outcomes form:contains('Letters wait')",
        },
        { content: "End the call", trigger: "button[type=submit]", run: "click" },
        {
            content: "What it has set in motion",
            trigger: ".o_dunning_guide_done:contains('The summary goes to')",
        },
    ],
});

/** The claim is disputed: the guide stops, the words of the customer are written down. */
addTour("dunning_call_disputed_tour", {
    steps: () => [
        ...openFromTask,
        ...greetAndListen,
        {
            content: "The claim is disputed",
            trigger: ".o_dunning_guide_stance input[value=disputed]",
            run: "click",
        },
        { content: "Leave the script", trigger: "button[data-hotkey=n]", run: "click" },
        {
            content: "Write down the very words",
            trigger: field("customer_words", "textarea"),
            run: "edit Die Tür war zerkratzt.",
        },
        { content: "End the call", trigger: "button[type=submit]", run: "click" },
        { content: "It is over", trigger: ".o_dunning_guide_done:contains('Complaint')" },
    ],
});

const next = (content) => ({ content, trigger: "button[data-hotkey=n]", run: "click" });

/** Keeping fails twice: nothing of what was typed is lost. */
addTour("dunning_call_refused_tour", {
    steps: () => [
        ...openFromTask,
        {
            content: "Take notes",
            trigger: field("notes", "textarea"),
            run: "edit Zahlt am Freitag",
        },
        next("Keeping them is refused"),
        {
            content: "It says so",
            trigger: ".modal:contains('busy') .modal-footer button",
            run: "click",
        },
        {
            content: "Leave",
            trigger: "body:not(:has(.modal)) .breadcrumb-item a, .o_back_button a",
            run: "click",
        },
        {
            content: "Nobody leaves without being asked",
            trigger: ".modal:contains('could not be kept') button:contains('Stay')",
            run: "click",
        },
        next("This time it is kept"),
        { content: "The call goes on", trigger: step("Listen") },
    ],
});

/** The page is closed in the middle of a sentence. */
addTour("dunning_call_closed_tour", {
    steps: () => [
        ...openFromTask,
        {
            content: "Take notes",
            trigger: field("notes", "textarea"),
            run: "edit Zahlt am Freitag",
        },
        {
            content: "Close the page",
            trigger: field("notes", "textarea"),
            run: () => window.location.assign("/odoo"),
            expectUnloadPage: true,
        },
        { content: "It is gone", trigger: "body:not(:has(.o_dunning_guide_steps)) .o_navbar" },
    ],
});

/** Goes with the Tab key to an input and returns it. */
async function tabTo(name) {
    for (let presses = 0; presses < 40; presses++) {
        if (document.activeElement.closest(`.o_dunning_field[name=${name}]`)) {
            return document.activeElement;
        }
        await hoot.press("Tab");
    }
    throw new Error(`The Tab key does not lead to ${name}`);
}

async function tabAndType(name, text) {
    await tabTo(name);
    await hoot.fill(text);
}

const press = (content, trigger, keys) => ({
    content,
    trigger,
    run: () => hoot.press(keys),
});

/** A whole call, from the list to the outcome, without the mouse. */
addTour("dunning_call_keyboard_tour", {
    steps: () => [
        press("Open the next call", ".o_list_view button[name=action_open_next]", ["alt", "n"]),
        {
            content: "Who is on the line",
            trigger: step("Greet"),
            run: () => tabAndType("spoken_with", "Frau Sommer"),
        },
        press("To the notes", step("Greet"), ["alt", "m"]),
        {
            content: "Take notes",
            trigger: ".o_dunning_field[name=notes] textarea:focus",
            run: () => hoot.fill("Hat die Rechnung auf dem Tisch"),
        },
        press("Listen", step("Greet"), ["control", "enter"]),
        press("The claim", step("Listen"), ["control", "enter"]),
        {
            content: "The first answer has the focus",
            trigger: ".o_dunning_guide_stance input[value=accepted]:focus",
            run: () => document.activeElement.click(), // what the browser does at the space bar
        },
        press("On", ".o_dunning_guide_stance label.active:contains('Accepted')", ["alt", "n"]),
        {
            content: "A new date",
            trigger: step("A new date"),
            run: async () => setDay(await tabTo("promise_date"), inDays(3)),
        },
        press("On", step("A new date"), ["control", "enter"]),
        {
            content: "A name",
            trigger: step("A name"),
            run: () => tabAndType("promise_person", "Frau Sommer"),
        },
        press("On", step("A name"), ["control", "enter"]),
        press("On", step("Sum up"), ["control", "enter"]),
        press("On", step("What comes next"), ["control", "enter"]),
        press("To the outcome", step("Thank and close"), ["control", "enter"]),
        {
            content: "The outcomes have the focus",
            trigger: ".o_dunning_guide_outcomes button[name=promise]:focus",
            run: () => hoot.press("Enter"),
        },
        press("End the call", ".o_dunning_guide_outcomes form", ["alt", "s"]),
        { content: "It is over", trigger: ".o_dunning_guide_done:contains('Promise to pay')" },
    ],
});

/** The customer's side: the page behind the link, without a login. */
addTour("dunning_call_confirmation_tour", {
    steps: () => [
        {
            content: "What was agreed",
            trigger: ".o_dunning_call:contains('Frau Sommer sees to it')",
        },
        {
            content: "Yes, that is what we agreed",
            trigger: ".o_dunning_confirm",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Thank you", trigger: ".o_dunning_call_answered" },
    ],
});
