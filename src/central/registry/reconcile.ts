import { conflictName } from "../../protocol/name.ts";
import { type FileVersion, supersedes } from "../versions/file-version.ts";
import type { Effect } from "./effect.ts";
import type { SecondaryRecord } from "./secondary-record.ts";

/** What a secondary that is present and holds `file` has to do when the cluster's version of the name is `entry`. */
export function reconcile(
  secondary: SecondaryRecord,
  name: string,
  file: FileVersion | undefined,
  entry: FileVersion | undefined,
  effects: Effect[],
): void {
  if (!entry || file?.id === entry.id) {
    secondary.dropCopy(name);
    if (file) secondary.dropOrder(name);
  } else if (file && !supersedes(entry, file)) {
    // Nothing is ever copied over a file that the new version does not descend from.
    orderRename(secondary, file, "has other content under this name", effects);
  } else {
    if (file) secondary.dropOrder(name);
    secondary.wantCopy(entry);
  }
}

/** What a secondary that is present has to do about a name that is the name of a folder too. */
export function yieldName(
  secondary: SecondaryRecord,
  name: string,
  file: FileVersion | undefined,
  effects: Effect[],
): void {
  if (file) orderRename(secondary, file, "has a file where others have a folder", effects);
  else withdrawCopy(secondary, name, effects);
}

/** A version that the secondary may have been told to copy is not wanted any more. */
export function withdrawCopy(secondary: SecondaryRecord, name: string, effects: Effect[]): void {
  if (!secondary.withdrawCopy(name)) return;
  effects.push({ kind: "send", to: secondary.number, message: { type: "withdraw", names: [name] } });
}

/** A secondary's own content gives up the name and stays under another one. */
function orderRename(secondary: SecondaryRecord, { name, id }: FileVersion, why: string, effects: Effect[]): void {
  if (secondary.pendingOrder(name)) return;
  const { number } = secondary;
  const as = conflictName(name, id);
  const message = { type: "conflict", name, id, as } as const;
  secondary.addOrder(name, { id, message });
  effects.push({ kind: "send", to: number, message });
  effects.push({
    kind: "warn",
    event: "conflict",
    message: `${name}: secondary ${number} ${why}; it is kept as ${as}`,
    fields: { name, as, number },
  });
}
