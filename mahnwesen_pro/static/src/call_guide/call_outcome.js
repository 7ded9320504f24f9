import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CallField } from "./call_field";

/** Outcome → what it asks for: name, type, whether it is needed. */
export const ASKED = {
    promise: [
        ["promise_date", "date", true],
        ["promise_amount", "amount", true],
        ["promise_person", "text", true],
    ],
    part_payment: [
        ["promise_amount", "amount", true],
        ["promise_date", "date"],
    ],
    plan: [
        ["plan_count", "integer", true],
        ["plan_date_first", "date", true],
        ["plan_amount", "amount"],
    ],
    complaint: [
        ["customer_words", "textarea", true],
        ["disputed_amount", "amount"],
    ],
    paid: [
        ["paid_on", "date", true],
        ["paid_proof", "text"],
    ],
    call_back: [
        ["call_back_on", "date", true],
        ["call_back_hour", "time"],
    ],
    not_reached: [["next_user_id", "select"]],
    wrong_number: [
        ["number", "text"],
        ["next_user_id", "select"],
    ],
};

/** After these nothing was said that could be summed up. */
const WITHOUT_CONTENT = ["call_back", "not_reached", "wrong_number"];

const HINTS = {
    customer_words: _t("Unedited, as the customer says it"),
    disputed_amount: _t("Empty: the invoices as a whole"),
    next_user_id: _t("The same person"),
    paid_proof: _t("Sends the receipt by e-mail"),
    plan_amount: _t("Empty: split evenly"),
};

/** How the call ended: the only way out of the guide. */
export class CallOutcome extends Component {
    static template = "mahnwesen_pro.CallOutcome";
    static components = { CallField };
    static props = {
        data: Object,
        values: Object,
        update: Function,
        outcome: { type: Object, optional: true },
        choose: Function,
        finish: Function,
        isBusy: Boolean,
    };

    get inputs() {
        const { outcome, data } = this.props;
        const inputs = [...(ASKED[outcome.code] || [])];
        if (!WITHOUT_CONTENT.includes(outcome.code)) {
            inputs.push(["summary_email", "email"], ["wants_summary", "check"]);
        }
        return inputs.map(([name, type, required]) => ({
            name,
            type,
            required,
            label: data.labels[name],
            placeholder: HINTS[name]?.toString(),
            options: name === "next_user_id" ? data.colleagues : undefined,
        }));
    }

    /** The key of an outcome together with Alt: ⇧1 to ⇧9, then ⇧0. */
    hotkey(index) {
        return `shift+${(index + 1) % 10}`;
    }

    onSubmit() {
        if (!this.props.isBusy) {
            this.props.finish();
        }
    }
}
