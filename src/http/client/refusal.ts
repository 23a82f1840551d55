import type { Told } from "../../sentences/sentence.ts";

/** It may be there in some seconds. `reason`: why it is not now. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly reason: Told;
}

/** Why something of the catalogue is not answered. */
export type CatalogueRefusal =
  | { readonly kind: "missing" }
  /** The name is that of a folder. */
  | { readonly kind: "folder" }
  | Unavailable;
