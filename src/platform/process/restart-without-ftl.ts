/** Read from the environment before any of the program runs: later nothing can change it. */
const FTL_OPTION = "BUN_JSC_useFTLJIT";

/**
 * Starts this process anew, in place, without the last of the JavaScript engine's stages of compiling (FTL). It is made
 * for programs that compute for minutes: of a server that copies 20,000 small files it took 15 % of the time, of an idle
 * one some memory, and what it compiles are system calls with a little around them. Returns where that was done, where
 * the user has set the option, and where it cannot be done. Costs about 10 ms, so one-shot commands do without.
 */
export function restartWithoutFtl(): void {
  const { env, execPath, argv, argv0 } = process;
  const compiled = Bun.main.startsWith("/$bunfs/");
  if (!compiled || env[FTL_OPTION] !== undefined || !process.execve) return;
  try {
    process.execve(execPath, [argv0, ...argv.slice(2)], { ...env, [FTL_OPTION]: "0" });
  } catch {
    // Slower, but it runs.
  }
}
