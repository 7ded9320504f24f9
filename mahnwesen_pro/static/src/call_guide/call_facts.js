import { Component } from "@odoo/owl";

/** The left side of the guide: who it is, what is open, what has happened so far. */
export class CallFacts extends Component {
    static template = "mahnwesen_pro.CallFacts";
    static props = {
        data: Object,
        chosen: Array,
        toggleItem: Function,
        dial: Function,
        isSmall: Boolean,
    };

    get data() {
        return this.props.data;
    }

    phoneLink(number) {
        return `tel:${number.replace(/[^+\d]/g, "")}`;
    }
}
