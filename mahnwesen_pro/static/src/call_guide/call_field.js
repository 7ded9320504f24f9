import { Component } from "@odoo/owl";
import { parseFloat } from "@web/views/fields/parsers";
import { formatFloat } from "@web/views/fields/formatters";

let count = 0;

/** One input of the guide with its label; hands on the value as the server stores it. */
export class CallField extends Component {
    static template = "mahnwesen_pro.CallField";
    static props = {
        name: String,
        label: String,
        type: String, // text, textarea, date, time, amount, integer, check, select, email
        value: { optional: true },
        update: Function,
        options: { type: Array, optional: true }, // of a select: [value, label]
        required: { type: Boolean, optional: true },
        placeholder: { type: String, optional: true },
        hotkey: { type: String, optional: true },
    };

    setup() {
        this.id = `dunning_call_field_${++count}`;
    }

    get text() {
        const { type, value } = this.props;
        if (type === "amount") {
            return value ? formatFloat(value, { digits: [16, 2] }) : "";
        }
        if (type === "time") {
            const minutes = Math.round((value || 0) * 60);
            const pad = (number) => String(number).padStart(2, "0");
            return value ? `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}` : "";
        }
        return value || "";
    }

    onChange(ev) {
        this.props.update(this.props.name, this.parse(ev.target));
    }

    /** Keeps long texts while they are typed, so that nothing is lost. */
    onInput(ev) {
        if (["text", "textarea", "email"].includes(this.props.type)) {
            this.onChange(ev);
        }
    }

    parse(input) {
        switch (this.props.type) {
            case "amount":
                return this.parseAmount(input);
            case "integer":
                return Number.parseInt(input.value) || 0;
            case "time": {
                const [hours, minutes] = input.value.split(":").map(Number);
                return input.value ? hours + minutes / 60 : 0;
            }
            case "check":
                return input.checked;
            case "select":
                return Number(input.value) || false;
            default:
                return input.value;
        }
    }

    /** What is no number is put back, as Odoo's own fields do. */
    parseAmount(input) {
        try {
            return parseFloat(input.value || "0");
        } catch {
            input.value = this.text;
            return this.props.value || 0;
        }
    }
}
