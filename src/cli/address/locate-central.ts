import { oneRow } from "../../console/text.ts";
import type { Address } from "../../net/address/address.ts";
import type { Search } from "../../net/discovery/find-centrals.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { english, say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { onSignals } from "../signals.ts";
import { CentralNotFound } from "./central-not-found.ts";
import { foundText, onlyCentral } from "./found-central.ts";
import type { NamedCentral } from "./named-central.ts";

/** Milliseconds between two searches of a server, which waits for its central as long as it takes. */
const SEARCH_PERIOD_MS = 2000;

/** What somebody can do who has not said where the central is, where none answers. */
export const ADVICE = say(
  "which central? Name one as in --central server0:50000, or set REDES_CENTRAL=server0:50000; --discover looks for one on this network",
);

/** Where the central is, for a client. Rejects with CentralNotFound, or with UsageError where there are several. */
export async function locateCentral(named: NamedCentral): Promise<Address> {
  if (named.kind !== "discover") return named.address;
  const central = onlyCentral(await search());
  // Not for a script: it has asked for something else.
  if (process.stderr.isTTY) process.stderr.write(`${oneRow(shown(foundText(central)))}\n`);
  return central.address;
}

/**
 * The same for a server, which looks until there is one: servers are started in any order. Resolves with null when a
 * signal asks the program to end meanwhile. Rejects with UsageError where there are several.
 */
export function awaitCentral(named: NamedCentral, log: Log): Promise<Address | null> {
  if (named.kind !== "discover") return Promise.resolve(named.address);
  const stopped = new Promise<null>((resolve) => onSignals(() => resolve(null)));
  return Promise.race([searchOn(log), stopped]);
}

async function searchOn(log: Log): Promise<Address> {
  for (let told = false; ; told = true) {
    try {
      const central = onlyCentral(await search());
      log.info("discovered", english(foundText(central)), { ip: central.address.host, port: central.address.port });
      return central.address;
    } catch (error) {
      if (!(error instanceof CentralNotFound)) throw error;
      if (!told) log.warn("discovering", `${error.message}. Looking on until one answers`);
    }
    await delay(systemClock, SEARCH_PERIOD_MS);
  }
}

async function search(): Promise<Search> {
  const { findCentrals } = await import("../../net/discovery/find-centrals.ts");
  const { udpMulticast } = await import("../../net/transport/multicast/udp-multicast.ts");
  return findCentrals(udpMulticast, systemClock);
}
