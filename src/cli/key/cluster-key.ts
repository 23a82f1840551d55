import { saidIdentity } from "../../keys/identity.ts";
import type { ClusterKey } from "../../keys/key-contents.ts";
import { KeyError } from "../../keys/key-error.ts";
import { readKeyFile } from "../../keys/key-file.ts";
import { checkValid } from "../../keys/key-material.ts";
import { type Validity, validFor } from "../../keys/validity.ts";
import { systemClock } from "../../platform/clock.ts";
import { say } from "../../sentences/sentence.ts";
import type { Values } from "../flags/values.ts";
import { checkStdout } from "../output.ts";
import { MAX_DAYS, neededFlag } from "./operand.ts";

/** What a command that makes something from the cluster key was given. */
export interface Making {
  readonly cluster: ClusterKey;
  /** The file that is to be made. */
  readonly out: string;
  readonly validity: Validity;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How long what is made from the cluster key can be used, where nothing else is said. */
export const DEFAULT_DAYS = 365;

/** Throws KeyError, also for any other key. */
export async function readClusterKey(path: string, now: number): Promise<ClusterKey> {
  const contents = await readKeyFile(path);
  checkValid({ path, contents }, now);
  if (contents.kind === "cluster") return contents;
  const whose = saidIdentity(contents.certificate.identity);
  throw KeyError.in(
    path,
    say("it is the key of {whose}, and no other can be made from it: give the cluster key", { whose }),
  );
}

/** The flags of such a command. Rejects with UsageError or KeyError. */
export async function readMaking(values: Values): Promise<Making> {
  const keyFile = neededFlag(values, "key-file", say("give the file with the cluster key, which redes key new makes"));
  const out = neededFlag(values, "out", say("give the file that is to be made"));
  const days = values.whole("days", 1, MAX_DAYS, DEFAULT_DAYS);
  checkStdout();
  const now = systemClock.wall();
  return { cluster: await readClusterKey(keyFile, now), out, validity: validFor(days, now), now };
}
