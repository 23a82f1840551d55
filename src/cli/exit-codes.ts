import { CentralUnreachable } from "../client/central-session.ts";
import type { FailureKind } from "../client/result.ts";

/** What the exit codes mean; see the README. */
export const EXIT = { done: 0, failed: 1, usage: 2, noSuchFile: 3, unreachable: 4, refused: 5 } as const;

const BY_FAILURE: Readonly<Record<FailureKind, number>> = {
  failed: EXIT.failed,
  "no-such-file": EXIT.noSuchFile,
  unreachable: EXIT.unreachable,
  refused: EXIT.refused,
};

/** The exit code for several downloads: that of the gravest failure, a failed download before all others. */
export function exitCodeFor(failures: readonly (FailureKind | null)[]): number {
  const codes = failures.map((failure) => (failure === null ? EXIT.done : BY_FAILURE[failure]));
  if (codes.includes(EXIT.failed)) return EXIT.failed;
  return Math.max(EXIT.done, ...codes);
}

/** The exit code for a question to the central that could not be answered. */
export function exitCodeForError(error: unknown): number {
  return error instanceof CentralUnreachable ? EXIT.unreachable : EXIT.failed;
}
