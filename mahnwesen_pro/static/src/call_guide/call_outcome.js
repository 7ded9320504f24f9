import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CallField } from "./call_field";

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
        const inputs = [...outcome.inputs];
        if (outcome.has_content) {
            inputs.push({ name: "summary_email", type: "email" });
            inputs.push({ name: "wants_summary", type: "check" });
        }
        return inputs.map((input) => ({
            ...input,
            label: data.labels[input.name],
            placeholder: HINTS[input.name]?.toString(),
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
