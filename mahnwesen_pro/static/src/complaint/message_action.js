import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

/** One click at what a customer has answered to a reminder makes a complaint of it. */
registerMessageAction("dunning-complaint", {
    condition: ({ message, thread }) =>
        thread?.model === "dunning.notice" &&
        ["email", "comment"].includes(message.message_type) &&
        !message.isSelfAuthored,
    icon: "fa fa-commenting-o",
    name: _t("It is a complaint"),
    onSelected: async ({ message, store, thread }) => {
        const { action, orm } = store.env.services;
        action.doAction(
            await orm.call("dunning.notice", "action_reply_complaint", [[thread.id], message.id])
        );
    },
    sequence: 80,
});
