import { formatAddress } from "../../net/address/address.ts";
import type { Search } from "../../net/discovery/find-centrals.ts";
import type { FoundCentral } from "../../net/discovery/found-centrals.ts";
import { FIND_TIMEOUT_MS } from "../../net/discovery/timing.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { CentralNotFound } from "./central-not-found.ts";

/** Of more only the number is told. */
const MAX_SHOWN = 5;

/** The only central that has answered. Throws {@link CentralNotFound}, or UsageError where there are several. */
export function onlyCentral({ centrals, asked, faults }: Search): FoundCentral {
  const different = new Map(centrals.map((central) => [formatAddress(central.address), central]));
  const [[address, central] = [], another] = different;
  if (address !== undefined && central && !another) return central;
  if (address !== undefined) {
    const shown = [...different]
      .slice(0, MAX_SHOWN)
      .map(([where, { instance }]) => say("{instance} at {where}", { instance, where }));
    const more = different.size > MAX_SHOWN ? [say("and {count} more", { count: different.size - MAX_SHOWN })] : [];
    throw new UsageError(
      say("--discover has found {count} centrals: {centrals}; say which one, as in --central {address}", {
        ...{ count: different.size, centrals: [...shown, ...more], address },
      }),
    );
  }
  const failed = faults.length === 0 ? "" : say(" (not asked: {faults})", { faults: faults.join("; ") });
  if (asked.length === 0)
    throw new CentralNotFound(
      say("--discover cannot ask on any network{failed}: say where the central is, with --central HOST[:PORT]", {
        failed,
      }),
    );
  const where = say("on the local network within {seconds} s, asked on {networks}{failed}", {
    seconds: FIND_TIMEOUT_MS / 1000,
    networks: asked,
    failed,
  });
  throw new CentralNotFound(
    say(
      "no central has answered {where}: is one there that was started with --discover? Else say where it is, with --central HOST[:PORT]",
      { where },
    ),
  );
}

/** That a central was found, for people. */
export function foundText({ instance, address }: FoundCentral): Sentence {
  return say("found the central {instance} at {address}", { instance, address: formatAddress(address) });
}
