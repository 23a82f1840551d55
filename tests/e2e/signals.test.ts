import { expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ignoredIn } from "../../src/cli/signals.ts";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, markedBytes, put, randomBytes } from "../support/files.ts";
import { EXECUTABLE } from "../support/process.ts";

test("a get that a signal ends keeps what came, and ends by that signal", async () => {
  await using cluster = await Cluster.inStep({ count: 1, proxies: true }, (folder) => {
    put(folder(1), "a.bin", randomBytes(16 * MIB));
  });
  cluster.leavesParts = true;
  const dir = cluster.downloads();
  const { journal } = workFilesFor(path.join(dir, "a.bin"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
    cluster.slow(MIB);
    const get = cluster.getting(["a.bin"], { dir });
    await cluster.until("a piece is there", () => markedBytes(journal) > 0);
    get.signal(signal);
    const { code } = await cluster.finish(get);
    expect([code, get.endedBy]).toEqual([null, signal]);
    expect(everything(dir)).toHaveLength(2);
  }
});

test("a question that a signal ends before the central has answered ends by that signal, not as one that was refused", async () => {
  await using cluster = new Cluster();
  await cluster.startCentral().waitFor("listening");
  cluster.central.signal("SIGSTOP");
  for (const [command, signal] of [
    ["list", "SIGINT"],
    ["status", "SIGTERM"],
    ["kept", "SIGINT"],
  ] as const) {
    const args = [EXECUTABLE, "client", command, "--central-port", String(cluster.centralPort)];
    const asks = Bun.spawn(args, { stdout: "ignore", stderr: "ignore" });
    const catches = () => {
      const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(fs.readFileSync(`/proc/${asks.pid}/status`, "utf8"))?.[1] ?? "0";
      return ((BigInt(`0x${mask}`) >> BigInt(os.constants.signals[signal] - 1)) & 1n) === 1n;
    };
    await cluster.until(`${command} listens to signals`, catches);
    asks.kill(signal);
    await asks.exited;
    expect([command, asks.signalCode]).toEqual([command, signal]);
  }
  cluster.central.signal("SIGCONT");
});

test("a shell's loop ends with the get in it that is interrupted", async () => {
  await using cluster = new Cluster();
  // Nobody listens there: each get would wait for a minute.
  const get = `"${EXECUTABLE}" client get x --central-port 1 --dir "${cluster.root}" --wait 60`;
  const shell = Bun.spawn(["bash", "-c", `for turn in 1 2; do echo $turn; ${get}; done; echo over`], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const { value } = await shell.stderr.getReader().read();
  expect(Buffer.from(value ?? []).toString()).toContain("nobody listens there");
  // As Ctrl-C does: to all of them.
  const children = Bun.spawnSync(["pgrep", "-P", String(shell.pid)])
    .stdout.toString()
    .trim()
    .split("\n");
  for (const pid of [...children.map(Number), shell.pid]) process.kill(pid, "SIGINT");
  await shell.exited;
  expect(shell.signalCode).toBe("SIGINT");
  expect(await new Response(shell.stdout).text()).toBe("1\n");
});

test("signals that whoever started it had told to ignore stay ignored", async () => {
  await using cluster = new Cluster();
  const central = cluster.startCentral([], { ignoring: ["HUP", "INT", "QUIT"] });
  await central.waitFor("listening");
  for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT"] as const) central.signal(signal);
  expect((await central.terminate()).code).toBe(0);
  expect((await central.waitFor("stopping")).message).toContain("SIGTERM");
});

test.each([
  ["0000000000000000", []],
  ["0000000000001001", ["SIGHUP"]],
  ["0000000000004006", ["SIGINT", "SIGTERM", "SIGQUIT"]],
])("a mask of %s ignores %p", (mask, ignored) => {
  const status = `Name:\tredes\nSigBlk:\tffffffffffffffff\nSigIgn:\t${mask}\nSigCgt:\t0000000000000000\n`;
  expect([...ignoredIn(status)]).toEqual(ignored as never[]);
  expect([...ignoredIn("")]).toEqual([]);
});
