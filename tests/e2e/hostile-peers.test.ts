import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Messages } from "../../src/protocol/messages/messages.ts";
import { Cluster } from "../support/cluster.ts";
import { put } from "../support/files.ts";
import { granting, HostileCentral, type HostileSession, until } from "../support/hostile-central.ts";
import { Liar, type Lie } from "../support/liar.ts";
import type { Program } from "../support/process.ts";
import { type Content, content } from "../unit/transfer/content.ts";

const FILM = content(3_000_000);
const VICTIM = "precious";

let cluster: Cluster;
let central: HostileCentral;
/** What no peer may read from or write to: it lies beside the shared folder, and that of the downloads. */
let outside: string;

beforeEach(() => {
  cluster = new Cluster();
  central = new HostileCentral(cluster.centralPort);
  outside = path.join(cluster.root, "outside");
  put(outside, "victim", VICTIM);
});

afterEach(async () => {
  central[Symbol.dispose]();
  await cluster[Symbol.asyncDispose]();
});

/** All that is outside, with what is in it; and all names beside it. */
function expectNothingOutside(): void {
  expect(fs.readdirSync(outside)).toEqual(["victim"]);
  expect(fs.readFileSync(path.join(outside, "victim"), "utf8")).toBe(VICTIM);
  const expected = /^(outside|videos\d+|data\d+|downloads\d+|\.local|redes|\.redes)$/;
  expect(fs.readdirSync(cluster.root).filter((name) => !expected.test(name))).toEqual([]);
}

/** Names in a folder, at any depth, but for what is hidden. */
function namesIn(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => !/^\.redes|^link\//.test(name)).sort();
}

const ordered = (name: string, { version }: Content) => ({
  ...{ name, ...version, vector: "bbbbbbbb:1", edits: "", modified: 0, blake3: null, sha256: null, at: [7] },
});

/** Orders whose names lead somewhere, by how they are written; `to` is a path outside. */
const TRAVERSALS = (to: string): readonly string[] => [
  "../evil",
  "a/../../evil",
  to,
  "..",
  "a//b",
  ".redes/marker",
  "a\0b",
];

describe("a hostile central, against a real secondary", () => {
  let source: Liar;
  let session: HostileSession;

  beforeEach(async () => {
    source = Liar.alone(FILM, "the right bytes");
    put(cluster.folder(1), "mine", "mine");
    put(cluster.folder(1), "sub/film", VICTIM);
    fs.symlinkSync(outside, path.join(cluster.folder(1), "link"));
    cluster.startSecondary(1);
    session = await central.secondary();
  });

  afterEach(() => source[Symbol.asyncDispose]());

  const sources = () => [{ number: 7, host: "127.0.0.1", port: source.port, partial: false }];

  test("an honest order is carried out: what follows would be, too", async () => {
    session.send({ type: "fetch", sources: sources(), files: [ordered("new/film", FILM)] });
    await until("it is copied", () => fs.existsSync(path.join(cluster.folder(1), "new/film")));
    expect(fs.readFileSync(path.join(cluster.folder(1), "new/film")).equals(FILM.bytes)).toBe(true);
    expectNothingOutside();
  });

  const id = FILM.version.id;
  const victim = () => central.announced.get("sub/film")?.id ?? "";
  const ORDERS: readonly [string, (name: string) => object][] = [
    ["fetch", (name) => ({ type: "fetch", sources: sources(), files: [ordered(name, FILM)] })],
    [
      "remove",
      (name) => ({ type: "remove", serial: 1, name, id: victim(), vector: "bbbbbbbb:9", edits: "", moved: null }),
    ],
    ["conflict", (name) => ({ type: "conflict", name, id: victim(), as: "taken" })],
    ["conflict as", (name) => ({ type: "conflict", name: "sub/film", id: victim(), as: name })],
    ["restore", (name) => ({ type: "restore", request: 1, name, id })],
    ["sources", (name) => ({ type: "sources", name, id, sources: sources(), superseded: false })],
    ["agreed", (name) => ({ type: "agreed", files: [{ name, id, vector: "bbbbbbbb:1", edits: "" }] })],
    ["withdraw", (name) => ({ type: "withdraw", names: [name] })],
    ["kept", (name) => ({ type: "kept", request: 1, name, before: null })],
  ];

  test("a central has a secondary do nothing under a name that leads out of its folder", async () => {
    const names = TRAVERSALS(path.join(outside, "evil"));
    for (const [index, [what, order]] of ORDERS.entries()) {
      session = await central.secondary();
      const name = names[index % names.length] ?? "";
      session.send(order(name));
      await session.ends();
      expect([what, name, session.ended]).toEqual([what, name, expect.stringMatching(/\b(name|names\.0|as): /)]);
    }
    await central.secondary();
    expect(namesIn(cluster.folder(1))).toEqual(["link", "mine", "sub", "sub/film"]);
    expectNothingOutside();
  });

  test("a central has a secondary do nothing behind a link that leads out of its folder", async () => {
    session.send({ type: "fetch", sources: sources(), files: [ordered("link/evil", FILM)] });
    expect((await session.hears("unfetched")).reason).toContain("a symbolic link");
    session.send({
      type: "remove",
      serial: 1,
      name: "link/victim",
      id: victim(),
      vector: "bbbbbbbb:9",
      edits: "",
      moved: null,
    });
    await session.hears("removed");
    session.send({ type: "conflict", name: "link/victim", id: victim(), as: "got" });
    session.send({ type: "conflict", name: "sub/film", id: victim(), as: "link/got" });
    session.send({ type: "restore", request: 5, name: "link/victim", id: victim() });
    expect((await session.hears("restored")).fault).toContain("nothing");
    await cluster.secondary(1).terminate();
    expect(namesIn(cluster.folder(1))).toEqual(["link", "mine", "sub", "sub/film"]);
    expectNothingOutside();
  });

  test("a central is told of nothing outside a shared folder, hidden or kept, and nothing of it is served", async () => {
    const announced = [...central.announced.keys()].sort();
    expect(announced).toEqual(["mine", "sub/film"]);
    fs.unlinkSync(path.join(cluster.folder(1), "sub/film"));
    fs.symlinkSync(path.join(outside, "victim"), path.join(cluster.folder(1), "sub/film"));
    await until("it is gone", () =>
      session.heard.some((one) => one.type === "announce" && one.gone.includes("sub/film")),
    );
    expect([...central.announced.keys()].sort()).toEqual(announced);
    expectNothingOutside();
  });

  test.each(["wrong bytes", "too many", "too few", "garbage"] as const)(
    "a source that lies (%s) puts nothing there",
    async (lie) => {
      await using liar = Liar.alone(FILM, lie);
      const at = [{ number: 7, host: "127.0.0.1", port: liar.port, partial: false }];
      session.send({ type: "fetch", sources: at, files: [ordered("new/film", FILM)] });
      await session.hears("accuse");
      expect(namesIn(cluster.folder(1))).toEqual(["link", "mine", "sub", "sub/film"]);
      expectNothingOutside();
      cluster.leavesParts = true;
    },
  );
});

describe("a hostile central and hostile sources, against a real client", () => {
  /** Answers a download of the film with this version, from this source. */
  function grant(source: Liar, changes: object = {}): void {
    central.answers = {
      download: granting(FILM.version, changes),
      watch: ({ name, id: wanted }) => {
        const sources = [{ number: 7, host: "127.0.0.1", port: source.port, partial: false }];
        return { type: "sources", name, id: wanted, sources, superseded: false };
      },
      finish: ({ report }) => ({ type: "counted", download: (report as Messages["finish"]["report"]).download }),
    };
  }

  /** Waits until a client has ended its session because of a name, and ends it. */
  async function refused(program: Program): Promise<void> {
    const before = central.sessions.length;
    const named = () => central.sessions.slice(before).find(({ ended }) => ended !== null)?.ended ?? null;
    await until("the client ends its session", () => named() !== null);
    expect(named()).toMatch(/\bname: /);
    if (program.alive) await program.kill();
  }

  async function get(name: string, dir: string, ...args: string[]): Promise<number | null> {
    const program = cluster.client(["get", name, "--dir", dir, "--wait", "2", "--json", ...args]);
    return program.within(program.exited, "ends");
  }

  test("an honest download arrives: what follows would, too", async () => {
    await using source = Liar.alone(FILM, "the right bytes");
    grant(source);
    const dir = cluster.downloads();
    expect(await get("sub/film", dir)).toBe(0);
    expect(fs.readFileSync(path.join(dir, "sub/film")).equals(FILM.bytes)).toBe(true);
    expectNothingOutside();
  });

  test.each(["../evil", "a/../../evil", "/evil"])(
    "a central has a client write nothing outside its folder, under the name %j",
    async (name) => {
      await using source = Liar.alone(FILM, "the right bytes");
      grant(source, { name });
      const dir = cluster.downloads();
      const program = cluster.client(["get", "film", "--dir", dir, "--json"]);
      await refused(program);
      expect(namesIn(dir)).toEqual([]);
      expectNothingOutside();
    },
  );

  test.each(["wrong bytes", "too many", "too few", "garbage"] satisfies Lie[])(
    "a source that lies (%s) finishes no file",
    async (lie) => {
      await using source = Liar.alone(FILM, lie);
      grant(source);
      const dir = cluster.downloads();
      expect(await get("film", dir)).not.toBe(0);
      expect(namesIn(dir).filter((name) => !name.startsWith("."))).toEqual([]);
      expectNothingOutside();
      cluster.leavesParts = true;
    },
  );

  test("a central has a client show no name that leads out of a folder or commands a terminal", async () => {
    for (const name of ["../evil", "/etc/passwd", "a\u001b[2J", "a\nb"]) {
      central.answers = {
        list: ({ request }) => ({
          type: "listing",
          request,
          files: [{ name, size: 1, id: FILM.version.id, modified: 0, blake3: null, sha256: null, sources: 1 }],
          more: false,
        }),
      };
      const program = cluster.client(["list"]);
      await refused(program);
      expect(program.out.all).toEqual([]);
      expect(program.err.all.join("\n")).not.toContain("\u001b[2J");
    }
  });

  test("no text of its turns the writing or commands a terminal, also where there is none", async () => {
    const evil = "a\u202efdp.exe\u2066\u001b[2J\u009b2J";
    const row = { number: 1, address: evil, state: "lost", reason: evil, files: 0, accusations: 0 };
    const figures = { room: null, sending: 0, receiving: 0, left: { files: 0, bytes: 0, seconds: null } };
    const secondaries = [{ ...row, ...figures, obstacles: 1, obstacle: `name: ${evil}` }];
    central.answers = {
      download: ({ download }) => ({ type: "denied", download, code: "no-such-file", message: evil }),
      status: ({ request }) => {
        return {
          type: "state",
          request,
          synchronized: false,
          missing: evil,
          secondaries,
          ending: [],
          active: 0,
          waiting: 0,
        };
      },
      tally: ({ request }) => ({ type: "tallied", request, rows: [{ name: evil, downloads: 1 }], more: false }),
      list: ({ request }) => ({ type: "refusal", request, code: "not-synchronized", message: evil }),
    };
    for (const [args, code] of [
      [["get", "film"], 3],
      [["get", "film", "--quiet"], 3],
      [["status"], 0],
      [["list"], 1],
    ] as const) {
      const program = cluster.client(args);
      expect([args, await program.within(program.exited, "ends")]).toEqual([args, code]);
      const shown = [...program.out.all, ...program.err.all].join("");
      expect(shown).toContain("fdp.exe");
      expect([args, /[\u202a-\u202e\u2066-\u2069\p{Cc}]/u.exec(shown)]).toEqual([args, null]);
    }
  });

  test("a central has a client follow no link in its folder of downloads", async () => {
    await using source = Liar.alone(FILM, "the right bytes");
    grant(source);
    const dir = cluster.downloads();
    fs.symlinkSync(outside, path.join(dir, "sub"));
    expect(await get("sub/victim", dir, "--force")).not.toBe(0);
    expectNothingOutside();
  });
});
