import Imported from "sorted-btree";

// The package is CommonJS: its class is the default import at run time, and that one's own default in a bundle.
const unwrapped = Imported as typeof Imported & { readonly default?: typeof Imported };

/** A map in the order of its keys. */
export const SortedMap = unwrapped.default ?? unwrapped;
