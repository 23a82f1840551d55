import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, textOf } from "../support/files.ts";
import { type Run, run } from "../support/run.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const ALL = [1, 2, 3];

let cluster: Cluster;

function client(...args: string[]): Promise<Run> {
  return run(["client", ...args, "--central-port", String(cluster.centralPort)], { cwd: cluster.root });
}

function everywhere(name: string, text: string | null, numbers = ALL): Promise<void> {
  return cluster.until(`${name} is ${text} on ${numbers}`, () =>
    numbers.every((number) => textOf(cluster.folder(number), name) === text),
  );
}

/** Files that a secondary keeps. */
function keptAt(number: number): string[] {
  return everything(`${cluster.folder(number)}/.redes/kept`);
}

describe("a client's orders", () => {
  beforeAll(async () => {
    cluster = await Cluster.inStep({}, (folder) => {
      put(folder(1), "a film.mkv", "film");
      put(folder(2), "old/x.txt", "x");
      put(folder(2), "old/sub/y.txt", "y");
      put(folder(3), "large.bin", randomBytes(30 * MIB));
    });
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test("mv gives a file and a folder other names everywhere, and nothing is copied or kept", async () => {
    expect(await client("mv", "a film.mkv", "films/b film.mkv")).toEqual({
      ...{ code: 0, err: "", out: "a film.mkv moved to films/b film.mkv\n" },
    });
    await everywhere("films/b film.mkv", "film");
    await everywhere("a film.mkv", null);
    expect(await client("mv", "old", "new/")).toMatchObject({ code: 0, out: "2 files of old moved to new/\n" });
    await everywhere("new/old/x.txt", "x");
    await everywhere("new/old/sub/y.txt", "y");
    expect(await client("mv", "large.bin", "films")).toMatchObject({ code: 0 });
    await cluster.until("it is there", () =>
      ALL.every((number) => everything(cluster.folder(number)).includes("films/large.bin")),
    );
    for (const number of ALL) expect(keptAt(number)).toEqual([]);
    const copies = ALL.flatMap((number) =>
      cluster.secondary(number).events.filter(({ name }) => name === "films/large.bin"),
    );
    expect(copies.filter(({ event }) => event === "copied")).toEqual([]);
  });

  test("mv is carried out by who was away, and by a central that dies right after it", async () => {
    await cluster.kill(3);
    await cluster.central.waitFor("lost", () => true).catch(() => {});
    expect(await client("mv", "new/old/x.txt", "x.txt")).toMatchObject({ code: 0 });
    await cluster.kill(0);
    await everywhere("x.txt", "x", [1, 2]);
    cluster.startSecondary(3);
    cluster.startCentral();
    // Orders need to know of all files, so of those who are not back yet too.
    await cluster.central.waitFor("synchronized");
    await cluster.until("all are back", async () =>
      (await cluster.status()).secondaries.every(({ state }) => state === "in step"),
    );
    await everywhere("x.txt", "x");
    await everywhere("new/old/x.txt", null);
    for (const number of ALL) expect(keptAt(number)).toEqual([]);
  });

  test("mv says what cannot be, with the right exit code", async () => {
    expect(await client("mv", "nothing", "b")).toMatchObject({ code: 3, out: "" });
    expect(await client("mv", "x.txt", "films")).toMatchObject({ code: 0 });
    expect(await client("mv", "films/x.txt", "films/large.bin")).toEqual({
      ...{ code: 1, out: "" },
      err: "redes: there is a file films/large.bin already: remove it first, or take another name\n",
    });
    expect(await client("mv", "x.txt")).toMatchObject({ code: 2 });
  });

  test("remove takes names and patterns, kept lists them, and restore brings them back", async () => {
    expect(await client("remove", "new/**", "nothing")).toMatchObject({ code: 3, out: "" });
    await everywhere("new/old/sub/y.txt", "y");
    expect(await client("remove", "new/**", "films/x.txt")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2 files removed; /),
    });
    await everywhere("new/old/sub/y.txt", null);
    await cluster.until("they are kept", () => ALL.every((number) => keptAt(number).length === 2));
    expect(await client("kept", "nothing")).toMatchObject({
      ...{ code: 3, out: "", err: "redes: the secondaries keep nothing of nothing\n" },
    });
    expect(await client("kept", "nothing", "--json")).toMatchObject({ code: 3, out: "[]\n" });
    const kept = await client("kept");
    expect(kept.out).toMatch(/new\/old\/sub\/y\.txt .* removed +1, 2, 3/);
    expect(await client("restore", "films/x.txt")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^films\/x\.txt is back at secondary/),
    });
    await everywhere("films/x.txt", "x");
    expect(await client("restore", "films/x.txt", "99")).toMatchObject({ code: 3 });
  });

  test("at a terminal remove asks, unless it was told not to", async () => {
    const at = ["--central-port", String(cluster.centralPort)];
    await using asked = new Terminal(["client", "remove", "films/x.txt", ...at], { cwd: cluster.root });
    await asked.shows("remove films/x.txt (1 B) from every secondary? [y/N]");
    asked.enter("n");
    await asked.shows("nothing was removed");
    expect((await asked.ends()).code).toBe(1);
    await everywhere("films/x.txt", "x");
    await using told = new Terminal(["client", "remove", "films/x.txt", "--yes", ...at], { cwd: cluster.root });
    await told.shows("films/x.txt removed");
    expect((await told.ends()).code).toBe(0);
    await everywhere("films/x.txt", null);
    await using console = new Terminal(["client", ...at], { cwd: cluster.root });
    await console.shows("redes> ");
    console.enter("restore films/x.txt");
    await console.shows("is back at secondary");
    console.enter('mv films/x.txt "an x.txt"');
    await console.shows("films/x.txt moved to an x.txt");
    console.enter("remove an x.txt");
    await console.shows("remove an x.txt (1 B) from every secondary?");
    console.enter("y");
    await console.shows("an x.txt removed");
    console.enter("quit");
    await console.ends();
  });
});
