import Imported from "sorted-btree";

// The package is CommonJS: its class is the default import at run time, and that one's own default in a bundle.
const unwrapped = Imported as typeof Imported & { readonly default?: typeof Imported };

/** A map in the order of its keys. */
export const SortedMap = unwrapped.default ?? unwrapped;

/** The union of two disjoint maps, in the time that the smaller one takes. One of the two is changed, and given. */
export function union<K, V>(one: Map<K, V>, other: Map<K, V>): Map<K, V> {
  const [large, small] = one.size < other.size ? [other, one] : [one, other];
  for (const [key, value] of small) large.set(key, value);
  return large;
}
