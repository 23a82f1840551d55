import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventStream } from "../support/event-stream.ts";
import { EXECUTABLE, Program } from "../support/process.ts";

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

test("the demo with --http shows its download and the kill over HTTP, and stays until Ctrl-C", async () => {
  const root = mkdtempSync(join(tmpdir(), "redes-test-"));
  const folder = join(root, "own");
  mkdirSync(folder);
  writeFileSync(join(folder, "film"), new Uint8Array(3_000_000).fill(7));
  const program = new Program({
    name: "demo",
    args: ["demo", "--http", folder],
    cwd: root,
    env: { TMPDIR: root },
  });
  try {
    const line = await program.prints(/^the page of the cluster: http:/);
    const site = line.replace("the page of the cluster: ", "").replace(/\/$/, "");
    using stream = await EventStream.open(site);
    const begun = await stream.until("download", ({ state }) => state === "active");
    expect(begun.dated?.event).toMatchObject({ client: "demo", name: "film", size: 3_000_000 });
    await stream.until("secondary", ({ secondary }) => secondary.number === 2 && secondary.state === "lost");
    expect(stream.received.filter(({ type }) => type === "download-end")).toEqual([]);
    await stream.until("download-end", ({ outcome }) => outcome === "done");
    await program.prints(/stays until Ctrl-C: http:/);
    expect(program.out.all.join("\n")).toContain("the download is the same as the original");
    const file = await fetch(`${site}/files/film`);
    expect((await file.arrayBuffer()).byteLength).toBe(3_000_000);
    program.signal("SIGINT");
    expect(await program.exited).toBe(0);
    expect(readdirSync(root).filter((name) => name.startsWith("redes-demo-"))).toEqual([]);
  } finally {
    await program.terminate();
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);

test.each([
  [
    ["--http=0.0.0.0:0"],
    "--http 0.0.0.0:0: it takes PORT or IP:PORT, a loopback address: it is for this machine alone",
  ],
  [["--http=many"], "--http many: it takes PORT or IP:PORT"],
  [["--http", "8080"], "8080: there is no such folder; a port is written --http=8080"],
  [["--http", "--key"], "--key and --http: give one of them, since no browser knows the certificate"],
  [["--http", "--http=0"], "--http: given more than once"],
])("the demo with %j is a usage error that says what it takes", async (args, message) => {
  const { code, output } = await demo(...args);
  expect(output).toContain(message);
  expect(code).toBe(2);
});

test("a folder that is not there is a usage error", async () => {
  const { code, output } = await demo("/does/not/exist");
  expect(output).toContain("there is no such folder");
  expect(code).toBe(2);
});
