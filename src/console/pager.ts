import type { WindowSize } from "./console.ts";
import { forTerminal, widthOf } from "./text.ts";

/** The part of the environment that says how long texts are shown. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A pager that shows a text. */
export interface RunningPager {
  /** Resolves when its user has seen enough. False: it could not be started, and nothing was shown. */
  readonly ended: Promise<boolean>;
  stop(): void;
}

/** What a shell says for a command that is not there. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** The user's pager, as a command of a shell; null where there is none, or where it would show the text as it is. */
export function pagerCommand(env: Environment, isThere: (program: string) => boolean): string | null {
  const { PAGER: wanted } = env;
  if (wanted === undefined) return isThere("less") ? "less" : null;
  return wanted.trim() === "" || wanted.trim() === "cat" ? null : wanted;
}

/** Whether a text fits into a window, with the prompt of a shell below it. */
export function fits(text: string, { columns, rows }: WindowSize): boolean {
  const lines = text.split("\n");
  // Each takes one row at least.
  if (lines.length >= rows) return false;
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0) < rows;
}

/** The command that shows a text in a window; null: it is written there as it is. */
export function pagerFor(text: string, size: WindowSize, env: Environment): string | null {
  return fits(text, size) ? null : pagerCommand(env, (program) => Bun.which(program) !== null);
}

/**
 * What a pager's environment has beside that of this process. As git has it: less ends by itself where all fits, and leaves
 * what it has shown on the screen. And it is told that the text is UTF-8: where the locale is not installed, or is none, it
 * would show an `ñ` as the numbers of its bytes. What the user has set stays.
 */
export function pagerSettings(env: Environment): Readonly<Record<"LESS" | "LESSCHARSET", string>> {
  return { LESS: env.LESS ?? "FRX", LESSCHARSET: env.LESSCHARSET ?? "utf-8" };
}

/** Shows a text by a pager on the terminal of this process. */
export function startPager(command: string, text: string, env: Environment): RunningPager {
  const pager = Bun.spawn(["sh", "-c", command], {
    env: { ...env, ...pagerSettings(env) },
    stdin: Buffer.from(`${forTerminal(text)}\n`),
    stdout: "inherit",
    stderr: "inherit",
  });
  const ended = pager.exited.then((code) => code !== NOT_FOUND && code !== NOT_EXECUTABLE);
  return { ended, stop: () => pager.kill() };
}
