import { afterEach, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import type { Subprocess } from "bun";
import { DEADLINE } from "../support/process.ts";

/** Whether namespaces and links between them can be made here. */
const MAY = process.getuid?.() === 0 && canMakeNetworks();
/** Milliseconds for a short run with all its checks. */
const RUN_MS = 300_000;

const started: Subprocess[] = [];

afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill("SIGKILL");
    await program.exited;
  }
});

function canMakeNetworks(): boolean {
  if (!["ip", "tc", "nsenter", "prlimit"].every((program) => Bun.which(program))) return false;
  const link = "ip link add link0 type veth peer name eth0";
  return spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", link]).status === 0;
}

function chaos(...args: string[]): Subprocess<"ignore", "pipe", "pipe"> {
  const command = [process.execPath, "tests/chaos/main.ts", ...args];
  const program = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  started.push(program);
  return program;
}

/** Every process that a process has started, and those that these have. */
function descendants(pid: number): number[] {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

async function untilOutput(stream: ReadableStream<Uint8Array>, wanted: string): Promise<void> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes(wanted)) return;
  }
  throw new Error(`it ended before it said ${wanted}: ${text}`);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`);
    await Bun.sleep(50);
  }
}

test.skipIf(!MAY)(
  "a short run of chaos: a server is killed, links are cut, and all invariants hold",
  async () => {
    const program = chaos("--minutes", "0.15", "--seed", "3");
    const [out, err, code] = await Promise.all([
      new Response(program.stdout).text(),
      new Response(program.stderr).text(),
      program.exited,
    ]);
    const verdict = out.trimEnd().split("\n").at(-1);
    expect({ code, err, verdict }).toEqual({
      code: 0,
      err: "",
      verdict: expect.stringMatching(/^all invariants held/),
    });
  },
  RUN_MS,
);

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGKILL", 137],
] as const) {
  test.skipIf(!MAY)(`chaos that ${signal} ends leaves no process`, async () => {
    const program = chaos("--seed", "1");
    await untilOutput(program.stdout, "secondary 3 starts");
    const processes = descendants(program.pid);
    // unshare, the first process inside, a central and three secondaries.
    expect(processes.length).toBeGreaterThanOrEqual(6);
    program.kill(signal);
    expect(await program.exited).toBe(code);
    await until("all its processes are gone", () => processes.every((pid) => !fs.existsSync(`/proc/${pid}`)));
  });
}
