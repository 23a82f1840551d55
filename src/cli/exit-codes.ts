import type { FailureKind } from "../client/downloads/result.ts";

/** What the exit codes mean; see the README. */
export const EXIT = { done: 0, failed: 1, usage: 2, noSuchFile: 3, unreachable: 4, refused: 5 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_FAILURE: Readonly<Record<FailureKind, ExitCode>> = {
  failed: EXIT.failed,
  "no-such-file": EXIT.noSuchFile,
  unreachable: EXIT.unreachable,
  refused: EXIT.refused,
};

/** The exit code for a download; null stands for one that is done. */
export function exitCodeOf(failure: FailureKind | null): ExitCode {
  return failure === null ? EXIT.done : BY_FAILURE[failure];
}

/** The exit code for several things that were done: a failure before all others, else the highest. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(EXIT.failed)) return EXIT.failed;
  return codes.reduce((worst, code) => (code > worst ? code : worst), EXIT.done as ExitCode);
}
