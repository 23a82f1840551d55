import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { clientCommands } from "../../../src/client/commands.ts";
import { type DownloadProgress, DownloadQueue } from "../../../src/client/downloads/download-queue.ts";
import { Verifications } from "../../../src/client/verify/verifications.ts";
import type { ConsoleCommand } from "../../../src/console/commands/command.ts";
import type { ListedFile } from "../../../src/protocol/messages/client.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { leaveDownload } from "./console/leave-download.ts";
import { DownloadJobFixture, NAME } from "./downloads/download-job-fixture.ts";

let fixture: DownloadJobFixture;
let queue: DownloadQueue;
let commands: ConsoleCommand[];
let printed: string[];
let questions: string[];
let puts: string[][];
let confirms: boolean;
let noted: string[];
let wrongs: string[];
/** What is being put. */
let sent: DownloadProgress[];
let ended: string[];
let interactive: boolean;
let quits: number;
/** The catalogue that the central gives; null: it does not serve yet. */
let catalogue: string[] | null;

beforeEach(() => {
  fixture = new DownloadJobFixture();
  // No time of a test is near the beginning of the clock.
  fixture.clock.advance(500_000);
  queue = new DownloadQueue(fixture.deps);
  printed = [];
  [questions, confirms] = [[], true];
  puts = [];
  noted = [];
  [wrongs, sent] = [[], []];
  ended = [];
  interactive = true;
  quits = 0;
  catalogue = ["ant.bin", "ape.bin", "bee.bin"];
  fixture.central.answer = (message) => {
    if (message.type !== "list") return;
    const { request, after } = message;
    const names = catalogue?.filter((name) => after === null || name > after);
    if (names) fixture.central.send({ type: "listing", request, files: names.map(listed), more: false });
    else
      fixture.central.send({ type: "refusal", request, code: "not-synchronized", message: "secondary 2 is missing" });
  };
  commands = clientCommands({
    clock: fixture.clock,
    session: fixture.session,
    downloads: queue,
    verifications: new Verifications(fixture.deps),
    deps: fixture.deps,
    columns: () => null,
    folder: fixture.folder,
    interactive: () => interactive,
    print: (text) => void printed.push(text),
    page: async (text) => void printed.push(text),
    uploads: {
      add: async (options) => {
        const { path, name } = options;
        puts.push([path, name]);
        const counts = { size: 0, id: null, seconds: 0, sentBytes: 0, resumedBytes: 0, secondary: 1, holders: 1 };
        return { result: { event: "done", name, path, as: name, ...counts }, failure: null, refusal: null };
      },
      ...{ runningBytes: () => ({ done: 0, moved: 0 }), stopped: false, names: () => [], cancel: () => [] },
      progress: () => sent,
      during: (work) => work,
    },
    uploaded: () => {},
    confirm: async (question) => {
      questions.push(question);
      return confirms;
    },
    note: (text) => void noted.push(text),
    ended: ({ result }, cancelled) => void ended.push(`${result.name}${cancelled ? " cancelled" : ""}`),
    wrong: (failure) => void wrongs.push(failure),
    quit: () => {
      quits += 1;
    },
  });
});

afterEach(() => {
  fixture.stop();
});

function listed(name: string): ListedFile {
  return { name, size: 1024, id: "a".repeat(64), modified: 0, blake3: null, sha256: null, sources: 2 };
}

function command(name: string): ConsoleCommand {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
}

/** Runs a command, and lets `ms` pass; gives what it has failed with, or "running". */
async function run(name: string, argument = "", ms = 50): Promise<string | null> {
  let fate: string | null = "running";
  void (async () => command(name).run(argument))().then(
    () => {
      fate = null;
    },
    (error: Error) => {
      fate = error.message;
    },
  );
  await fixture.pass(ms);
  return fate;
}

/** The same for a command that asks the disk, which takes as long as it takes. */
async function runToEnd(name: string, argument = ""): Promise<string | null> {
  let fate: string | null | undefined;
  void (async () => command(name).run(argument))().then(
    () => {
      fate = null;
    },
    (error: Error) => {
      fate = error.message;
    },
  );
  await fixture.until(`${name} has ended`, () => fate !== undefined);
  return fate ?? null;
}

async function enter(): Promise<void> {
  fixture.central.start();
  fixture.session.start();
  await fixture.until("it has entered", () => fixture.session.connected);
  await fixture.pass(50);
}

/** The hash of the names of some files. */
const NAMES = "b".repeat(64);

describe("name", () => {
  test("names the client", async () => {
    await enter();
    expect(await run("name", "eva")).toBeNull();
    expect(noted).toEqual(["you are eva"]);
    expect(fixture.central.all("enter").at(-1)?.name).toBe("eva");
  });

  test.each(["", "a\u0007b", "x".repeat(101)])("refuses %p", async (name) => {
    expect(await run("name", name)).toBe("a name has 1 to 100 characters, none of them a control character");
    expect(fixture.session.clientName).toBe("ana");
  });
});

describe("list", () => {
  test("prints the catalogue", async () => {
    await enter();
    expect(await run("list")).toBeNull();
    expect(printed).toHaveLength(1);
    for (const name of ["ant.bin", "ape.bin", "bee.bin", "3 files"]) expect(printed[0]).toContain(name);
  });

  test("that cannot be had yet comes as soon as it can, once, while other commands are typed", async () => {
    catalogue = null;
    await enter();
    expect(await run("list")).toBeNull();
    expect(await run("list")).toBeNull();
    const reason = "the central does not serve yet: secondary 2 is missing; the list comes as soon as it can";
    expect([noted, printed]).toEqual([[reason, reason], []]);
    catalogue = ["ant.bin"];
    await fixture.pass(1000);
    expect(printed).toHaveLength(1);
    await fixture.pass(2000);
    expect(printed).toHaveLength(1);
    catalogue = null;
    expect(await run("list")).toBeNull();
    catalogue = ["ant.bin"];
    await fixture.pass(1000);
    expect(printed).toHaveLength(2);
  });

  test("holds up the next command of a script until it is there", async () => {
    interactive = false;
    catalogue = null;
    await enter();
    const running = run("list", "", 2000);
    expect(await running).toBe("running");
    catalogue = ["ant.bin"];
    await fixture.pass(1000);
    expect(printed).toHaveLength(1);
  });

  test("waits for a central that is not there", async () => {
    fixture.session.start();
    expect(await run("list", "", 100)).toBeNull();
    expect(noted).toEqual([
      "the central cannot be reached: cannot connect to central:50000: nobody listens there; the list comes as soon as it can",
    ]);
    await enter();
    await fixture.pass(1000);
    expect(printed).toHaveLength(1);
  });

  test("says nothing where something else answers: the client ends", async () => {
    fixture.network.listen({ host: "central", port: 50_000 }, (socket) => {
      return { data: () => void socket.write(Buffer.from("SSH-2.0-x\r\n")), drained() {}, closed() {} };
    });
    fixture.session.start();
    expect(await run("list", "", 100)).toBeNull();
    expect([noted, printed]).toEqual([[], []]);
    expect(fixture.refusals).toHaveLength(1);
  });

  test("that is refused for good fails", async () => {
    await enter();
    fixture.central.answer = (message) => {
      if (message.type !== "list") return;
      fixture.central.send({ type: "refusal", request: message.request, code: "protocol", message: "not for you" });
    };
    expect(await run("list")).toBe("not for you");
  });
});

describe("Tab", () => {
  test("knows the catalogue before anybody has asked for it", async () => {
    await enter();
    expect(command("get").complete?.("a")).toEqual(["ant.bin", "ape.bin"]);
    expect(command("get").complete?.("")).toHaveLength(3);
    expect(fixture.central.all("list")).toHaveLength(1);
  });

  test("knows what is new the second time, after two seconds", async () => {
    await enter();
    catalogue = ["ant.bin", "asp.bin"];
    await fixture.pass(1000);
    expect(command("get").complete?.("as")).toEqual([]);
    await fixture.pass(50);
    expect(fixture.central.all("list")).toHaveLength(1);
    await fixture.pass(1100);
    expect(command("get").complete?.("as")).toEqual([]);
    await fixture.pass(50);
    expect(command("get").complete?.("as")).toEqual(["asp.bin"]);
    expect(fixture.central.all("list")).toHaveLength(2);
  });

  test("offers no more than a thousand names", async () => {
    catalogue = null;
    fixture.central.answer = (message) => {
      if (message.type !== "list") return;
      const { request, after } = message;
      const first = after === null ? 0 : Number(after) + 1;
      const files = Array.from({ length: 256 }, (_, index) => listed(String(first + index).padStart(5, "0")));
      fixture.central.send({ type: "listing", request, files, more: first < 1280 });
    };
    await enter();
    await fixture.pass(500);
    expect(command("get").complete?.("0")).toHaveLength(1000);
  });

  test("offers the downloads that there are to those who pause, resume or cancel", async () => {
    await run("get", NAME);
    for (const name of ["pause", "resume", "cancel"]) expect(command(name).complete?.("")).toEqual([NAME]);
  });
});

describe("get", () => {
  test("begins a download to the folder, as long as it takes", async () => {
    await enter();
    expect(await run("get", `sub/${NAME}`)).toBeNull();
    expect(fixture.central.all("download")).toMatchObject([{ name: `sub/${NAME}`, running: null }]);
    await fixture.pass(60_000);
    expect([ended, queue.names()]).toEqual([[], [`sub/${NAME}`]]);
  });

  test("refuses what is no name, and what is being downloaded already", async () => {
    expect(await run("get", "../x")).toBe('"../x" cannot be the name of a file: a segment begins with a dot');
    expect(await run("get", NAME)).toBeNull();
    expect(await run("get", NAME)).toBe(`${NAME} is being downloaded already`);
    expect(queue.count).toBe(1);
  });

  test("replaces no other file", async () => {
    fixture.putFile(new Uint8Array(10));
    await enter();
    await run("get", NAME);
    const [{ download = "" } = {}] = fixture.central.all("download");
    const { id, size } = fixture.file.version;
    fixture.central.send({ type: "granted", download, name: NAME, id, size, modified: 0, blake3: null, sha256: null });
    await fixture.until("it has ended", () => ended.length > 0);
    expect(fixture.names).toEqual([NAME]);
    expect(fs.statSync(fixture.path).size).toBe(10);
  });

  test("says how it ended", async () => {
    await enter();
    await run("get", NAME);
    const [{ download = "" } = {}] = fixture.central.all("download");
    fixture.central.send({ type: "denied", download, code: "no-such-file", message: "there is none" });
    await fixture.until("it has ended", () => ended.length > 0);
    expect(ended).toEqual([NAME]);
  });
});

describe("pause, resume and cancel", () => {
  const notes = () => queue.progress().map(({ note }) => note);

  test("act on one, or on all", async () => {
    await run("get", "a");
    await run("get", "b");
    await run("pause", "a");
    expect(notes()).toEqual(["paused", "connecting to the central"]);
    await run("pause");
    expect(notes()).toEqual(["paused", "paused"]);
    await runToEnd("resume", "b");
    expect(notes()).toEqual(["paused", "connecting to the central"]);
    await runToEnd("resume");
    expect(notes()).toEqual(["connecting to the central", "connecting to the central"]);
    await run("cancel", "a");
    expect(ended).toEqual(["a cancelled"]);
    await run("get", "c");
    await run("cancel");
    expect(ended).toEqual(["a cancelled", "b cancelled", "c cancelled"]);
  });

  test.each(["pause", "resume", "cancel"])("%s says where there is nothing to do", async (name) => {
    expect(await runToEnd(name)).toBe(`nothing to ${name}`);
    const nothingLeft = name === "resume" ? ", and nothing of it is left from before" : "";
    expect(await runToEnd(name, "x")).toBe(`x is not being downloaded${nothingLeft}`);
  });

  test("pause and resume say what they did, and what was so already", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await run("get", name);
    const said = async (name: string, argument: string) => {
      noted.length = 0;
      expect(await runToEnd(name, argument)).toBeNull();
      return noted;
    };
    expect(await said("resume", "a")).toEqual(["a is not paused"]);
    expect(await said("pause", "a")).toEqual(["a: paused; resume goes on"]);
    expect(await said("pause", "a")).toEqual(["a is paused already; resume goes on"]);
    expect(await said("pause", "")).toEqual(["b", "c"].map((name) => `${name}: paused; resume goes on`));
    expect(await said("resume", "e")).toEqual(["e waits for another download to end"]);
    expect(await said("resume", "b")).toEqual(["b: goes on"]);
    expect(await said("resume", "")).toEqual(["a: goes on", "c: goes on"]);
  });

  test("a download that is cancelled and got again ends as its own", async () => {
    await enter();
    await run("get", NAME);
    await run("cancel", NAME);
    await run("get", NAME);
    const { download = "" } = fixture.central.all("download").at(-1) ?? {};
    fixture.central.send({ type: "denied", download, code: "no-such-file", message: "there is none" });
    await fixture.until("it has ended", () => ended.length > 1);
    expect(ended).toEqual([`${NAME} cancelled`, NAME]);
  });
});

describe("downloads", () => {
  const rows = () => (printed.at(-1) ?? "").split("\n").map((line) => line.replace(/ {2,}/g, " | ").trim());

  test("are those that run and wait, with what they do", async () => {
    expect(await runToEnd("downloads")).toBeNull();
    expect(printed).toEqual(["nothing is downloaded here, and nothing is left from before"]);
    for (const name of ["a", "b", "c", "d", "e", "f"]) await run("get", name);
    await run("pause", "b");
    await runToEnd("downloads");
    expect(rows()).toEqual([
      "file | state | done | size | rate | left",
      "a | connecting to the central | 0 B",
      "b | paused | 0 B",
      "c | connecting to the central | 0 B",
      ...["d | waiting 1/3 | 0 B", "e | waiting 2/3 | 0 B", "f | waiting 3/3 | 0 B"],
    ]);
  });

  test("what is put is listed too", async () => {
    const one = { id: "1", label: "films/a.mkv", done: 2048, total: 8192, rate: 1024, note: "sending" };
    sent = [one, { ...one, id: "2", label: "b.mkv", done: 0, total: null, rate: 0, note: "waiting 1/1" }];
    await runToEnd("downloads");
    const uploads = [
      "upload | state | done | size | rate | left",
      "films/a.mkv | sending | 2.0 KiB | 8.0 KiB | 1.0 KiB/s | 6 s",
      "b.mkv | waiting 1/1 | 0 B",
    ];
    expect(rows()).toEqual(uploads);
    expect(printed).toHaveLength(1);
    await run("get", "a");
    await runToEnd("downloads");
    expect(rows()).toEqual(uploads);
    expect(printed.at(-2)).toMatch(/^file .*\na +connecting to the central /);
  });

  test("left from before are listed too, and one goes on with resume", async () => {
    leaveDownload(fixture.folder, "series/two.mkv", 2);
    await runToEnd("downloads");
    expect(printed.at(-1)).toBe("resume NAME goes on with one that is left from before");
    printed.pop();
    expect(rows()).toEqual([
      ...["file | state | done | size | rate | left", "series/two.mkv | left from before | 2.0 MiB | 3.0 MiB"],
    ]);
    expect(command("resume").complete?.("se")).toEqual(["series/two.mkv"]);
    expect(await runToEnd("resume")).toBe(
      "nothing is paused; left from before: series/two.mkv (resume NAME goes on with one)",
    );
    expect(await runToEnd("resume", "series/two.mkv")).toBeNull();
    expect(noted.at(-1)).toBe("series/two.mkv: goes on from 2.0 MiB of 3.0 MiB");
    expect(queue.names()).toEqual(["series/two.mkv"]);
    await runToEnd("downloads");
    expect(rows().slice(1)).toEqual(["series/two.mkv | connecting to the central | 0 B"]);
  });
});

describe("get --force", () => {
  test.each([`--force ${NAME}`, `${NAME} --force`])("%p replaces what is there", async (argument) => {
    fixture.putFile(new Uint8Array(10));
    await enter();
    await run("get", argument);
    expect(fixture.central.all("download")).toMatchObject([{ name: NAME }]);
    const [{ download = "" } = {}] = fixture.central.all("download");
    const { id, size } = fixture.file.version;
    fixture.central.send({ type: "granted", download, name: NAME, id, size, modified: 0, blake3: null, sha256: null });
    await fixture.until("it is being transferred", () => queue.runningNamed(NAME)[0]?.state === "transferring");
    expect(ended).toEqual([]);
  });
});

describe("while the central is away", () => {
  const away = /^the central central:50000 has been away for \d+(\.\d)? s \(.+\); it is tried until it is back/;

  beforeEach(async () => {
    await enter();
    fixture.central.stop();
    await fixture.pass(2000);
  });

  test("status and list answer at once, and say what can be done", async () => {
    expect(await run("status", "", 10)).toMatch(away);
    expect(await run("status", "", 10)).toEndWith("downloads, pause, resume, cancel and quit work");
    expect(await run("list", "", 10)).toBeNull();
    expect(noted.at(-1)).toMatch(away);
    expect(noted.at(-1)).toEndWith("; the list comes as soon as it can");
    fixture.central.start();
    await fixture.pass(4000);
    expect(printed).toHaveLength(1);
  });

  test("a script's status waits for the try that goes on", async () => {
    interactive = false;
    expect(await run("status", "", 3000)).toStartWith("the central cannot be reached: ");
  });

  test("get is accepted and waits", async () => {
    expect(await run("get", NAME, 10)).toBeNull();
    expect(queue.progress()).toMatchObject([{ label: NAME, note: expect.stringContaining("central") }]);
  });
});

describe("status and quit", () => {
  test("status prints the cluster", async () => {
    fixture.central.answer = (message) => {
      if (message.type === "tally") {
        fixture.central.send({ type: "tallied", request: message.request, rows: [], more: false });
      }
      if (message.type !== "status") return;
      const { request } = message;
      const state = { synchronized: true, missing: "", secondaries: [], ending: [], active: 3, waiting: 4 };
      fixture.central.send({ type: "state", request, ...state });
    };
    await enter();
    expect(await run("status", "", 100)).toBeNull();
    expect(printed).toEqual(["serving\n\ndownloads now: 3 active, 4 waiting"]);
  });

  test("status fails without a central", async () => {
    fixture.session.start();
    expect(await run("status", "", 100)).toContain("the central cannot be reached");
  });

  test("quit ends the client", async () => {
    await run("quit");
    expect(quits).toBe(1);
  });

  test("what names something needs an argument, others do not", () => {
    const required = commands.filter((one) => one.required === true).map(({ name }) => name);
    expect(required).toEqual(["get", "put", "remove", "mv", "restore", "name"]);
  });

  test("every command has a name in Spanish, a line of help and a name of its own", () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(words).size).toBe(words.length);
    for (const { aliases, help } of commands) {
      expect(aliases.some((alias) => alias === alias.toUpperCase())).toBe(true);
      expect(help).not.toBe("");
    }
  });
});

describe("orders", () => {
  /** What the central answers to orders; null: nothing. */
  function answering(fault: string | null = null, files = 2): void {
    fixture.central.answer = (message) => {
      if (message.type === "list-kept") {
        const version = {
          name: "f 3",
          number: 4,
          id: "a".repeat(64),
          size: 5,
          at: 7,
          why: "removed" as const,
          keepers: [2],
        };
        const { request } = message;
        fixture.central.send({ type: "kept-listing", request, versions: [version], more: true, silent: [3] });
      } else if (message.type === "remove-files" || message.type === "move-files" || message.type === "restore-file") {
        const { request } = message;
        fixture.central.send({ type: "carried-out", request, fault, files, bytes: 2048, number: 2, names: NAMES });
      }
    };
  }

  test("remove asks, and removes as many as it has asked about", async () => {
    await enter();
    answering();
    expect(await runToEnd("remove", "d/**")).toBeNull();
    expect(questions).toEqual(["remove 2 files (2.0 KiB) from every secondary?"]);
    expect(fixture.central.all("remove-files").map(({ what, files, names }) => [what, files, names])).toEqual([
      ["d/**", null, undefined],
      ["d/**", 2, NAMES],
    ]);
    expect(printed).toEqual(["2 files removed; the secondaries keep them for a while"]);
    confirms = false;
    expect(await runToEnd("remove", "d/**")).toBeNull();
    expect(printed.at(-1)).toBe("nothing was removed");
    expect(fixture.central.all("remove-files")).toHaveLength(3);
  });

  test("put takes a file, by its own name or another one", async () => {
    await enter();
    for (const [index, argument] of ["/data/film 1.mkv", '"my film.mkv" as series/', "a as b as c"].entries()) {
      expect(await runToEnd("put", argument)).toBeNull();
      // Each command looks at the disk before it asks.
      await fixture.until("it is asked for", () => puts.length === index + 1);
    }
    expect(puts).toEqual([
      ["/data/film 1.mkv", "film 1.mkv"],
      ["my film.mkv", "series/my film.mkv"],
      ["a as b", "c"],
    ]);
    expect(await runToEnd("put", "/data/.hidden")).toContain("a segment begins with a dot");
    expect(await runToEnd("put", "x as ../y")).toContain("a segment begins with a dot");
  });

  test("remove takes several, and all must be there", async () => {
    await enter();
    answering();
    const known = new Set(["two words", "a", "b c", "d/"]);
    const { answer } = fixture.central;
    fixture.central.answer = (message) => {
      if (message.type !== "remove-files" || known.has(message.what)) return answer(message);
      const { request, what } = message;
      fixture.central.send({ type: "refusal", request, code: "no-such-file", message: `there is no file ${what}` });
    };
    const asked = () =>
      fixture.central.all("remove-files").flatMap(({ what, files }) => (files === null ? [] : [what]));
    expect(await runToEnd("remove", "two words")).toBeNull();
    expect(asked()).toEqual(["two words"]);
    expect(await runToEnd("remove", 'a "b c" d/ a')).toBeNull();
    expect(asked().slice(1)).toEqual(["a", "b c", "d/"]);
    expect(questions.at(-1)).toBe("remove 6 files (6.0 KiB) from every secondary?");
    expect(printed.at(-1)).toBe("6 files removed; the secondaries keep them for a while");
    expect(await runToEnd("remove", "a nothing d/")).toBe("there is no file nothing");
    expect(await runToEnd("remove", "no such")).toBe("there is no file no such");
    expect(asked()).toHaveLength(4);
    confirms = false;
    expect(await runToEnd("remove", "--yes a")).toBeNull();
    expect(asked().at(-1)).toBe("a");
    expect(questions).toHaveLength(2);
    expect(await runToEnd("remove", "--yes")).toBe("remove needs a name, a folder or a pattern");
    expect(await runToEnd("remove", "--all")).toContain("unknown flag --all");
  });

  test("nothing kept of a name is something wrong, and nothing kept at all is not", async () => {
    await enter();
    let silent: number[] = [];
    fixture.central.answer = (message) => {
      if (message.type !== "list-kept") return;
      const { request } = message;
      fixture.central.send({ type: "kept-listing", request, versions: [], more: false, silent });
    };
    expect(await run("kept")).toBeNull();
    expect([printed, noted, wrongs]).toEqual([["nothing is kept"], [], []]);
    expect(await run("kept", "f 3")).toBeNull();
    silent = [4];
    expect(await run("kept", "g")).toBeNull();
    expect(printed).toHaveLength(1);
    expect(noted).toEqual([
      "the secondaries keep nothing of f 3",
      "the secondaries keep nothing of g; secondary 4 gave no answer, or the disk is missing there",
    ]);
    expect(wrongs).toEqual(["no-such-file", "no-such-file"]);
  });

  test("put takes several files that are here, into one folder", async () => {
    await enter();
    const folder = temporaryFolder();
    for (const name of ["a", "two words", "s/a"]) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), name);
    }
    const [a, two, other] = [`${folder}/a`, `${folder}/two words`, `${folder}/s/a`];
    const put = async (argument: string, count: number) => {
      puts = [];
      expect(await runToEnd("put", argument)).toBeNull();
      await fixture.until("all are asked for", () => puts.length === count);
      return puts;
    };
    expect(await put(two, 1)).toEqual([[two, "two words"]]);
    expect(await put(`${a} "${two}" as films/`, 2)).toEqual([
      [a, "films/a"],
      [two, "films/two words"],
    ]);
    expect(await put(`${a} ${folder}/nothing ${a}`, 2)).toEqual([
      [a, "a"],
      [`${folder}/nothing`, "nothing"],
    ]);
    expect(await put(`${folder}/no such file`, 1)).toEqual([[`${folder}/no such file`, "no such file"]]);
    puts = [];
    const oneName = "film is the name of one file, and there are 2; with / at its end it is a folder";
    expect(await runToEnd("put", `${a} "${two}" as film`)).toBe(oneName);
    expect(await runToEnd("put", `${a} ${other}`)).toBe("two of the files would be called a");
    expect(puts).toEqual([]);
  });

  test("put takes a folder with all in it, and says what it leaves out", async () => {
    await enter();
    const folder = temporaryFolder();
    for (const name of ["s/1.mkv", "s/t/2.mkv", "s/.hidden", "s/3.part"]) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), name);
    }
    expect(await runToEnd("put", `${folder}/s/ as films/`)).toBeNull();
    await fixture.until("both are asked for", () => puts.length === 2);
    expect(puts).toEqual([
      [`${folder}/s/1.mkv`, "films/s/1.mkv"],
      [`${folder}/s/t/2.mkv`, "films/s/t/2.mkv"],
    ]);
    expect(noted[0]).toBe(
      `${folder}/s/3.part is left out: it is named like a file that another program has not finished`,
    );
  });

  test("mv, kept and restore do and say what they do", async () => {
    await enter();
    answering(null, 1);
    expect(await run("mv", 'ant.bin "new name"')).toBeNull();
    expect(fixture.central.all("move-files")).toMatchObject([{ from: "ant.bin", to: "new name" }]);
    expect(await run("restore", "f 3")).toBeNull();
    expect(await run("restore", "f 3 4")).toBeNull();
    expect(fixture.central.all("restore-file").map(({ name, number }) => [name, number])).toEqual([
      ["f 3", null],
      ["f 3", 4],
    ]);
    expect(printed).toEqual([
      "ant.bin moved to new name",
      "f 3 is back at secondary 2, and the others copy it as the newest version",
      "f 3, version 4, is back at secondary 2, and the others copy it as the newest version",
    ]);
    expect(await run("kept")).toBeNull();
    expect(printed.at(-1)).toMatch(/f 3 +4 +5 B .* removed +2\n… and older ones\nsecondary 3 gave no answer/);
    expect(command("restore").complete?.("f")).toEqual(["f 3"]);
  });

  test("what the central does not do fails with its reason", async () => {
    await enter();
    answering("no");
    for (const [name, argument] of [
      ["remove", "f"],
      ["mv", "f g"],
      ["restore", "f"],
    ] as const)
      expect(await run(name, argument)).toBe("no");
    fixture.central.answer = (message) => {
      if (!("request" in message)) return;
      const { request } = message;
      fixture.central.send({ type: "refusal", request, code: "not-synchronized", message: "secondary 2 is missing" });
    };
    expect(await runToEnd("remove", "f")).toBe("the central does not serve yet: secondary 2 is missing");
    fixture.central.answer = () => {};
    expect(await run("mv", "f g", 20_000)).toBe("running");
    fixture.central.stop();
    expect(await run("mv", "f g", 100)).not.toBeNull();
  });
});
