import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { getReportUrl } from "@web/webclient/actions/reports/utils";
import { user } from "@web/core/user";

/**
 * Downloads the reports of this addon without asking for wkhtmltopdf: the server draws them with
 * another engine. All other reports are left to the handlers that follow.
 */
async function downloadLetter(action, options, env) {
    if (action.report_type !== "qweb-pdf" || !action.report_name.startsWith("mahnwesen_pro.")) {
        return false;
    }
    env.services.ui.block();
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), action.report_type]),
                context: JSON.stringify({ ...user.context, ...action.context }),
            },
        });
    } finally {
        env.services.ui.unblock();
    }
    return true;
}

registry.category("ir.actions.report handlers").add("mahnwesen_pro_letter", downloadLetter);
