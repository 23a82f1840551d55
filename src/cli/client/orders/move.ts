import { movedText } from "../../../client/console/order-texts.ts";
import { ClusterOrders } from "../../../client/orders/cluster-orders.ts";
import { say } from "../../../sentences/sentence.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";

/** `redes client mv OLD NEW` */
export async function clientMove(values: Values): Promise<ExitStatus> {
  const [from, to, extra] = values.positionals;
  if (from === undefined || to === undefined || extra !== undefined)
    throw new UsageError(say("mv takes two names: what a file or a folder is called now, and what it is to be called"));
  return askCentral(values, async ({ session, whole }) => {
    const { files } = await whole(() => new ClusterOrders(session).move(from, to));
    return movedText(from, to, files);
  });
}
