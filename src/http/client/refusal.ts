/** It may be there in some seconds. `reason`: why it is not now, in a sentence. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly reason: string;
}

/** Why something of the catalogue is not answered. */
export type Refusal =
  | { readonly kind: "missing" }
  /** The name is that of a folder. */
  | { readonly kind: "folder" }
  | Unavailable;
