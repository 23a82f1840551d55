import fs from "node:fs";
import { type PlainText, say, type Told } from "../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../sentences/sentence-error.ts";
import { type Clock, delay, systemClock } from "../clock.ts";
import { descriptorPath } from "../linux/libc.ts";
import { DiskError, type DiskFailure } from "./disk.ts";

const FAILURE_BY_CODE: Readonly<Record<string, DiskFailure>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EEXIST: "exists",
  ENOTEMPTY: "exists",
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "readonly",
  EACCES: "denied",
  EPERM: "denied",
  EISDIR: "folder",
  ELOOP: "link",
  EFBIG: "too-large",
  EMFILE: "limit",
  ENFILE: "limit",
  ENAMETOOLONG: "name",
  EILSEQ: "name",
  EXDEV: "device",
};

const FAILURE_TEXTS: Readonly<Record<DiskFailure, PlainText | "">> = {
  missing: "there is no such file or folder",
  exists: "it exists already",
  full: "the disk is full",
  readonly: "the file system is read-only",
  denied: "permission denied",
  folder: "it is a folder",
  link: "it is a symbolic link",
  "too-large": "it would be larger than a file may be here (see ulimit -f, or the file system)",
  limit: "too many open files",
  name: "the disk cannot hold such a name",
  device: "it is on another file system",
  away: "its disk is not in its place",
  other: "",
};

/** What an operation does to a path: a verb, which stands behind "cannot". */
export type DiskAction =
  | "close"
  | "create"
  | "link"
  | "list"
  | "make"
  | "make the folder"
  | "open"
  | "open the key file"
  | "read"
  | "read the key file"
  | "read the statistics"
  | "remove"
  | "rename it to"
  | "rename to"
  | "resize"
  | "resolve"
  | "sync"
  | "watch"
  | "write"
  | "write the log to"
  | "write the statistics"
  | "write to"
  | "write to the folder";

/** What an operation was on: a path, or the descriptor of an open file. */
type Subject = string | number;

function pathOf(subject: Subject): string {
  if (typeof subject === "string") return subject;
  try {
    return fs.readlinkSync(descriptorPath(subject));
  } catch {
    return `descriptor ${subject}`;
  }
}

export function toDiskError(action: DiskAction, subject: Subject, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause;
  const path = pathOf(subject);
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const failure = FAILURE_BY_CODE[code] ?? "other";
  const text = FAILURE_TEXTS[failure];
  const reason = text === "" ? toldOf(cause) : say(text);
  return new DiskError(failure, path, say("cannot {action} {path}: {reason}", { action: say(action), path, reason }), {
    cause,
  });
}

/** Milliseconds between two tries when too much is open, and how often: others will have closed something. */
const LIMIT_PAUSE_MS = 50;
const LIMIT_TRIES = 100;
/** The same for a thread that waits for it, and has nothing else to do. */
const LIMIT_TRIES_BLOCKING = 20;

/** Runs `work` and turns what it throws into a {@link DiskError}. When too much is open it waits, for seconds at most. */
export async function diskCall<T>(
  action: DiskAction,
  subject: Subject,
  work: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (cause) {
      throwUnlessLimit(toDiskError(action, subject, cause), tries, LIMIT_TRIES);
    }
    await delay(clock, LIMIT_PAUSE_MS);
  }
}

/** Like diskCall, blocking. */
export function diskCallSync<T>(action: DiskAction, subject: Subject, work: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return work();
    } catch (cause) {
      throwUnlessLimit(toDiskError(action, subject, cause), tries, LIMIT_TRIES_BLOCKING);
    }
    Bun.sleepSync(LIMIT_PAUSE_MS);
  }
}

/** Why a call of the system failed, without what it was on: in words where there are some, else as whoever threw it says. */
export function systemReason(error: unknown): Told {
  const { code = "" } = error as NodeJS.ErrnoException;
  const text = error instanceof SentenceError ? "" : FAILURE_TEXTS[FAILURE_BY_CODE[code] ?? "other"];
  return text === "" ? toldOf(error) : say(text);
}

/** What an error says: of a call of the system that nobody has put into words, the path that it was on, and why. */
export function toldOfAny(error: unknown): Told {
  const { path } = error as NodeJS.ErrnoException;
  const reason = systemReason(error);
  return error instanceof SentenceError || path === undefined ? reason : say("{path}: {reason}", { path, reason });
}

/** Null for what was thrown because there is nothing at the path; throws anything else again. */
export function nullIfMissing(error: unknown): null {
  if (error instanceof DiskError && error.failure === "missing") return null;
  throw error;
}

function throwUnlessLimit(error: DiskError, tries: number, maxTries: number): void {
  if (error.failure !== "limit" || tries >= maxTries) throw error;
}

/** For what is to go on where a file is not there any more: throws every other error. */
export function ignoreMissing(error: unknown): void {
  if (!(error instanceof DiskError) || error.failure !== "missing") throw error;
}
