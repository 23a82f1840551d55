import pMap from "p-map";
import { removalQuestion, removedText } from "../../../client/console/order-texts.ts";
import { ClusterOrders, extentOf } from "../../../client/orders/cluster-orders.ts";
import { say } from "../../../sentences/sentence.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import { confirm } from "../../confirm.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";

/** Names that are counted at once: a central refuses a client that asks for very many. */
const COUNTS_AT_ONCE = 4;

/** `redes client remove NAME...` */
export async function clientRemove(values: Values): Promise<ExitStatus> {
  const what = [...new Set(values.positionals)];
  if (what.length === 0) throw new UsageError(say("NAME is missing: give files, folders or patterns"));
  return askCentral(values, async ({ session, whole }) => {
    const orders = new ClusterOrders(session);
    // All first, so that a name that is wrong leaves the others alone.
    const counted = await whole(() =>
      pMap(what, async (one) => [one, await orders.count(one)] as const, { concurrency: COUNTS_AT_ONCE }),
    );
    const extent = extentOf(counted.map(([, each]) => each));
    if (!values.has("yes") && !(await confirm(removalQuestion(what, extent))))
      throw new SentenceError(say("nothing was removed"));
    return removedText(what, await orders.removeAll(counted));
  });
}
