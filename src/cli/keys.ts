import type { Identity } from "../keys/identity.ts";
import type { KeyMaterial } from "../keys/key-material.ts";
import type { Values } from "./flags/values.ts";

/** The key with which this process is `identity`, or what its credential says; null where none is given. */
export async function loadKeys(values: Values, identity: Identity): Promise<KeyMaterial | null> {
  const path = values.keyFile();
  if (path === null) return null;
  const { loadKeyFiles } = await import("../keys/key-material.ts");
  return loadKeyFiles([path], identity);
}
