import { PeerError } from "../../protocol/errors.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { waitingNote } from "../../text/shown/waiting.ts";
import { texts } from "../../text/texts.ts";
import { refusalTold } from "../tables.ts";
import { UploadLost } from "./upload-lost.ts";

/** `placing`: the central is asked where it goes; `published`: the central is to see it there. */
export type UploadStep = "reading" | "placing" | "sending" | "publishing" | "published";

export interface UploadStanding {
  readonly step: UploadStep;
  /** Why the last try has failed, until the next one has begun; null: it has. */
  readonly failure: unknown;
  /** The secondary that it goes to; null: not known yet. */
  readonly secondary: number | null;
  /** What it waits for in its step, where it has not gone on for a while. */
  readonly waitsFor: "secondary" | "limit" | null;
}

/** What an upload is doing, or waits for, in a few words. */
export function uploadNote({ step, failure, secondary, waitsFor }: UploadStanding): string {
  const { notes } = texts().downloads;
  const awaited = { kind: "sources", numbers: secondary === null ? [] : [secondary] } as const;
  if (waitsFor !== null) return waitingNote(waitsFor === "limit" ? { kind: "limit" } : awaited);
  if (failure instanceof PeerError) return notes.obstacle(shown(refusalTold(failure)));
  if (failure !== null) return failure instanceof UploadLost ? waitingNote(awaited) : notes.noCentral;
  return step === "placing" ? notes.asking : shown(STEPS[step]);
}

const STEPS = {
  reading: say("being read"),
  sending: say("sending"),
  publishing: say("being checked there"),
  published: say("waiting for the central to see it"),
} as const;
