import fs from "node:fs";
import { delay, systemClock } from "../clock.ts";
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

const FAILURE_TEXTS: Readonly<Record<DiskFailure, string>> = {
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
  other: "",
};

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

export function toDiskError(action: string, subject: Subject, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause;
  const path = pathOf(subject);
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const failure = FAILURE_BY_CODE[code] ?? "other";
  const sentence = FAILURE_TEXTS[failure] || (cause instanceof Error ? cause.message : String(cause));
  return new DiskError(failure, path, `cannot ${action} ${path}: ${sentence}`, { cause });
}

/** Milliseconds between two tries when too much is open, and how often: others will have closed something. */
const LIMIT_PAUSE_MS = 50;
const LIMIT_TRIES = 100;
/** The same for a thread that waits for it, and has nothing else to do. */
const LIMIT_TRIES_BLOCKING = 20;

/** Runs `work` and turns what it throws into a {@link DiskError}. When too much is open it waits, for seconds at most. */
export async function diskCall<T>(action: string, subject: Subject, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (cause) {
      const error = toDiskError(action, subject, cause);
      if (error.failure !== "limit" || tries >= LIMIT_TRIES) throw error;
    }
    await delay(systemClock, LIMIT_PAUSE_MS);
  }
}

/** Like diskCallSync, but null when there is nothing at the path. */
export function nullIfMissingSync<T>(action: string, path: string, work: () => T): T | null {
  try {
    return diskCallSync(action, path, work);
  } catch (error) {
    if (error instanceof DiskError && error.failure === "missing") return null;
    throw error;
  }
}

/** Like diskCall, blocking. */
export function diskCallSync<T>(action: string, subject: Subject, work: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return work();
    } catch (cause) {
      const error = toDiskError(action, subject, cause);
      if (error.failure !== "limit" || tries >= LIMIT_TRIES_BLOCKING) throw error;
    }
    Bun.sleepSync(LIMIT_PAUSE_MS);
  }
}

/** Like diskCall, but null when there is nothing at the path. */
export async function nullIfMissing<T>(action: string, path: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await diskCall(action, path, work);
  } catch (error) {
    if (error instanceof DiskError && error.failure === "missing") return null;
    throw error;
  }
}
