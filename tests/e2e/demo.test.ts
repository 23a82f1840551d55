import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const EXECUTABLE = resolve(process.env.REDES ?? "dist/redes");

/** Runs the demo with a temporary folder of its own; gives what it said, and what it left there. */
async function demo(...args: string[]): Promise<{ code: number; output: string; left: string[] }> {
  const temp = mkdtempSync(join(tmpdir(), "redes-test-"));
  try {
    const child = Bun.spawn([EXECUTABLE, "demo", ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, TMPDIR: temp },
    });
    const [output, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    const left = readdirSync(temp).filter((name) => name.startsWith("redes-demo-"));
    return { code, output: output + errors, left };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

test("the demo replicates, loses a secondary in the middle, verifies, and leaves nothing", async () => {
  const { code, output, left } = await demo();
  expect(output).toContain("secondary 2 was killed");
  expect(output).toContain("the download is the same as the original");
  expect(output).toMatch(/secondary 2 is lost/);
  expect(code).toBe(0);
  expect(left).toEqual([]);
});

test("the demo with a key does the same over TLS", async () => {
  const { code, output, left } = await demo("--key");
  expect(output).toContain("fingerprint ");
  expect(output).toContain("the download is the same as the original");
  expect({ code, left }).toEqual({ code: 0, left: [] });
});

test("the demo with a user's folder leaves that folder as it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "redes-test-own-"));
  try {
    mkdirSync(join(folder, "sub"));
    const content = new Uint8Array(5_000_000).fill(7);
    writeFileSync(join(folder, "sub", "mine ñ.bin"), content);
    writeFileSync(join(folder, "one"), "1");
    const { code, output, left } = await demo(folder);
    expect(output).toContain("sub/mine ñ.bin");
    expect(code).toBe(0);
    expect(left).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(["one", "sub", join("sub", "mine ñ.bin")]);
    expect(readFileSync(join(folder, "sub", "mine ñ.bin")).equals(content)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a folder that is not there is a usage error", async () => {
  const { code, output } = await demo("/does/not/exist");
  expect(output).toContain("there is no such folder");
  expect(code).toBe(2);
});
