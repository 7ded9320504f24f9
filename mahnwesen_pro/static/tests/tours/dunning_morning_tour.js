import { addTour } from "./patience";

/** So many keys the manual promises for the morning. */
const KEYS = 32;
const PROPOSALS = 300;

/** What the clerk has done since the tour began: keys struck, without Alt and the like; clicks. */
const strokes = { keys: 0, clicks: 0 };
const MODIFIERS = ["Alt", "Control", "Meta", "Shift"];

function count(event) {
    if (event.type === "mousedown") {
        strokes.clicks++;
    } else if (!MODIFIERS.includes(event.key)) {
        strokes.keys++;
    }
}

function startCounting() {
    window.addEventListener("keydown", count, { capture: true });
    window.addEventListener("mousedown", count, { capture: true });
}

/** Fails unless it took exactly so many keys and no click. */
function expectStrokes(keys) {
    if (strokes.keys !== keys || strokes.clicks) {
        throw new Error(`${strokes.keys} keys and ${strokes.clicks} clicks, not ${keys} and 0`);
    }
}

const press = (content, trigger, keys) => ({ content, trigger, run: `press ${keys}` });
const see = (content, trigger) => ({ content, trigger });

const CARDS = ".o_dunning_overview";
const card = (name, count) =>
    `${CARDS} .o_kanban_record:contains('${name}'):contains(/\\b${count}\\b/)`;
const formIn = (state) => `.o_form_view:has(.o_arrow_button_current:contains('${state}'))`;
const at = (number) => `.o_control_panel:has(.o_pager_value:contains(/^${number}$/)) .o_pager`;
/** Also those on other pages, not only the page with the offer to take the others as well. */
const allTicked = (count) => `.o_selection_box:contains(/All\\s*${count}\\s*selected/)`;
const FACET = ".o_searchview_facet:contains('Worth a Look')";

/** A morning with 300 proposals, from the start screen and back, without the mouse. */
addTour("dunning_morning_tour", {
    steps: () => [
        {
            content: "The start screen counts 300 proposals",
            trigger: `${CARDS} .o_kanban_record:contains('To approve'):contains('300')`,
            run: startCounting,
        },
        press("Go to the first card", ".o_searchview_input", "ArrowDown"),
        press("Open its list", `${CARDS} .o_kanban_record:focus`, "Enter"),

        // Look at what tells something: four invoices that never left the house.
        see("All 300 are there", ".o_pager_limit:contains('300')"),
        press("Open the filters", ".o_searchview_input:focus", "alt+shift+q"),
        press("Go to the first filter", ".o_search_bar_menu, .o-dropdown--menu", "ArrowDown"),
        press(
            "Only what is worth a look",
            ".o-dropdown-item.focus:contains('Worth a Look')",
            "Enter"
        ),
        press("Close the filters", FACET, "Escape"),
        see("Four are left", ".o_pager_limit:contains(/^4$/)"),
        press("Back to the search", ".o_searchview_dropdown_toggler:focus", "shift+Tab"),
        press("Go to the list", ".o_searchview_input:focus", "ArrowDown"),
        press("Go to the first row", ".o_list_view thead :focus", "ArrowDown"),
        press("Open it", ".o_data_row :focus", "Enter"),
        see("It says what to look at", ".alert:contains('Never sent')"),
        press("Approve it", ".o_form_view", "alt+a"),
        press("Go to the next", formIn("Approved"), "alt+n"),
        see("The second", at(2)),
        press("Leave the second out", formIn("Proposed"), "alt+l"),
        press(
            "The reason stands there",
            ".modal [name=reason_id] input:value('Left out')",
            "alt+q"
        ),
        press("Go to the next", formIn("Cancelled"), "alt+n"),
        press("Have a look at the one before", at(3), "alt+p"),
        press("And on again", at(2), "alt+n"),
        press("Approve the third", at(3), "alt+a"),
        press("Go to the next", formIn("Approved"), "alt+n"),
        press("Approve the fourth", at(4), "alt+a"),
        press("Back to the list", formIn("Approved"), "alt+b"),
        press("Back to the start screen", ".o_list_view", "alt+b"),
        see("296 are left to approve", card("To approve", PROPOSALS - 4)),
        press("Go to the first card", CARDS, "ArrowDown"),
        press("Open its list", `${CARDS} .o_kanban_record:focus`, "Enter"),
        press("Tick all", ".o_list_view .o_pager_limit:contains('296')", "alt+t"),
        press("Approve them", allTicked(PROPOSALS - 4), "alt+a"),
        see("Nothing is left to approve", ".o_list_view:not(:has(.o_data_row))"),
        press("Back to the start screen", ".o_list_view", "alt+b"),
        see("299 wait for sending", card("To send", PROPOSALS - 1)),
        press("Go to the first card", CARDS, "ArrowDown"),
        press("Go to the second", `${CARDS} .o_kanban_record:focus`, "ArrowRight"),
        press("Open its list", `${CARDS} .o_kanban_record:contains('To send'):focus`, "Enter"),
        press("Tick all", ".o_list_view .o_pager_limit:contains('299')", "alt+t"),
        press("Send them", allTicked(PROPOSALS - 1), "alt+s"),
        {
            content: "They leave in the background; 300 proposals took so many keys",
            trigger: ".o_notification:contains('299 notices are being sent')",
            run: () => expectStrokes(KEYS),
        },
    ],
});
