import { removalQuestion, removedText } from "../../../client/console/order-texts.ts";
import { ClusterOrders } from "../../../client/orders/cluster-orders.ts";
import { say } from "../../../sentences/sentence.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import { confirm } from "../../confirm.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";

/** `redes client remove NAME...` */
export async function clientRemove(values: Values): Promise<ExitStatus> {
  const what = [...new Set(values.positionals)];
  if (what.length === 0) throw new UsageError(say("NAME is missing: give files, folders or patterns"));
  return askCentral(values, async ({ session, whole }) => {
    const orders = new ClusterOrders(session);
    // All first, so that a name that is wrong leaves the others alone.
    const extents = await whole(() => Promise.all(what.map((one) => orders.count(one))));
    const files = extents.reduce((sum, extent) => sum + extent.files, 0);
    const bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
    if (!values.has("yes") && !(await confirm(removalQuestion(what, { files, bytes }))))
      throw new SentenceError(say("nothing was removed"));
    let removed = 0;
    for (const [index, one] of what.entries())
      removed += (await orders.remove(one, extents[index] ?? { files: 0, bytes: 0 })).files;
    return removedText(what, removed);
  });
}
