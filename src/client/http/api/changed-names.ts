import type { FileList } from "../file-list.ts";

/**
 * The names in either of two lists whose version or number of holders is not the same in both. Null: there are more than
 * `most`.
 */
export function changedNames(before: FileList, after: FileList, most: number): string[] | null {
  const changed: string[] = [];
  const [olds, news] = [before[Symbol.iterator](), after[Symbol.iterator]()];
  for (let [old, now] = [olds.next(), news.next()]; !old.done || !now.done; ) {
    const [one, other] = [old.done ? null : old.value, now.done ? null : now.value];
    const name = one && (!other || one.name <= other.name) ? one.name : (other?.name ?? "");
    const [was, is] = [one?.name === name ? one : null, other?.name === name ? other : null];
    if (was) old = olds.next();
    if (is) now = news.next();
    if (was && is?.isLike(was)) continue;
    if (changed.push(name) > most) return null;
  }
  return changed;
}
