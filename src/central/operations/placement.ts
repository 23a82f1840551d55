import { saidBytes } from "../../platform/units.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { folderStart } from "../../protocol/names/name-pattern.ts";
import { parentFolders } from "../../protocol/names/parent-folders.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import type { FiguresDirectory } from "../figures/cluster-figures.ts";
import type { SecondaryDirectory, SecondaryView } from "../registry/secondary-table.ts";
import type { FileVersion } from "../versions/file-version.ts";
import type { SelectableFiles } from "./selection.ts";

/** What there is not where a file cannot be sent: a name that it can have, room, or a secondary that takes it now. */
export type PlaceLack = "name" | "room" | "secondary";

/** Where a file is to be sent, or why nowhere. `to` null: the name has that version already. */
export type PlaceDecision =
  | { readonly kind: "placed"; readonly base: string | null; readonly to: SourceAddress | null }
  | { readonly kind: "refused"; readonly lack: PlaceLack; readonly code: ErrorCode; readonly reason: Told };

export interface PlacementDeps {
  readonly catalogue: SelectableFiles;
  readonly secondaries: Pick<SecondaryDirectory, "get" | "sorted">;
  readonly sources: { holdersOf(version: FileVersion): readonly { readonly number: number }[] };
  readonly figures: Pick<FiguresDirectory, "of">;
}

/**
 * Decides to which secondary a file of a client goes: of those that have the version that it replaces, which alone can tell
 * whether that is still the one, or of all where it is new, to the one with the most room. Sans-I/O.
 */
export function placeFile(deps: PlacementDeps, wanted: Omit<Messages["place"], "type" | "request">): PlaceDecision {
  const { catalogue, secondaries, sources } = deps;
  const { name, size, id, at } = wanted;
  const entry = catalogue.get(name);
  if (entry?.id === id) return { kind: "placed", base: id, to: null };
  const fault = pathFault(catalogue, name);
  if (fault !== null) return refused("name", "unwritable", fault);
  const holders = entry ? new Set(sources.holdersOf(entry).map(({ number }) => number)) : null;
  const present = secondaries.sorted().filter(({ isPresent }) => isPresent);
  if (at !== null && !secondaries.get(at))
    return refused("secondary", "unwritable", say("there is no secondary {at}", { at }));
  if (at !== null && !present.some(({ number }) => number === at))
    return refused("secondary", "not-held", say("secondary {at} is not there: status lists those that are", { at }));
  const meant = at === null ? present : present.filter(({ number }) => number === at);
  const able = holders ? meant.filter(({ number }) => holders.has(number)) : meant;
  if (able.length === 0)
    return refused("secondary", "not-held", nobody(name, at, holders !== null && present.length > 0));
  const best = placeFor(deps, able, size);
  if (!best) {
    const room = saidBytes(size);
    const why =
      at === null
        ? say("no secondary has the room for {room}", { room })
        : say("secondary {at} has not the room for {room}", { at, room });
    return refused("room", "unwritable", why);
  }
  const { number, address } = best;
  return { kind: "placed", base: entry?.id ?? null, to: { number, ...address, partial: false } };
}

/** The one with the most room; where none has enough, kept files may make way. Undefined where even that is not enough. */
function placeFor({ figures }: PlacementDeps, able: readonly SecondaryView[], size: number): SecondaryView | undefined {
  const free = ({ number }: SecondaryView) => {
    const { isKnown, room } = figures.of(number);
    // Before a secondary has told of its room it may have any.
    return isKnown ? (room?.free ?? 0) : Number.MAX_SAFE_INTEGER;
  };
  const freeable = (one: SecondaryView) => free(one) + figures.of(one.number).kept;
  for (const room of [free, freeable]) {
    const best = able.reduce((one, other) => (room(other) > room(one) ? other : one));
    if (room(best) >= size) return best;
  }
  return undefined;
}

/** No disk can have both a file and a folder of one name. */
function pathFault(catalogue: SelectableFiles, name: string): Sentence | null {
  const above = parentFolders(name).find((folder) => catalogue.get(folder));
  if (above !== undefined) return say("{above} is a file, so nothing can be put into it", { above });
  const prefix = folderStart(name);
  for (const { name: next } of catalogue.after(prefix)) {
    if (next.startsWith(prefix)) return say("there is a folder {name}, so no file can be called so", { name });
    break;
  }
  return null;
}

function nobody(name: string, at: number | null, isReplaced: boolean): Sentence {
  if (!isReplaced) return say("no secondary is there now");
  return at === null
    ? say("no secondary that is there has the present version of {name}, which is to be replaced: try again later", {
        name,
      })
    : say("secondary {at} has not the present version of {name}, which is to be replaced: try again later", {
        at,
        name,
      });
}

function refused(lack: PlaceLack, code: ErrorCode, reason: Told): PlaceDecision {
  return { kind: "refused", lack, code, reason };
}
