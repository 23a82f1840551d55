import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { granting, HostileCentral, until } from "../support/hostile-central.ts";
import { Liar } from "../support/liar.ts";
import { content } from "../unit/transfer/content.ts";

/** Names that other disks hold, ordered and granted by a central: this one's hold components of 255 bytes. */

const FILE = content(3000);
const REASON = "its name is too long, the disk here cannot hold such a name: rename the file where it comes from";

let cluster: Cluster;
let central: HostileCentral;
let source: Liar;

beforeEach(() => {
  cluster = new Cluster();
  central = new HostileCentral(cluster.centralPort);
  source = Liar.alone(FILE, "the right bytes");
});

afterEach(async () => {
  await source[Symbol.asyncDispose]();
  central[Symbol.dispose]();
  await cluster[Symbol.asyncDispose]();
});

const sources = () => [{ number: 7, host: "127.0.0.1", port: source.port, partial: false }];

test.each(["", "folder/", "é".repeat(127)])(
  "a secondary says which names its disk cannot hold (%j)",
  async (before) => {
    const longest = `${before}${"n".repeat(255 - (before.endsWith("/") ? 0 : Buffer.byteLength(before)))}`;
    cluster.startSecondary(1);
    const session = await central.secondary();
    const file = { ...FILE.version, vector: "bbbbbbbb:1", edits: "", modified: 0, blake3: null, sha256: null, at: [7] };
    session.send({ type: "fetch", sources: sources(), files: [{ ...file, name: `${longest}n` }] });
    expect(await session.hears("unfetched")).toMatchObject({ name: `${longest}n`, reason: REASON, lasting: true });
    expect(source.asked).toBe(0);
    session.send({ type: "fetch", sources: sources(), files: [{ ...file, name: `${longest}n/x` }] });
    await until(
      "the other is refused, too",
      () => session.heard.filter(({ type }) => type === "unfetched").length === 2,
    );
    expect(session.heard.at(-1)).toMatchObject({ name: `${longest}n/x`, reason: REASON, lasting: true });
    expect(fs.readdirSync(cluster.folder(1))).toEqual([".redes"]);
  },
);

test.each(["", "folder/"])(
  "a client gets the longest name that its disk can hold, and says so of a longer one (%j)",
  async (folder) => {
    const { id } = FILE.version;
    central.answers = {
      download: granting(FILE.version),
      watch: ({ name }) => ({ type: "sources", name, id, sources: sources(), superseded: false }),
      finish: ({ report }) => ({ type: "counted", download: report.download }),
    };
    const dir = cluster.downloads();
    const longest = `${folder}${"n".repeat(255)}`;
    const get = async (name: string) => {
      const program = cluster.client(["get", name, "--dir", dir]);
      return [await program.within(program.exited, "ends"), program.err.all.join("\n")] as const;
    };
    expect((await get(longest))[0]).toBe(0);
    expect(fs.readFileSync(path.join(dir, longest)).equals(FILE.bytes)).toBe(true);
    const [code, text] = await get(`${longest}n`);
    expect(code).toBe(1);
    expect(text).toContain("the disk cannot hold such a name");
    expect(fs.readdirSync(path.join(dir, folder)).filter((name) => !name.startsWith("n"))).toEqual([]);
  },
);
