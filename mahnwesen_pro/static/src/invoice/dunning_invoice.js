import { Component, useEffect, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * A part of the form of an invoice that takes the server a while: asked for when the form is there
 * already, and again whenever it was loaded anew.
 */
class LateWidget extends Component {
    static props = { ...standardWidgetProps };
    /** The method of account.move that is asked. */
    static method = "";

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ answer: false });
        useEffect(
            () => {
                this.load();
            },
            () => [this.props.record.resId, this.props.record.data],
        );
    }

    async load() {
        const { resId } = this.props.record;
        const { method } = this.constructor;
        this.state.answer =
            resId &&
            (await this.keepLast.add(this.orm.silent.call("account.move", method, [[resId]])));
    }
}

/** The sentence above an open invoice: which reminder was sent, and what comes next. */
export class DunningBanner extends LateWidget {
    static template = "mahnwesen_pro.DunningBanner";
    static method = "get_dunning_alert";
}

/** Next step, default, cash discount, limitation: what the invoice has to tell of it. */
export class DunningDetails extends LateWidget {
    static template = "mahnwesen_pro.DunningDetails";
    static method = "get_dunning_details";
}

registry.category("view_widgets").add("dunning_banner", { component: DunningBanner });
registry.category("view_widgets").add("dunning_details", { component: DunningDetails });
