import type { ListedFile } from "../../../protocol/messages/client.ts";

/**
 * The names in either of two lists, each in the order of names, whose version or number of holders is not the same in both.
 * Null: there are more than `most`.
 */
export function changedNames(
  before: readonly ListedFile[],
  after: readonly ListedFile[],
  most: number,
): string[] | null {
  const changed: string[] = [];
  for (let [old, now] = [0, 0]; old < before.length || now < after.length; ) {
    const [one, other] = [before[old], after[now]];
    const name = one && (!other || one.name <= other.name) ? one.name : (other?.name ?? "");
    const [was, is] = [one?.name === name ? one : null, other?.name === name ? other : null];
    if (was) old += 1;
    if (is) now += 1;
    if (was?.id === is?.id && was?.sources === is?.sources) continue;
    if (changed.push(name) > most) return null;
  }
  return changed;
}
