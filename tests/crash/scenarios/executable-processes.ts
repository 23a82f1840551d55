import { join } from "node:path";
import type { Status } from "../../support/cluster.ts";
import { lastingPort } from "../../support/port.ts";
import { DEADLINE, EXECUTABLE, Program } from "../../support/process.ts";
import type { History } from "../model/history.ts";
import { killedAt, readTrace, recorded } from "../recording/recorder.ts";
import { replay } from "../recording/replay.ts";

/** Milliseconds between two looks at what causes no event. */
const LOOK_MS = 50;

/** Processes of the executable, which may be recorded, in a folder of their own. All are ended when it is disposed of. */
export class ExecutableProcesses implements AsyncDisposable {
  private readonly port = lastingPort();
  private readonly programs: Program[] = [];

  constructor(private readonly root: string) {}

  path(name: string): string {
    return join(this.root, name);
  }

  /** Starts a server; with a `trace`, its system calls go to the file of that name. */
  server(role: "central" | "secondary", args: readonly string[], trace: string | null): Program {
    const where = role === "central" ? ["--port"] : ["--port", "0", "--central-port"];
    return this.start([role, ...args, "--log", "json", ...where], trace);
  }

  /** Runs a client's command to its end; gives what it prints. */
  async client(args: readonly string[], trace: string | null): Promise<string> {
    const program = this.start(["client", ...args, "--central-port"], trace);
    const code = await program.within(program.exited, "ends");
    if (code !== 0) throw new Error(`exit code ${code}\n${program.tail()}`);
    return program.out.all.join("\n");
  }

  /** Runs a script of this folder to its end, recorded. */
  async script(name: string, args: readonly string[], trace: string): Promise<void> {
    const command = [process.execPath, join(import.meta.dir, name), ...args];
    const child = Bun.spawn([...recorded(this.path(trace)), ...command], { stdin: "ignore" });
    if ((await child.exited) !== 0) throw new Error(`${name} ended with exit code ${child.exitCode}`);
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.client(["status", "--json"], null)) as Status;
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + DEADLINE;
    while (!(await condition())) {
      const tails = () => this.programs.map((program) => program.tail()).join("\n");
      if (performance.now() > end) throw new Error(`it never came to this: ${what}\n${tails()}`);
      await Bun.sleep(LOOK_MS);
    }
  }

  /** Ends a server in order. */
  async quit(program: Program): Promise<void> {
    program.type("quit");
    await program.within(program.exited, "ends");
  }

  /** Begins a client's command that ends, as by kill -9, when it is about to give a finished file its name. */
  async killedClient(args: readonly string[]): Promise<void> {
    const own = ["client", ...args, "--central-port", String(this.port)];
    const child = Bun.spawn([...killedAt("renameat2"), EXECUTABLE, ...own], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    await child.exited;
    if (child.signalCode !== "SIGKILL") throw new Error(`the client was not killed: ${child.exitCode}`);
  }

  /** What recorded programs did to these volumes; `stages` and `before`: as for {@link replay}. */
  history(
    stages: readonly (readonly string[])[],
    volumes: readonly string[],
    before: ReadonlyMap<string, string> = new Map(),
  ): History {
    const calls = stages.map((traces) => traces.map((trace) => readTrace(this.path(trace))));
    return replay(calls, volumes, this.root, before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.programs) if (program.alive) await this.quit(program).catch(() => program.kill());
  }

  private start(args: readonly string[], trace: string | null): Program {
    const runner = trace === null ? [] : recorded(this.path(trace));
    const name = trace ?? args.slice(0, 3).join(" ");
    const program = new Program({ name, args: [...args, String(this.port)], cwd: this.root, runner });
    this.programs.push(program);
    return program;
  }
}
