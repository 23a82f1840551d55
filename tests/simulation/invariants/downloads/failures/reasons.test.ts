import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";
import type { Hand } from "../../../cluster/sim-cluster.ts";
import { FailureFixture, NAME, PATH } from "./failure-fixture.ts";

/** Each reason that clients give is taken for true where it is, and for a lie where nothing of the kind has happened. */

const WAIT_MS = 36_000;
const OTHER_ID = "other";
const PART = workFilesFor(PATH).part;

let run: FailureFixture;
beforeEach(() => {
  run = new FailureFixture();
});
afterEach(() => run.release());

test("a text that no client says is no reason, nor is none", () => {
  expect(run.lie(run.begin(), "something is wrong")).toMatch(/that is no reason for what is called failed/);
  expect(run.lie(run.begin(), "")).toMatch(/it has no reason/);
});

test("what has arrived is kept where the client says", () => {
  const said = (partFile: string) => run.lie(run.begin({ cancelled: true }), "it was cancelled", { partFile });
  run.put(run.bytes);
  expect(said(PATH)).toBeNull();
  expect(said(PART)).toBe(`there is no ${PART}`);
});

test("nobody listens where a server did not run a while ago, or refused connections", () => {
  const nobody = (host: string) => `secondary 1: cannot connect to ${host}:50001: nobody listens there`;
  const text = `no secondary has delivered anything for 1 s (${nobody("s1")}; ${nobody("s2")})`;
  const said = () => run.lie(run.begin({ startedAt: run.sim.now - 1000, waitMs: 1000 }), text);
  run.passes(1000);
  expect(said()).toBeNull();
  run.runs(1, true);
  run.passes(20_000);
  expect(said()).toBeNull();
  run.passes(10_000);
  expect(said()).toBe("s1 listened all the time");
  run.happens("refused connections", { server: 1, lastsMs: 500 });
  expect(said()).toBeNull();
  run.passes(30_000);
  run.runs(2, true);
  run.cluster.secondary(1).server.ends.push({ at: run.sim.now, kind: "killed", reason: "" });
  expect(said()).toBeNull();
  run.passes(30_000);
  expect(said()).toBe("s1 listened all the time");
});

test("too many files are open where the client's machine has no descriptors for a while", () => {
  const said = () => run.lie(run.begin(), "cannot open /home/downloads: too many open files");
  run.happens("no descriptors", { machine: 4, limit: 0, lastsMs: 5000 });
  run.happens("slow disk", { machine: 3, times: 10, lastsMs: 5000 });
  expect(said()).toBe("it could open files all the time");
  run.happens("no descriptors", { machine: 3, limit: 0, lastsMs: 5000 });
  expect(said()).toBeNull();
  run.passes(5100);
  expect(said()).toBe("it could open files all the time");
});

test("the thread that hashes fails where one has died since the download began", () => {
  const said = () => run.lie(run.begin(), "the hasher thread failed: out of memory");
  run.happens("death of a thread", { machine: 4, thread: 1 });
  expect(said()).toBe("no thread has died there");
  run.happens("death of a thread", { machine: 3, thread: 1 });
  expect(said()).toBeNull();
});

test("a download is cancelled by whoever presses Ctrl-C, or ends with a client that breaks the protocol", () => {
  const [text, lie] = ["it was cancelled", "nobody has stopped it"];
  expect(run.lie(run.begin({ cancelled: true }), text)).toBeNull();
  expect(run.lie(run.begin(), text)).toBe(lie);
  run.happens("broken peer", { machine: 4, what: "garbage", lastsMs: 5000 });
  expect(run.lie(run.begin(), text)).toBe(lie);
  run.happens("broken peer", { machine: 3, what: "garbage", lastsMs: 5000 });
  expect(run.lie(run.begin(), text)).toBeNull();
  run.passes(5100);
  expect(run.lie(run.begin(), text)).toBe(lie);
});

test("there is no file of a name that the catalogue lacked since the download began", () => {
  const said = () => run.lie(download, `there is no file ${NAME}`, { failure: "no-such-file" });
  run.central(run.id);
  run.passes(1000);
  let download = run.begin();
  expect(said()).toBe("the catalogue had it all the time");
  run.central(null);
  expect(said()).toBeNull();
  run.central(run.id);
  expect(said()).toBeNull();
  run.passes(1000);
  download = run.begin();
  expect(said()).toBe("the catalogue had it all the time");
});

test("a file exists with other content where there is one, and it is not to be replaced", () => {
  const text = `${PATH} exists with other content: move it`;
  expect(run.lie(run.begin(), text)).toBe("nothing is there");
  run.put(run.bytes);
  expect(run.lie(run.begin(), text)).toBe("it is what was to be there");
  run.put(run.bytes.subarray(1));
  expect(run.lie(run.begin(), text)).toBeNull();
  expect(run.lie(run.begin({ force: true }), text)).toBe("it was to be replaced");
  expect(run.lie(run.begin({ path: null }), text)).toBe("it was to be replaced");
});

test("a file was replaced or removed if the catalogue had another version since the download began, or none", () => {
  const text = "it was replaced or removed while it was being downloaded; ask again for the version of now";
  run.central(run.id);
  run.passes(1000);
  const download = run.begin();
  expect(run.lie(download, text)).toBe("it was the catalogue's all the time");
  run.central(OTHER_ID);
  expect(run.lie(download, text)).toBeNull();
  expect(run.lie(download, text, { id: OTHER_ID })).toBeNull();
  run.passes(1000);
  expect(run.lie(run.begin(), text, { id: OTHER_ID })).toBe("it was the catalogue's all the time");
});

test("another redes downloads to a path if one did within the time that the client has waited for it", () => {
  const text = `another redes is downloading to ${PATH}: it works in ${PART}`;
  for (const elsewhere of [{ client: "c2" }, { path: "/home/downloads/other" }]) {
    run.begin(elsewhere);
    expect(run.lie(run.begin(), text)).toBe("no other one was");
    run.cluster.downloads.length = 0;
  }
  const other = run.begin();
  expect(run.lie(run.begin(), text)).toBeNull();
  Object.assign(other, { state: "killed", endedAt: run.sim.now });
  run.cluster.downloads.splice(1);
  expect(run.lie(run.begin(), text)).toBeNull();
  run.cluster.downloads.splice(1);
  run.passes(6100);
  expect(run.lie(run.begin(), text)).toBe("no other one was");
});

test("a file has come into being if another download went on, and a file is there", () => {
  const text = `${PATH} has come into being meanwhile: the finished download is in ${PART}`;
  const other = run.begin();
  const download = run.begin();
  expect(run.lie(download, text)).toBe("nobody put it there");
  run.put(run.bytes);
  expect(run.lie(download, text)).toBeNull();
  run.cluster.downloads.splice(run.cluster.downloads.indexOf(other), 1);
  expect(run.lie(download, text)).toBe("nobody put it there");
});

describe("somebody has changed, replaced or moved a part", () => {
  const texts = {
    changed: `${PART} was changed by somebody while it grew: 1 piece of 2 must come again; run it once more`,
    replaced: `${PART} was replaced by another file while it grew: nothing was put at ${PATH}; run it again`,
    moved: `${PART} was moved or removed while it grew: nothing was put at ${PATH}; run it again`,
    written: `${PATH} was written to while it got its name: what is there was not verified`,
    cut: `${PART} cannot be checked: it has no longer 6 bytes`,
    missing: `cannot rename ${PART}: there is no such file or folder`,
  };
  const hand = (what: Hand, news: { host?: string; path?: string } = {}) =>
    run.cluster.hands.push({ at: run.sim.now, host: "c1", path: PART, hand: what, ...news });

  test.each([
    [texts.changed, ["truncate", "overwrite", "replace"]],
    [texts.replaced, ["replace"]],
    [texts.moved, ["delete"]],
    [texts.written, ["truncate", "overwrite", "replace"]],
    [texts.cut, ["truncate", "overwrite", "replace"]],
    [texts.missing, ["delete", "replace"]],
  ] as const)("%s", (text, hands) => {
    const download = run.begin();
    for (const what of ["delete", "truncate", "overwrite", "replace"] as const) {
      run.cluster.hands.length = 0;
      hand(what, { host: "c2" });
      hand(what, { path: `${PART}2` });
      expect(run.lie(download, text)).toBe("nobody laid hands on it");
      hand(what);
      expect(run.lie(download, text)).toBe(hands.some((one) => one === what) ? null : "nobody laid hands on it");
    }
  });

  test("or what has just got the name", () => {
    const download = run.begin();
    hand("delete", { path: PATH });
    expect(run.lie(download, texts.written)).toBeNull();
    expect(run.lie(download, texts.moved)).toBe("nobody laid hands on it");
  });

  test("at a time at which it can have been this one", () => {
    hand("delete");
    hand("overwrite");
    run.passes(100);
    const download = run.begin();
    expect(run.lie(download, texts.moved)).toBe("nobody laid hands on it");
    // What was changed between two tries may be noticed at the end.
    expect(run.lie(download, texts.changed)).toBeNull();
    const other = run.begin({ state: "done", endedAt: run.sim.now, finished: { present: true } as never });
    expect(run.lie(download, texts.changed)).toBeNull();
    Object.assign(other, { finished: { present: false } });
    expect(run.lie(download, texts.changed)).toBe("nobody laid hands on it");
  });
});

describe("no secondary has delivered anything", () => {
  const text = "no secondary has delivered anything for 36 s (secondary 1 at s1:50001: no answer yet)";

  test("for as long as was said", () => {
    const download = run.begin();
    run.passes(30_000);
    expect(run.lie(download, text)).toBe("it was to wait for 36 s");
    run.passes(6000);
    expect(run.lie(download, text)).toBeNull();
  });

  /** A download waits in vain while the first secondary has a version; what happens does so a while before the end. */
  function waitInVain(happens: () => void, agoMs: number, id = run.id): string | null {
    run.holds(1, id);
    const download = run.begin();
    run.passes(WAIT_MS - agoMs);
    happens();
    run.passes(agoMs);
    return run.lie(download, text);
  }

  test("where none had it, or not for long", () => {
    expect(waitInVain(() => {}, 0)).toBe("secondary 1 had it for long, and nothing was wrong there");
    expect(waitInVain(() => {}, 0, OTHER_ID)).toBeNull();
    expect(waitInVain(() => run.holds(1, run.id), 20_000, OTHER_ID)).toBeNull();
  });

  test("where a fault was between the client and each that had it", () => {
    const cut = (machine: number, other: number) => () =>
      run.happens("partition", { machine, other, oneWay: false, lastsMs: 5000 });
    expect(waitInVain(cut(1, 3), 40_000)).not.toBeNull();
    expect(waitInVain(cut(2, 3), 20_000)).not.toBeNull();
    expect(waitInVain(cut(1, 4), 20_000)).not.toBeNull();
    expect(waitInVain(cut(1, 3), 20_000)).toBeNull();
  });
});

describe("the central cannot be reached", () => {
  const texts = ["the central cannot be reached: nobody answers", "the central central:50000 has not answered"];

  test.each(texts)("%s", (text) => {
    const said = () => run.lie(download, text, { failure: "unreachable" });
    let download = run.begin({ waitMs: 6000 });
    run.happens("kill a server", { server: 0, downMs: 20_000 });
    expect(said()).toBe("it was to wait for 6 s");
    run.passes(6000);
    expect(said()).toBeNull();
    run.passes(60_000);
    download = run.begin({ waitMs: 6000 });
    run.happens("kill a server", { server: 1, downMs: 20_000 });
    run.happens("reset connections", { machine: 1, other: 3 });
    run.passes(6000);
    expect(said()).toBe("nothing was wrong with either of them, or the way between");
    run.happens("reset connections", { machine: 3, other: 0 });
    expect(said()).toBeNull();
  });
});

test("the central serves nobody", () => {
  const said = (text = "1 of 2 secondaries registered, 1 missing") => run.lie(download, text);
  run.central(run.id);
  run.passes(1000);
  const download = run.begin({ waitMs: 6000 });
  expect(said()).toBe("it was to wait for 6 s");
  run.passes(6000);
  expect(said()).toBe("it served all the time");
  run.central(run.id, "1 of 2 secondaries registered, 1 missing");
  expect(said()).toBeNull();
  run.passes(30_000);
  const lie = "nothing was wrong with any server for long, and nobody did anything";
  expect(said()).toBe(lie);
  run.happens("slow link", { machine: 0, other: 3, bytesPerMs: 1, delayMs: 0, lastsMs: 100 });
  run.passes(30_000);
  expect(said()).toBe(lie);
  run.happens("kill a server", { server: 2, downMs: 100 });
  expect(said()).toBeNull();
});
