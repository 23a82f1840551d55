import { keptText, nothingKeptOf } from "../../../client/console/order-texts.ts";
import { ClusterOrders } from "../../../client/orders/cluster-orders.ts";
import { nameFault } from "../../../protocol/name.ts";
import { say } from "../../../sentences/sentence.ts";
import { EXIT } from "../../exit-codes.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";
import { stdoutColumns } from "../shown-text.ts";

/** `redes client kept [NAME]` */
export async function clientKept(values: Values): Promise<ExitStatus> {
  const [name = null, extra] = values.positionals;
  if (extra !== undefined)
    throw new UsageError(say("unexpected argument {extra}: kept takes one NAME, or none", { extra }));
  const fault = name === null ? null : nameFault(name);
  if (fault !== null)
    throw new UsageError(say("NAME {name}: no file can be called so: {fault}", { name: JSON.stringify(name), fault }));
  return askCentral(values, async ({ session }) => {
    const listing = await new ClusterOrders(session).kept(name);
    const nothing = name === null ? null : nothingKeptOf(name, listing);
    const problems = nothing === null ? [] : [nothing];
    const code = nothing === null ? EXIT.done : EXIT.noSuchFile;
    if (!values.has("json")) {
      const text = nothing === null ? keptText(listing, { columns: stdoutColumns() }) : "";
      return { text, problems, code };
    }
    const versions = listing.versions.map(({ at, keepers: secondaries, ...version }) => {
      return { ...version, since: new Date(at).toISOString(), secondaries };
    });
    return { text: JSON.stringify(versions, null, 2), problems, code };
  });
}
