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
  /** The file on the client's machine. */
  readonly path: string;
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
  /** Whether somebody has stopped it. */
  stopped: boolean;
  /** What the name had when the central was first asked; undefined: it has not answered yet. */
  base: string | null | undefined;
  /** Why the central has refused the client; null: it has not. */
  refusal: string | null;
  /** What the client says of it in the end. */
  finished: FinishedUpload | null;
}

/** An upload of which nothing is sent yet. */
export function begunUpload(
  asked: Pick<Upload, "number" | "client" | "name" | "path" | "at" | "waitMs" | "rights" | "startedAt">,
): Upload {
  return { ...asked, endedAt: null, state: "running", stopped: false, base: undefined, refusal: null, finished: null };
}
