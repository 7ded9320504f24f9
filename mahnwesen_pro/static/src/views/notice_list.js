import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/**
 * The list of notices with one key more than other lists: Alt+T ticks everything that the search
 * finds, also what stands on other pages, and takes the ticks away again.
 */
export class NoticeListController extends ListController {
    setup() {
        super.setup();
        useHotkey("alt+t", () => this.tickEverything(), {
            bypassEditableProtection: true,
            isAvailable: () => this.props.allowSelectors,
        });
    }

    async tickEverything() {
        const list = this.model.root;
        const isPageTicked = list.selection.length === list.records.length;
        const isOnePage = list.records.length === list.count;
        const isTicked = isPageTicked && (list.isDomainSelected || isOnePage);
        if (isTicked || !isPageTicked) {
            await list.toggleSelection();
        }
        await list.selectDomain(!isTicked);
    }
}

registry.category("views").add("dunning_notice_list", {
    ...listView,
    Controller: NoticeListController,
});
