import { addTour } from "./patience";

/** Follows a link to a PDF as the browser would; fails unless it is one. */
async function expectPdfBehind(link) {
    const response = await fetch(link.href);
    const start = (await response.text()).slice(0, 5);
    if (!response.ok || start !== "%PDF-") {
        throw new Error(`No PDF: status ${response.status}, it begins with ${start}`);
    }
}

/** The customer follows the link of the letter: looks, downloads, writes to the clerk. */
addTour("dunning_portal_tour", {
    steps: () => [
        {
            content: "See what is open",
            trigger: ".o_dunning_notice .o_dunning_total:contains('100.00')",
        },
        {
            content: "Download the letter",
            trigger: ".o_dunning_pdf",
            run: ({ anchor }) => expectPdfBehind(anchor),
        },
        {
            content: "Write to the clerk",
            trigger: "#dunning_message textarea",
            run: "edit We pay on Friday.",
        },
        {
            content: "Send",
            trigger: "#dunning_message button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has arrived",
            trigger: ".o_dunning_message_sent",
        },
    ],
});
