import { conflictName } from "../../protocol/name.ts";
import { editsIncluding } from "../../protocol/versions/edits.ts";
import type { Effect } from "./effect.ts";
import { type FileVersion, supersedes } from "./file-version.ts";
import type { Member } from "./member.ts";

/** What a secondary that is there and holds `file` has to do when the cluster's version of the name is `entry`. */
export function follow(
  member: Member,
  name: string,
  file: FileVersion | undefined,
  entry: FileVersion | undefined,
  effects: Effect[],
): void {
  if (!entry || file?.id === entry.id) {
    member.needs.remove(name);
    if (file) member.told.remove(name);
  } else if (file && !supersedes(entry, file)) {
    // Nothing is ever copied over what the new version does not descend from.
    moveAside(member, file, "has other content under this name", effects);
  } else {
    if (file) member.told.remove(name);
    if (member.state === "live") member.needs.add(name);
  }
}

/** What a secondary that is there has to do about the file of a name that is the name of a folder too. */
export function giveUpName(member: Member, name: string, file: FileVersion | undefined, effects: Effect[]): void {
  if (file) moveAside(member, file, "has a file where others have a folder", effects);
  else withdraw(member, name, effects);
}

/** A secondary holds the cluster's version, and may not know yet which one that is. */
export function agree({ holds, agreed }: Member, file: FileVersion, entry: FileVersion): void {
  const { name, id, vector } = entry;
  const edits = editsIncluding(entry.edits, file);
  if (file.changed || file.vector !== vector) agreed.push({ name, id, vector, edits });
  // One object for all who hold the same: the catalogue may be large.
  if (file !== entry) holds.set(name, entry);
}

/** The version that a secondary may have been told to copy is not wanted any more. */
export function withdraw({ needs, number }: Member, name: string, effects: Effect[]): void {
  if (needs.isAwaited(name)) {
    effects.push({ kind: "send", to: number, message: { type: "withdraw", names: [name] } });
  }
  needs.remove(name);
}

/** A secondary's own content gives up the name and is kept under another one. */
function moveAside({ number, told }: Member, { name, id }: FileVersion, why: string, effects: Effect[]): void {
  if (told.has(name)) return;
  const as = conflictName(name, id);
  const message = { type: "conflict", name, id, as } as const;
  told.add(name, { id, message });
  effects.push({ kind: "send", to: number, message });
  effects.push({
    kind: "warn",
    event: "conflict",
    message: `${name}: secondary ${number} ${why}; it is kept as ${as}`,
    fields: { name, as, number },
  });
}
