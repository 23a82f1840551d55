import { oneRow } from "../console/text.ts";
import type { Identity } from "../keys/identity.ts";
import type { KeyKeeper } from "../keys/key-keeper.ts";
import { systemClock } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import type { Values } from "./flags/values.ts";

/** The keys with which this process is `identity`, or what its credential says; null where none are given. */
export async function loadKeys(values: Values, identity: Identity): Promise<KeyKeeper | null> {
  const paths = values.keyFiles();
  if (paths.length === 0) return null;
  const { KeyKeeper } = await import("../keys/key-keeper.ts");
  return KeyKeeper.ofFiles(systemClock, identity, paths);
}

/** Has a server's keys renewed and the log warn of their end, for as long as it runs. Gives what SIGHUP does with them. */
export function keepKeys(keys: KeyKeeper | null, log: Log): (() => void) | null {
  if (!keys) return null;
  keys.keepRenewed(log);
  keys.keepWarning(log);
  return () => void keys.reload(log);
}

/** Says on stderr what nears its end, for a client, which does not run for days. */
export function warnOfEnds(keys: KeyKeeper | null): void {
  for (const warning of keys?.warnings() ?? []) process.stderr.write(`redes: ${oneRow(warning)}\n`);
}
