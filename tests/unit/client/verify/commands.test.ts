import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DownloadQueue } from "../../../../src/client/downloads/download-queue.ts";
import { verifyCommands } from "../../../../src/client/verify/commands.ts";
import { Verifications } from "../../../../src/client/verify/verifications.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { driveThrough } from "../../../support/drive.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture, NAME } from "../downloads/download-job-fixture.ts";

const FILM = content(2 * MIB + 5);

let fixture: DownloadJobFixture;
let verifications: Verifications;
let downloads: DownloadQueue;
let printed: string[];
let noted: string[];
let ended: string[];
/** What a script's exit code is to tell. */
let wrong: string[];
let interactive: boolean;

beforeEach(async () => {
  fixture = new DownloadJobFixture(FILM);
  verifications = new Verifications(fixture.deps);
  downloads = new DownloadQueue(fixture.deps);
  [printed, noted, ended, wrong, interactive] = [[], [], [], [], true];
  fixture.central.answer = (message) => {
    const sources = { blake3: null, sha256: null, modified: 0, sources: 1 };
    const files = [NAME, "series/one"].map((name) => ({ name, ...FILM.version, ...sources }));
    if (message.type === "list")
      fixture.central.send({ type: "listing", request: message.request, files, more: false });
    if (message.type === "watch") fixture.sendSources(false, message.name);
  };
  fixture.central.start();
  fixture.session.start();
  await fixture.until("it has entered", () => fixture.session.connected);
});

afterEach(() => {
  fixture.stop();
});

function run(name: "verify" | "repair", argument = ""): void | Promise<void> {
  const console = {
    ...{ verifications, downloads, folder: fixture.folder },
    interactive: () => interactive,
    print: (text: string) => void printed.push(text),
    note: (text: string) => void noted.push(text),
    ended: ({ result }: { result: { name: string; event: string } }) =>
      void ended.push(`${result.name} ${result.event}`),
    wrong: (failure: string) => void wrong.push(failure),
  };
  const commands = verifyCommands(console, () => []);
  return commands.find((command) => command.name === name)?.run(argument);
}

function put(name: string, bytes: Uint8Array): void {
  const file = path.join(fixture.folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
}

const finished = () => fixture.until("it is compared", () => printed.some((line) => line.includes(" read in ")));
/** What was printed, without what depends on the time. */
const told = () => printed.map((line) => line.replace(/; .* read in .*/, ""));

describe("verify", () => {
  test("compares all, says what is wrong, and then the sum", async () => {
    put(NAME, FILM.bytes);
    put("notes.txt", Buffer.from("mine"));
    run("verify");
    await finished();
    expect(told()).toEqual([
      "notes.txt: the cluster has no such file",
      "series/one: not here (2.0 MiB)",
      "3 files: 1 the same, 1 not here, 1 not in the cluster",
    ]);
    expect(wrong).toEqual(["no-such-file", "failed"]);
  });

  test("compares one file, or one folder", async () => {
    const wrong = Buffer.from(FILM.bytes);
    wrong.fill(7, MIB, MIB + 1);
    put("series/one", wrong);
    fixture.source();
    run("verify", "series");
    await finished();
    expect(told()).toEqual(["series/one: 1 of 3 pieces differ (1.0 MiB): 1.0 to 2.0 MiB", "1 file: 1 different"]);
  });

  test("shows how far it is", async () => {
    put(NAME, FILM.bytes);
    const release = Promise.withResolvers<void>();
    const { hasher } = fixture.deps;
    const held = { ...fixture.deps, hasher: { ...hasher } };
    held.hasher.hashAs = async (...args) => {
      await release.promise;
      return hasher.hashAs(...args);
    };
    verifications = new Verifications(held);
    run("verify", NAME);
    await fixture.until("it reads", () => verifications.progress().length > 0);
    expect(verifications.progress()).toMatchObject([{ label: NAME, done: 0, total: 2 * MIB + 5, note: "verifying" }]);
    expect(() => run("verify")).toThrow("files are being compared already");
    release.resolve();
    await finished();
    expect(verifications.progress()).toEqual([]);
  });

  test("is waited for by a script, which also gets what goes wrong", async () => {
    interactive = false;
    fixture.central.answer = (message) => {
      if (message.type === "list")
        fixture.central.send({ type: "refusal", request: message.request, code: "not-synchronized", message: "wait" });
    };
    const failing = Promise.resolve(run("verify")).catch((error: Error) => error.message);
    expect(await driveThrough(fixture.clock, failing)).toBe("wait");
    expect(verifications.isRunning).toBe(false);
    interactive = true;
    run("verify");
    await fixture.until("it is told", () => noted.length > 0);
    expect(noted).toEqual(["the central does not serve yet: wait"]);
  });
});

test("repair fetches what differs and what is missing, and leaves alone what the cluster does not know", async () => {
  put(NAME, Buffer.from(FILM.bytes).fill(7, 0, 1));
  put("notes.txt", Buffer.from("mine"));
  fixture.source();
  fixture.central.answer = ((before) => (message) => {
    before(message);
    const { version } = FILM;
    if (message.type === "download" && message.running === null)
      fixture.central.send({
        ...{ type: "granted", download: message.download, name: message.name, ...version },
        ...{ modified: 0, blake3: null, sha256: null },
      });
    if (message.type === "finish") fixture.central.send({ type: "counted", download: message.report.download });
  })(fixture.central.answer);
  run("repair");
  await fixture.until("it is mended", () => ended.length === 2);
  expect(ended.sort()).toEqual([`${NAME} done`, "series/one done"]);
  expect(wrong).toEqual(["no-such-file"]);
  for (const name of [NAME, "series/one"])
    expect(fs.readFileSync(path.join(fixture.folder, name)).equals(FILM.bytes)).toBe(true);
  expect(fs.readFileSync(path.join(fixture.folder, "notes.txt"), "utf8")).toBe("mine");
});
