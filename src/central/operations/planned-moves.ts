import { folderStart } from "../../protocol/names/name-pattern.ts";
import { newNameFault } from "../../protocol/names/new-name.ts";
import { parentFolders } from "../../protocol/names/parent-folders.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import type { CatalogueView } from "../registry/catalogue.ts";

/** Most files of a folder that are moved at once: they are numbered and stored together. */
export const MAX_MOVED_FILES = 10_000;

/** Bytes of all their names, old and new: every secondary is sent them at once. */
const MAX_MOVED_NAME_BYTES = 4 * 1024 * 1024;

/** A file, and the name that it is to have. */
export interface PlannedMove {
  readonly from: string;
  readonly to: string;
}

/** Which files have to move where; or why they cannot. `absent`: there is nothing of that name. */
export type MovePlan =
  | { readonly kind: "moves"; readonly moves: readonly PlannedMove[] }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: Told };

type Names = Pick<CatalogueView, "get" | "after">;

/**
 * What `mv FROM TO` means, as it does in a folder: a file gets another name, a folder takes its files along, and what is
 * moved to a folder that is there, or to a name with a slash at its end, goes into it. Nothing is replaced.
 */
export function planMoves(files: Names, from: string, to: string): MovePlan {
  const source = from.replace(/\/+$/, "");
  const isFile = files.get(source) !== undefined && source === from;
  const within = isFile ? [source] : namesIn(files, source);
  if (within.length === 0) return { kind: "absent" };
  if (within.length > MAX_MOVED_FILES)
    return refused(say("{source} has more than {most} files: move its parts", { source, most: MAX_MOVED_FILES }));
  const place = to.replace(/\/+$/, "");
  const isFolder = place !== to || hasFolder(files, place);
  const target = isFolder ? joined(place, source.slice(source.lastIndexOf("/") + 1)) : place;
  if (target === source) return refused(say("{source} is there already", { source }));
  if (target.startsWith(`${source}/`)) return refused(say("{source} cannot be moved into itself", { source }));
  const moves = within.map((name) => ({ from: name, to: target + name.slice(source.length) }));
  const bytes = moves.reduce((sum, move) => sum + Buffer.byteLength(move.from) + Buffer.byteLength(move.to), 0);
  if (bytes > MAX_MOVED_NAME_BYTES)
    return refused(say("the names of {source} are together too long to be moved at once: move its parts", { source }));
  for (const move of moves) {
    const fault = faultOf(files, move);
    if (fault !== null) return refused(fault);
  }
  return { kind: "moves", moves };
}

function refused(reason: Told): MovePlan {
  return { kind: "refused", reason };
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The names of the files in a folder, at any depth; one more than may be moved where there are as many. */
function namesIn(files: Names, folder: string): string[] {
  const names: string[] = [];
  const prefix = folderStart(folder);
  for (const { name } of files.after(prefix)) {
    if (!name.startsWith(prefix) || names.length > MAX_MOVED_FILES) break;
    names.push(name);
  }
  return names;
}

function hasFolder(files: Names, folder: string): boolean {
  const prefix = folderStart(folder);
  for (const { name } of files.after(prefix)) return name.startsWith(prefix);
  return false;
}

/** Why a file cannot get its new name; null when it can. */
function faultOf(files: Names, { from, to }: PlannedMove): Sentence | null {
  const fault = newNameFault(to);
  if (fault !== null) return fault;
  if (files.get(to)) return say("there is a file {to} already: remove it first, or take another name", { to });
  if (hasFolder(files, to)) return say("there is a folder {to}, so no file can be called so", { to });
  const above = parentFolders(to).find((folder) => files.get(folder));
  if (above !== undefined) return say("{above} is a file, so nothing can be put into it", { above });
  // Some disks take the two for one name, and would lose the file.
  if (from.toLowerCase() === to.toLowerCase())
    return say(
      "{from} and {to} differ by the case of letters alone, which some disks do not tell apart: move it to another name first",
      { from, to },
    );
  return null;
}
