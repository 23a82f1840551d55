import { expect, test } from "bun:test";
import path from "node:path";

const SCRIPT = path.join(import.meta.dir, "../../../support/thread-faults.ts");

async function run(...args: string[]): Promise<{ code: number; out: string; err: string[] }> {
  const child = Bun.spawn([process.execPath, SCRIPT, ...args], { stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err: err.split("\n").filter(Boolean) };
}

test("an exception that nobody catches is one line, and the process ends", async () => {
  const { code, err } = await run("exception");
  expect(code).toBe(1);
  expect(err).toHaveLength(1);
  expect(err[0]).toStartWith("redes: internal error, this process ends: JSON Parse error");
});

test("a rejection that nobody catches is a line of the log, and the process ends", async () => {
  const text = await run("rejection", "text");
  expect(text).toMatchObject({
    code: 1,
    err: [expect.stringContaining("internal error, this process ends: two lines")],
  });
  const json = await run("rejection", "json");
  expect(json.code).toBe(1);
  expect(json.err.map((line) => JSON.parse(line))).toEqual([
    {
      time: expect.any(String),
      level: "error",
      event: "fault",
      message: "internal error, this process ends: two lines",
    },
  ]);
});

test("a store whose thread dies ends the server", async () => {
  const { code, err } = await run("store", "text");
  expect(code).toBe(1);
  expect(err).toHaveLength(1);
  expect(err[0]).toContain("the thread of the database failed: ");
});

test("the connections of a thread that dies end, and the rest goes on", async () => {
  const { code, out, err } = await run("connections");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ kind: "ended", end: { cause: "source", fault: null } }]);
  expect(err).toHaveLength(1);
  expect(err[0]).toContain("a thread that receives pieces failed");
});

test("a batch whose thread dies has no result, and the rest goes on", async () => {
  const { code, out, err } = await run("batches");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([false, true]);
  expect(err).toHaveLength(1);
  expect(err[0]).toContain("the thread for many small files failed and is started again");
});
