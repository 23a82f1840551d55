import * as v from "valibot";
import { secondaryNumber, uniqueId } from "../../protocol/fields.ts";
import { say, type Told } from "../../sentences/sentence.ts";

/** Replication keeps unfinished files in this folder of the shared folder. */
export const STAGING_FOLDER = ".redes";
/** The marker's file, in the work folder. */
export const MARKER = "marker";
const FORMAT = 1;

const schema = v.object({
  format: v.pipe(v.number(), v.integer(), v.minValue(1)),
  id: uniqueId,
  number: secondaryNumber,
});

/** Says whose shared folder this is, so that another disk in its place is not taken for it. */
export interface Marker {
  /** Of the secondary: 32 hexadecimal digits, which its store has too. */
  readonly id: string;
  /** Its number, for people. */
  readonly number: number;
}

export function encodeMarker({ id, number }: Marker): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: FORMAT, id, number })}\n`);
}

/** Null when these bytes are no marker: empty or damaged. */
export function decodeMarker(bytes: Uint8Array): Marker | null {
  try {
    const { id, number } = v.parse(schema, JSON.parse(Buffer.from(bytes).toString()));
    return { id, number };
  } catch {
    return null;
  }
}

/** What stands in the place of the shared folder. */
export type FolderState =
  | { readonly kind: "nothing" }
  /** A folder without a marker, or with a damaged one; `familiar`: files that are known from earlier runs are in it. */
  | { readonly kind: "unmarked"; readonly familiar: boolean; readonly damaged: boolean }
  /** `inUse`: a process that is alive shares the folder. */
  | { readonly kind: "marked"; readonly marker: Marker; readonly inUse: boolean };

/** What the store knows of this secondary, and what the user wants. */
export interface FolderClaim {
  readonly number: number;
  /** The id that the store has; null when it is new, or of a time before there were markers. */
  readonly id: string | null;
  /** Whether the store knows files of earlier runs. */
  readonly records: boolean;
  /** The user says that this folder is to be shared, whatever was shared before. */
  readonly adopt: boolean;
}

/**
 * `use`: the folder is this secondary's. `mark`: it becomes so; with `anew`, what is known from earlier runs is about
 * another folder. `wait`: the folder is not there, or not its disk. `refuse`: it is somebody else's.
 */
export type ClaimDecision =
  | { readonly kind: "use"; readonly id: string }
  | { readonly kind: "mark"; readonly anew: boolean }
  | { readonly kind: "wait" | "refuse"; readonly reason: Told };

/** Whether a folder may be shared. Never takes an empty mount point, or another disk, for the folder that was shared. */
export function decideClaim(
  folder: string,
  found: FolderState,
  { number, id, records, adopt }: FolderClaim,
): ClaimDecision {
  if (found.kind === "marked") {
    const { marker, inUse } = found;
    if (inUse)
      return refuse(
        say("{folder} is shared by secondary {number} already; share another folder", {
          folder,
          number: marker.number,
        }),
      );
    if (marker.id === id || (id === null && marker.number === number)) return { kind: "use", id: marker.id };
    if (adopt) return { kind: "mark", anew: true };
    return refuse(
      say("{folder} is another folder than the one shared before: it is marked as one of secondary {number}", {
        folder,
        number: marker.number,
      }),
    );
  }
  const familiar = found.kind === "unmarked" && found.familiar;
  if (familiar || (id === null && !records)) return { kind: "mark", anew: false };
  if (adopt) return { kind: "mark", anew: true };
  if (found.kind === "nothing")
    return { kind: "wait", reason: say("the shared folder {folder} is not there", { folder }) };
  const marker = `${STAGING_FOLDER}/${MARKER}`;
  const reason = say(
    "{folder} is not the folder that was shared: the marker of this secondary ({marker}) is not in it",
    {
      ...{ folder, marker },
    },
  );
  return { kind: "wait", reason };
}

function refuse(reason: Told): ClaimDecision {
  return { kind: "refuse", reason };
}
