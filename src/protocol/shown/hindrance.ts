/** What something that is transferred and does not go on waits for: a download says it, consoles show it. */
export type Hindrance =
  /** These secondaries: they are asked and send nothing, or none of them is there. None: anyone. */
  | { readonly kind: "sources"; readonly numbers: readonly number[] }
  /** A limit, here or at the secondaries. */
  | { readonly kind: "limit" }
  /** Whoever reads what has come. */
  | { readonly kind: "reader" }
  /** The disk here: what an earlier try has left is still read. */
  | { readonly kind: "disk" };
