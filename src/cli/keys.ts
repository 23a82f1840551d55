import type { Identity } from "../keys/identity.ts";
import type { KeyMaterial } from "../keys/key-material.ts";
import type { Values } from "./flags/values.ts";

/** The keys with which this process is `identity`, or what its credential says; null where none are given. */
export async function loadKeys(values: Values, identity: Identity): Promise<KeyMaterial | null> {
  const paths = values.keyFiles();
  if (paths.length === 0) return null;
  const { loadKeyFiles } = await import("../keys/key-material.ts");
  return loadKeyFiles(paths, identity);
}
