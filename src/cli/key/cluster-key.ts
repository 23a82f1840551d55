import { describeIdentity } from "../../keys/identity.ts";
import type { ClusterKey } from "../../keys/key-contents.ts";
import { KeyError } from "../../keys/key-error.ts";
import { readKeyFile } from "../../keys/key-file.ts";
import { checkValid } from "../../keys/key-material.ts";

/** How long what is made from the cluster key can be used, where nothing else is said. */
export const DEFAULT_DAYS = 365;

/** Throws KeyError, also for any other key. */
export async function readClusterKey(path: string, now: number): Promise<ClusterKey> {
  const contents = await readKeyFile(path);
  checkValid({ path, contents }, now);
  if (contents.kind === "cluster") return contents;
  const whose = describeIdentity(contents.certificate.identity);
  throw KeyError.in(path, `it is the key of ${whose}, and no other can be made from it: give the cluster key`);
}
