import type { FinishedUpload } from "../../../../../src/client/uploads/upload-result.ts";
import type { Rights } from "../../../../../src/protocol/rights.ts";

/** One file that a client was told to put into the cluster, and what came of it. */
export interface Upload {
  /** Its place among all uploads of a run. */
  readonly number: number;
  /** The name of the client's machine. */
  readonly client: string;
  /** The name that it is to have. */
  readonly name: string;
  /** The file on the client's machine; - where it comes as a stream. */
  readonly path: string;
  /** The id of all that a stream gives; null: it is a file. */
  readonly streamed: string | null;
  /** By what it comes. */
  readonly by: "put" | "HTTP";
  /** The secondary that it is to go to; null: any. */
  readonly at: number | null;
  /** `--wait`, in milliseconds. */
  readonly waitMs: number;
  /** Of the key that it comes with, where the cluster has keys. */
  readonly rights: Rights;
  /** Simulated milliseconds. */
  readonly startedAt: number;
  endedAt: number | null;
  /** `killed`: its process, or its machine, ended in the middle. */
  state: "running" | "done" | "failed" | "killed";
  /** Whether somebody has stopped it, or breaks its stream off. */
  stopped: boolean;
  /** Whether it says itself what it may replace. */
  isConditional: boolean;
  /** What the name had when the central was first asked; undefined: it has not answered yet. */
  base: string | null | undefined;
  /** Why the central has refused the client; null: it has not. */
  refusal: string | null;
  /** What the client says of it in the end. */
  finished: FinishedUpload | null;
}

/** An upload of which nothing is sent yet. */
export function begunUpload(
  asked: Pick<Upload, "number" | "client" | "name" | "path" | "at" | "waitMs" | "rights" | "startedAt"> &
    Partial<Pick<Upload, "streamed" | "by">>,
): Upload {
  const begun = { endedAt: null, state: "running", stopped: false, isConditional: false, base: undefined } as const;
  return { streamed: null, by: "put", ...asked, ...begun, refusal: null, finished: null };
}
