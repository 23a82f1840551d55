/** Options of the JavaScript engine. It reads them from the environment before any of the program runs: later nothing can change them. */
export type EngineOptions = Readonly<Record<`BUN_JSC_${string}`, string>>;

/**
 * Without the last of the engine's stages of compiling (FTL). It is made for programs that compute for minutes: of a server
 * that copies 20,000 small files it took 15 % of the time, of an idle one some memory, and what it compiles are system calls
 * with a little around them.
 */
export const WITHOUT_FTL: EngineOptions = { BUN_JSC_useFTLJIT: "0" };

/**
 * As if the machine had 200 MB: otherwise the engine lets garbage become as much as all that is in use before it takes it
 * away. Of a client that listed 200,000 files that was half of its memory, and the time it takes is the same.
 */
export const WITH_LITTLE_GARBAGE: EngineOptions = { BUN_JSC_forceRAMSize: "200000000" };

/**
 * Starts this process anew, in place, with options of the engine. Returns where that was done, where the user has set one of
 * them, and where it cannot be done. Costs about 10 ms, so one-shot commands do without.
 */
export function restartWithEngine(options: EngineOptions): void {
  const { env, execPath, argv, argv0 } = process;
  const compiled = Bun.main.startsWith("/$bunfs/");
  if (!compiled || Object.keys(options).some((name) => env[name] !== undefined) || !process.execve) return;
  try {
    process.execve(execPath, [argv0, ...argv.slice(2)], { ...env, ...options });
  } catch {
    // Slower, or with more memory, but it runs.
  }
}
