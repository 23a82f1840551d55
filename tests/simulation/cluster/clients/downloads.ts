import type { FinishedDownload } from "../../../../src/client/downloads/result.ts";

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
  /** Simulated milliseconds. */
  readonly startedAt: number;
  endedAt: number | null;
  /** `killed`: its process, or its machine, ended in the middle. */
  state: "running" | "done" | "failed" | "killed";
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
  asked: Pick<Download, "number" | "client" | "name" | "path" | "force" | "waitMs" | "startedAt">,
): Download {
  return {
    ...asked,
    endedAt: null,
    state: "running",
    cancelled: false,
    finished: null,
    id: null,
    receipts: 0,
    unreported: false,
    held: null,
  };
}
