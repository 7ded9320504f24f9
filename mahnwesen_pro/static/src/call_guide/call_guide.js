import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CallFacts } from "./call_facts";
import { CallField } from "./call_field";
import { CallOutcome } from "./call_outcome";
import { CallStep } from "./call_step";

const { DateTime } = luxon;
const MODEL = "dunning.call";

/** What the server expects instead of nothing, by the kind of the value. */
const toServer = (value) => (value === "" ? false : value);

/**
 * The guided call: the facts on the left, one step at a time on the right. What is typed is kept in
 * the planned call whenever a step ends; only an outcome ends the call.
 */
export class CallGuide extends Component {
    static template = "mahnwesen_pro.CallGuide";
    static components = { CallFacts, CallField, CallOutcome, CallStep, Layout };
    static props = { ...standardActionServiceProps };
    static path = "mahnanruf";
    static displayName = _t("Call");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.callId = Number(this.props.action.context.active_id);
        this.changed = new Set();
        this.state = useState({
            data: null,
            values: {},
            index: 0,
            outcome: "",
            excuse: null,
            stanceMissing: false,
            effects: null,
            startedAt: null,
            isBusy: false,
        });
        useSetupAction({
            beforeLeave: () => this.beforeLeave(),
            beforeUnload: (ev) => this.beforeUnload(ev),
        });
        useHotkey("control+enter", () => this.next(), {
            bypassEditableProtection: true,
            isAvailable: () => !this.state.outcome && !this.state.effects,
        });
        onWillStart(() => this.load());
        useEffect(
            () => this.focusFirst(),
            () => [this.state.index, this.state.outcome, this.state.effects],
        );
    }

    async load() {
        const data = await this.orm.call(MODEL, "get_guide", [[this.callId]]);
        const typed = [...this.changed].map((name) => [name, this.state.values[name]]);
        this.state.data = data;
        this.state.values = { ...data.values, ...Object.fromEntries(typed) };
        this.env.config.setDisplayName(data.customer.name);
    }

    // === WHAT IS TYPED ===

    get data() {
        return this.state.data;
    }

    get step() {
        return this.data.steps[this.state.index];
    }

    get isLastStep() {
        return this.state.index === this.data.steps.length - 1;
    }

    /** Takes a value that was typed or chosen. */
    update(name, value) {
        this.state.values[name] = value;
        this.changed.add(name);
        if (name === "stance") {
            this.state.stanceMissing = false;
        }
        if (name === "contact_id") {
            this.takeContact(value);
        }
    }

    /** The number and the name of a contact that was chosen come along. */
    takeContact(id) {
        const contact = this.data.contacts.find((contact) => contact.id === id);
        if (contact) {
            this.update("spoken_with", contact.is_firm ? "" : contact.name);
            this.update("number", contact.phone);
            this.update("summary_email", contact.email || this.state.values.summary_email);
        }
    }

    /** Adds or removes an invoice; sums and sentences follow. */
    async toggleItem(id) {
        const chosen = this.state.values.move_ids;
        const rest = chosen.filter((other) => other !== id);
        const kept = rest.length < chosen.length ? rest : [...chosen, id];
        if (kept.length) {
            this.update("move_ids", kept);
            await this.save();
            await this.load();
        }
    }

    /** A number is dialled: from now on the call is timed. */
    dial(contact) {
        this.update("contact_id", contact.id);
        this.state.startedAt = DateTime.now();
        this.update("called_on", serializeDateTime(this.state.startedAt));
    }

    getChanges() {
        const changes = {};
        for (const name of this.changed) {
            const value = this.state.values[name];
            changes[name] = name === "move_ids" ? [[6, 0, value]] : toServer(value);
        }
        return changes;
    }

    get hasChanges() {
        return this.changed.size > 0 && !this.state.effects;
    }

    /** Keeps what was typed since the last time in the planned call; what fails is sent again. */
    async save() {
        if (!this.hasChanges) {
            return;
        }
        const names = [...this.changed];
        const changes = this.getChanges();
        this.changed.clear();
        try {
            await this.orm.call(MODEL, "note", [[this.callId], changes]);
        } catch (error) {
            names.forEach((name) => this.changed.add(name));
            throw error;
        }
    }

    /** Leaves when all is kept, or when it is accepted that something is not. */
    async beforeLeave() {
        try {
            await this.save();
            return true;
        } catch (error) {
            return new Promise((resolve) => {
                this.dialog.add(ConfirmationDialog, {
                    title: _t("Not kept yet"),
                    body: _t(
                        "What you typed last could not be kept: %s",
                        error.data?.message || error.message,
                    ),
                    confirmLabel: _t("Leave without it"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Stay"),
                    cancel: () => resolve(false),
                });
            });
        }
    }

    /** The page closes: a beacon is not cancelled with it; where none goes out, the browser asks. */
    beforeUnload(ev) {
        if (!this.hasChanges) {
            return;
        }
        const params = {
            model: MODEL,
            method: "note",
            args: [[this.callId], this.getChanges()],
            kwargs: { context: user.context },
        };
        const body = JSON.stringify({ jsonrpc: "2.0", method: "call", params });
        const blob = new Blob([body], { type: "application/json" });
        if (navigator.sendBeacon(`/web/dataset/call_kw/${MODEL}/note`, blob)) {
            this.changed.clear();
        } else {
            ev.preventDefault();
        }
    }

    // === STEP BY STEP ===

    /** The steps that were gone through are kept with the call. */
    markStep() {
        if (!this.state.values.answers.includes(this.step.id)) {
            this.update("answers", [...this.state.values.answers, this.step.id]);
        }
    }

    async next() {
        await this.goTo(this.state.index + 1);
    }

    /** Goes to a step; past the claim only when its question is answered (METHOD T3). */
    async goTo(index) {
        const asks = this.data.steps.findIndex((step) => step.input === "stance");
        if (asks >= 0 && index > asks && !this.state.values.stance) {
            this.state.index = asks;
            this.state.stanceMissing = true;
            return;
        }
        this.markStep();
        await this.save();
        this.state.outcome = "";
        if (index > asks && this.state.values.stance === "disputed") {
            this.choose("complaint");
        } else if (index < this.data.steps.length) {
            this.state.index = Math.max(0, index);
        } else {
            this.focusOutcomes();
        }
    }

    // === EXCUSES AND OUTCOME ===

    toggleExcuse(card) {
        const isOpen = this.state.excuse && this.state.excuse.id === card.id;
        this.state.excuse = isOpen ? null : card;
        if (!isOpen) {
            this.update("excuse_id", card.id);
        }
    }

    choose(outcome) {
        this.state.outcome = this.state.outcome === outcome ? "" : outcome;
        this.state.excuse = null;
    }

    get outcome() {
        return this.data.outcomes.find((outcome) => outcome.code === this.state.outcome);
    }

    /** Ends the call with the outcome that was chosen. */
    async finish() {
        this.markStep();
        if (this.state.startedAt) {
            const minutes = -this.state.startedAt.diffNow("minutes").minutes;
            this.update("duration", Math.max(1, Math.round(minutes)));
        }
        for (const { name } of this.outcome.inputs) {
            this.changed.add(name); // what was suggested and left as it is, was agreed as well
        }
        this.state.isBusy = true;
        try {
            const args = [[this.callId], this.state.outcome, this.getChanges()];
            this.state.effects = await this.orm.call(MODEL, "finish_guide", args);
            this.changed.clear();
        } finally {
            this.state.isBusy = false;
        }
    }

    async openNext() {
        const action = await this.orm.call(MODEL, "action_open_next", [[]]);
        await this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    /** Leaves; the call stays planned, with what was noted. */
    leave() {
        this.env.config.historyBack();
    }

    // === KEYBOARD ===

    focusFirst() {
        const panel = this.root.el && this.root.el.querySelector(".o_dunning_guide_active");
        const field = panel && panel.querySelector("input, textarea, select, button.btn-primary");
        if (field && !this.ui.isSmall) {
            field.focus();
        }
    }

    focusOutcomes() {
        this.root.el.querySelector(".o_dunning_guide_outcomes button").focus();
    }
}

registry.category("actions").add("mahnwesen_pro.dunning_call_guide", CallGuide);
