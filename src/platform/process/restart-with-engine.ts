import { isClosed } from "./closed-stream.ts";

/**
 * Options of the JavaScript engine and of what it has its memory from. They are read from the environment before any of the
 * program runs: later nothing can change them. One that the engine does not know ends the process.
 */
export type EngineOptions = Readonly<Record<`BUN_JSC_${string}` | `BUN_GC_${string}` | `MIMALLOC_${string}`, string>>;

/**
 * Of a server.
 *
 * - Without the last of the engine's stages of compiling (FTL): it is made for programs that compute for minutes, of a server
 *   that copies 20,000 small files it took 15 % of the time, and what it compiles are system calls with a little around them.
 * - Without the timer that looks for garbage in each thread every second, for which ten threads are woken: a server that has
 *   come to rest looks once (platform/process/rest.ts), and one that works does when it needs the memory.
 * - Without the thread that gives memory back, which is woken whenever another one goes to sleep, four times a second in a server
 *   that has nothing to do: each thread gives back its own. And without the one that readies memory for garbage to come.
 * - Memory goes back in whole blocks of 64 KiB, not also the free pages within those that are in use: without the thread above,
 *   each thread looked for such pages whenever it had nothing to do for a moment, and had them back in the next. Of a secondary
 *   that copies 20,000 small files that was 4.5 of 10.5 s of processors, of its central 1.5 of 3.7. Without it the one has
 *   160 MB at its most in place of 141, and 20 to 30 MB more when it has come to rest; what never had much to do has the same.
 * - Garbage may become half as much as what is in use, in place of twice as much: of a secondary that reads 10,000 new files
 *   the memory at its most was 131 MB, and is 91.
 */
export const FOR_SERVERS: EngineOptions = {
  BUN_JSC_useFTLJIT: "0",
  BUN_GC_TIMER_DISABLE: "1",
  MIMALLOC_SCAVENGER: "0",
  MIMALLOC_PURGE_HOLES: "0",
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  BUN_JSC_heapGrowthMaxIncrease: "0.5",
};

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
  if (isClosed("stdout")) return;
  try {
    process.execve(execPath, [argv0, ...argv.slice(2)], { ...env, ...options });
  } catch {
    // Slower, or with more memory, but it runs.
  }
}
