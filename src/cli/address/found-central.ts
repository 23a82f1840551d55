import { formatAddress } from "../../net/address/address.ts";
import type { Search } from "../../net/discovery/find-centrals.ts";
import type { FoundCentral } from "../../net/discovery/found-centrals.ts";
import { FIND_TIMEOUT_MS } from "../../net/discovery/timing.ts";
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
    const shown = [...different].slice(0, MAX_SHOWN).map(([where, { instance }]) => `${instance} at ${where}`);
    const more = different.size > MAX_SHOWN ? [`and ${different.size - MAX_SHOWN} more`] : [];
    throw new UsageError(
      `--discover has found ${different.size} centrals: ${[...shown, ...more].join(", ")}; say which one, as in --central ${address}`,
    );
  }
  const failed = faults.length === 0 ? "" : ` (not asked: ${faults.join("; ")})`;
  if (asked.length === 0)
    throw new CentralNotFound(`--discover cannot ask on any network${failed}: say where the central is, ${BY_FLAG}`);
  const where = `on the local network within ${FIND_TIMEOUT_MS / 1000} s, asked on ${asked.join(", ")}${failed}`;
  throw new CentralNotFound(
    `no central has answered ${where}: is one there that was started with --discover? Else say where it is, ${BY_FLAG}`,
  );
}

const BY_FLAG = "with --central HOST[:PORT]";

/** That a central was found, for people. */
export function foundText({ instance, address }: FoundCentral): string {
  return `found the central ${instance} at ${formatAddress(address)}`;
}
