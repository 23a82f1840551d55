import type { FinishedDownload } from "../../../../src/client/downloads/result.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import type { WrongKey } from "../keys/sim-keys.ts";

/** With what a client comes: nothing of it says that the client has a right to anything, except for its own. */
export type ClientKey = "its own" | "none" | WrongKey;

/** What a destination held: the id that the program would give it, and its size in bytes. */
export interface HeldContent {
  readonly id: string;
  readonly size: number;
}

/** One file that a client was told to get, and what came of it. */
export interface Download {
  /** Its place among all downloads of a run. */
  readonly number: number;
  /** The name of the client's machine. */
  readonly client: string;
  readonly name: string;
  /** Null: it goes to a pipe. */
  readonly path: string | null;
  readonly force: boolean;
  /** `--wait`, in milliseconds. */
  readonly waitMs: number;
  readonly key: ClientKey;
  /** Simulated milliseconds. */
  readonly startedAt: number;
  endedAt: number | null;
  /** `killed`: its process, or its machine, ended in the middle; `refused`: its process has ended because of its key. */
  state: "running" | "done" | "failed" | "killed" | "refused";
  /** Why it was refused, for people, and with what it had come. */
  refusal: { readonly reason: string; readonly shown: KeyMaterial | null } | null;
  /** Whether somebody has stopped it. */
  cancelled: boolean;
  /** What the client says of it in the end. */
  finished: FinishedDownload | null;
  /** Its id at the central; null before it was asked for. */
  id: string | null;
  /** How often the central has told the client that it is counted. */
  receipts: number;
  /** The client says itself that nobody could be told of it. */
  unreported: boolean;
  /** What its destination, or the reader of the pipe, had when it was done; null: nothing. */
  held: HeldContent | null;
}

/** A download of which nothing has come yet. */
export function begunDownload(
  asked: Pick<Download, "number" | "client" | "name" | "path" | "force" | "waitMs" | "startedAt" | "key">,
): Download {
  return {
    ...asked,
    endedAt: null,
    state: "running",
    refusal: null,
    cancelled: false,
    finished: null,
    id: null,
    receipts: 0,
    unreported: false,
    held: null,
  };
}
