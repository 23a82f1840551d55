import { restoredText } from "../../../client/console/order-texts.ts";
import { ClusterOrders } from "../../../client/orders/cluster-orders.ts";
import { nameFault } from "../../../protocol/name.ts";
import { say } from "../../../sentences/sentence.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";

/** `redes client restore NAME [NUMBER]` */
export async function clientRestore(values: Values): Promise<ExitStatus> {
  const [name, number, extra] = values.positionals;
  if (name === undefined) throw new UsageError(say("NAME is missing: give a file that redes client kept lists"));
  if (extra !== undefined)
    throw new UsageError(say("unexpected argument {extra}: restore takes NAME and a NUMBER", { extra }));
  const fault = nameFault(name);
  if (fault !== null)
    throw new UsageError(say("NAME {name}: no file can be called so: {fault}", { name: JSON.stringify(name), fault }));
  if (number !== undefined && !/^\d{1,15}$/.test(number))
    throw new UsageError(
      say("NUMBER {number}: it takes the number of a version, as redes client kept lists it", { number }),
    );
  const version = number === undefined ? null : Number(number);
  return askCentral(values, async ({ session }) =>
    restoredText(name, version, await new ClusterOrders(session).restore(name, version)),
  );
}
