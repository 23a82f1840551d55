import { isStdoutClosed } from "./stdout-closed.ts";

/** Options of the JavaScript engine. It reads them from the environment before any of the program runs: later nothing can change them. */
export type EngineOptions = Readonly<Record<`BUN_JSC_${string}` | `BUN_GC_${string}`, string>>;

/**
 * Of a server. Without the last of the engine's stages of compiling (FTL): it is made for programs that compute for minutes, of a
 * server that copies 20,000 small files it took 15 % of the time, and what it compiles are system calls with a little
 * around them. And without the timer that looks for garbage in each thread every second, for which ten threads are woken:
 * a server that has come to rest looks once (platform/process/rest.ts), and one that works does when it needs the memory.
 */
export const FOR_SERVERS: EngineOptions = { BUN_JSC_useFTLJIT: "0", BUN_GC_TIMER_DISABLE: "1" };

/**
 * As if the machine had 200 MB: otherwise the engine lets garbage become as much as all that is in use before it takes it
 * away. Of a client that listed 200,000 files that was half of its memory, and the time it takes is the same.
 */
export const WITH_LITTLE_GARBAGE: EngineOptions = { BUN_JSC_forceRAMSize: "200000000" };

/**
 * Starts this process anew, in place, with options of the engine. Returns where the user has set one of them, and
 * where it cannot be done, or a closed stdout would look afterwards like one that takes all. Costs 7 ms of a processor, so
 * commands that only ask something do without.
 */
export function restartWithEngine(options: EngineOptions): void {
  const { env, execPath, argv, argv0 } = process;
  const compiled = Bun.main.startsWith("/$bunfs/");
  if (!compiled || Object.keys(options).some((name) => env[name] !== undefined) || !process.execve) return;
  if (isStdoutClosed()) return;
  try {
    process.execve(execPath, [argv0, ...argv.slice(2)], { ...env, ...options });
  } catch {
    // Slower, or with more memory, but it runs.
  }
}
