import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { CallField } from "./call_field";

/** What stands for something that is not known yet. */
const UNKNOWN = "…";

/** Step → its inputs: name, type, whether it is needed. */
const INPUTS = {
    who: [
        ["contact_id", "select"],
        ["spoken_with", "text"],
        ["number", "text"],
    ],
    notes: [["volunteered", "text"]],
    date: [
        ["promise_date", "date"],
        ["promise_amount", "amount"],
    ],
    person: [["promise_person", "text"]],
    summary: [
        ["summary_email", "email"],
        ["wants_summary", "check"],
    ],
};

/** One step of the guide: what to say, what to ask, what to leave out, what to write down. */
export class CallStep extends Component {
    static template = "mahnwesen_pro.CallStep";
    static components = { CallField };
    static props = {
        step: Object,
        data: Object,
        values: Object,
        update: Function,
        stanceMissing: Boolean,
        isFirst: Boolean,
        isLast: Boolean,
        back: Function,
        next: Function,
    };

    get inputs() {
        return (INPUTS[this.props.step.input] || []).map(([name, type]) => ({
            name,
            type,
            label: this.props.data.labels[name],
            options: name === "contact_id" ? this.contacts : undefined,
        }));
    }

    get contacts() {
        return this.props.data.contacts.map((contact) => [contact.id, contact.name]);
    }

    /** Fills the gaps of a sentence with what is known by now. */
    fill(text) {
        const gaps = { ...this.props.data.gaps, ...this.promised };
        return text.replace(/\{(\w+)\}/g, (_gap, name) => gaps[name] || UNKNOWN);
    }

    get promised() {
        const { promise_date, promise_amount, promise_person, spoken_with } = this.props.values;
        const { currency_id, gaps } = this.props.data;
        return {
            contact: spoken_with || gaps.contact,
            promise_date: promise_date && formatDate(deserializeDate(promise_date)),
            promise_amount: promise_amount && formatMonetary(promise_amount, { currencyId: currency_id }),
            promise_person: promise_person || spoken_with,
        };
    }
}
