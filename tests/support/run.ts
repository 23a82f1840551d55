import { DEADLINE, ENVIRONMENT, EXECUTABLE } from "./process.ts";

/** How a run of the executable ended. */
export interface Run {
  /** Null when it had to be killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is on stdin, whose end follows. */
  readonly input?: string;
}

/** Runs the executable to its end. */
export function run(args: readonly string[], options: RunOptions): Promise<Run> {
  return finish([EXECUTABLE, ...args], options);
}

/** Runs a line of shell, in which `redes` is the executable. */
export function shell(line: string, options: RunOptions): Promise<Run> {
  // A function, so that nothing in the executable's path needs quoting.
  return finish(["bash", "-c", `redes() { "$REDES_UNDER_TEST" "$@"; }; ${line}`], options);
}

async function finish(command: readonly string[], { cwd, env = {}, input = "" }: RunOptions): Promise<Run> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...ENVIRONMENT, HOME: cwd, XDG_STATE_HOME: cwd, NO_COLOR: undefined, REDES_UNDER_TEST: EXECUTABLE, ...env },
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE);
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  clearTimeout(timer);
  return { code: child.exitCode, out, err };
}
