import { oneRow } from "../console/text.ts";
import type { Identity } from "../keys/identity.ts";
import { KeyError } from "../keys/key-error.ts";
import type { KeyKeeper } from "../keys/key-keeper.ts";
import { systemClock } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { say } from "../sentences/sentence.ts";
import { shown } from "../text/shown/sentence.ts";
import type { Values } from "./flags/values.ts";
import { isWithin } from "./paths.ts";

/**
 * The keys with which this process is `identity`, or what its credential says; null where none are given. `shared`: the folder
 * that it shares, in which none may be, now or when they are read again.
 */
export async function loadKeys(
  values: Values,
  identity: Identity,
  shared: string | null = null,
): Promise<KeyKeeper | null> {
  const paths = values.keyFiles();
  if (paths.length === 0) return null;
  const { KeyKeeper } = await import("../keys/key-keeper.ts");
  const { readKeyFiles } = await import("../keys/key-material.ts");
  return KeyKeeper.load(systemClock, identity, async () => {
    if (shared !== null) checkNotShared(paths, shared);
    return readKeyFiles(paths);
  });
}

/** Throws KeyError for a key file in the shared folder: it would be copied to all, and every client could download it. */
function checkNotShared(paths: readonly string[], folder: string): void {
  for (const path of paths) {
    if (!isWithin(path, folder)) continue;
    const todo = say("move it out of there, and make a new key if it was shared already");
    throw KeyError.in(
      path,
      say("it is in the shared folder {folder}, from which every client could download it: {todo}", { folder, todo }),
    );
  }
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
  for (const warning of keys?.warnings() ?? []) process.stderr.write(`redes: ${oneRow(shown(warning))}\n`);
}
