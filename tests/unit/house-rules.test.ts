import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parse } from "@babel/parser";

/** Rules of src/README.md that no compiler checks. */

// To parse every file takes a busy machine longer than a test has otherwise.
setDefaultTimeout(120_000);

const ROOT = join(import.meta.dir, "../..");
const FILES = [...new Bun.Glob("src/**/*.{ts,tsx}").scanSync(ROOT)].sort();
/** The document of the page, which says where the code of the page begins. */
const DOCUMENT = "src/web/index.html";
const sources = new Map([...FILES, DOCUMENT].map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

/** What each folder of src may import besides itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  sentences: [],
  platform: ["sentences"],
  protocol: ["platform", "sentences"],
  text: ["protocol", "platform", "sentences"],
  keys: ["protocol", "platform", "sentences"],
  net: ["keys", "protocol", "platform", "sentences"],
  hashing: ["protocol", "platform", "sentences"],
  transfer: ["hashing", "net", "keys", "protocol", "platform", "sentences"],
  console: ["text", "platform", "sentences"],
  web: [],
  http: ["net", "keys", "text", "protocol", "platform", "sentences"],
  central: ["http", "net", "keys", "text", "protocol", "platform", "sentences"],
  secondary: ["http", "transfer", "hashing", "net", "keys", "text", "protocol", "platform", "sentences"],
  client: ["http", "transfer", "hashing", "net", "keys", "text", "protocol", "platform", "sentences"],
  cli: [
    ...["console", "central", "secondary", "client", "http", "transfer", "hashing", "net", "keys", "text", "protocol"],
    ...["platform", "sentences"],
  ],
};
/** The same for each folder of src/web, of which each folder of views is one for itself. */
const BELOW_IN_WEB: Readonly<Record<string, readonly string[]>> = {
  api: [],
  format: [],
  routing: [],
  text: ["format"],
  store: ["api"],
  parts: ["store", "api", "text", "format", "routing"],
  frame: ["parts", "store", "api", "text", "format", "routing"],
  views: ["parts", "store", "api", "text", "format", "routing"],
};
/** What the page has in common with consoles: it needs nothing that a browser has not. */
const LANGUAGE = new Set(["src/text/language.ts", "src/text/plural.ts"]);
/** Files that show a role's state on the console. */
const SHOWS = new Set([
  "src/central/commands.ts",
  "src/central/console/cluster-tables.ts",
  "src/central/console/key-table.ts",
  "src/secondary/commands.ts",
  "src/client/commands.ts",
  "src/client/verify/commands.ts",
  "src/client/console/order-commands.ts",
  "src/client/console/order-texts.ts",
  "src/client/console/put-command.ts",
  "src/client/console/download-commands.ts",
  "src/client/tables.ts",
]);
/** Lines of a file and of a function, and files of a folder without those in its subfolders. */
const [MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_FOLDER_FILES] = [300, 60, 13];

/** Tests that were longer when the rule came for tests too. No other may become so; whoever shortens one removes it from here. */
const LONG_TESTS = [
  "tests/e2e/commandline.test.ts",
  "tests/e2e/console.test.ts",
  "tests/property/hostile-peers.test.ts",
  "tests/simulation/world/disk/faults.test.ts",
  "tests/simulation/world/disk/power-loss.test.ts",
  "tests/support/cluster.ts",
  "tests/unit/central/central.test.ts",
  "tests/unit/client/central-session.test.ts",
  "tests/unit/client/commands.test.ts",
  "tests/unit/client/downloads/download-job.test.ts",
  "tests/unit/net/session/central-connection.test.ts",
  "tests/unit/net/session/open-channel.test.ts",
  "tests/unit/net/transport/tcp.test.ts",
  "tests/unit/secondary/changes/folder-changes.test.ts",
  "tests/unit/secondary/index/file-records.test.ts",
  "tests/unit/secondary/kept/kept-storage.test.ts",
  "tests/unit/secondary/repair/repairs.test.ts",
  "tests/unit/secondary/replication/local/local-copier.test.ts",
  "tests/unit/secondary/replication/replicator.test.ts",
  "tests/unit/secondary/scanning/watch.test.ts",
  "tests/unit/transfer/connection/piece-connection.test.ts",
  "tests/unit/transfer/connection/small-files-connection.test.ts",
  "tests/unit/transfer/download.test.ts",
];

function offenders(pattern: RegExp, allowed: (file: string) => boolean): string[] {
  return FILES.filter((file) => !allowed(file) && pattern.test(sources.get(file) ?? ""));
}

function importsOf(file: string): string[] {
  const text = sources.get(file) ?? "";
  const found = text.matchAll(file === DOCUMENT ? /src="(\.[^"]+)"/g : /(?:from |import\()"(\.[^"]+)"/g);
  return [...found].map(([, path]) => normalize(join(dirname(file), path ?? "")));
}

const folderOf = (file: string) => file.split("/")[1] ?? "";

test("imports point downward", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    const allowed = BELOW[folderOf(file)];
    if (!allowed) continue;
    for (const target of importsOf(file)) {
      const folder = folderOf(target);
      const fine = folder === folderOf(file) || allowed.includes(folder) || !target.startsWith("src/");
      if (!fine && !isException(file, target)) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

function isException(file: string, target: string): boolean {
  if (folderOf(target) === "console") return SHOWS.has(file);
  if (LANGUAGE.has(target)) return folderOf(file) === "web";
  if (target === DOCUMENT) return file.startsWith("src/http/page/");
  return folderOf(file) === "web" && isOfInterface(target) && !importsValues(file, target);
}

/** Whether a file says what programs can ask, and what they hear: the page is one of them. */
function isOfInterface(file: string): boolean {
  const folders = ["src/http/api/", "src/http/events/"];
  return folders.some((folder) => file.startsWith(folder)) || file === "src/http/access/session-answers.ts";
}

/** Whether a file imports more than types from another one, whose code would get into the page. */
function importsValues(file: string, target: string): boolean {
  const statements = (sources.get(file) ?? "").matchAll(/^(?:import|export)( type)?\b[^;"]*"(\.[^"]+)"/gm);
  return [...statements].some(([, type, path]) => !type && normalize(join(dirname(file), path ?? "")) === target);
}

test("imports point downward within the page, and no view knows another", () => {
  const layerOf = (file: string) =>
    file
      .split("/")
      .slice(2, file.startsWith("src/web/views/") ? 4 : 3)
      .join("/");
  const wrong: string[] = [];
  for (const file of FILES) {
    const layer = layerOf(file);
    const allowed = BELOW_IN_WEB[layer.split("/")[0] ?? ""];
    // What is in no folder connects all.
    if (!file.startsWith("src/web/") || !allowed || file === "src/web/views/views.ts") continue;
    for (const target of importsOf(file)) {
      const fine = !target.startsWith("src/web/") || layerOf(target) === layer || allowed.includes(layerOf(target));
      if (!fine) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the page uses nothing that a browser has not", () => {
  expect(
    offenders(
      /\bBun\.|\bprocess\.|\bBuffer\b|"(node|bun):/,
      (file) => !file.startsWith("src/web/") && !LANGUAGE.has(file),
    ),
  ).toEqual([]);
});

test("an exported class or type has a name that no other has, on the page and beside it", () => {
  const places = new Map<string, string[]>();
  for (const file of FILES) {
    const declared = (sources.get(file) ?? "").matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)/gm);
    for (const [, name = ""] of declared) {
      // The page has its own words for what it shows.
      const key = `${name} ${file.startsWith("src/web/") ? "of the page" : "of the program"}`;
      places.set(key, [...(places.get(key) ?? []), file]);
    }
  }
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});

test("no import circles, over imports of types too", () => {
  expect(importCircles()).toEqual([]);
});

/** Each group of files that import each other, directly or through others. */
function importCircles(): string[][] {
  const reached = new Map(FILES.map((file) => [file, reachedFrom(file)]));
  const inCircles = FILES.filter((file) => reached.get(file)?.has(file));
  const circles = inCircles.map((file) => {
    return inCircles.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file));
  });
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

/** All files that one imports, directly or through others; itself only where it is in a circle. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of importsOf(next)) {
      if (!sources.has(target) || reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}

test("sockets are in one file, and those of multicast in another", () => {
  const files = new Set([
    "src/net/transport/tcp.ts",
    "src/net/transport/multicast/udp-multicast.ts",
    "src/net/address/address.ts",
  ]);
  expect(offenders(/Bun\.(listen|connect|udpSocket)\b|node:(net|dgram)"/, (file) => files.has(file))).toEqual([]);
});

test("HTTP is served in two files", () => {
  const files = new Set(["src/http/server/http-server.ts", "src/http/server/exchange.ts"]);
  expect(offenders(/Bun\.serve\b|from "node:https?"/, (file) => files.has(file))).toEqual([]);
});

test("SQL is in one file for each role", () => {
  const stores = new Set(["src/central/store.ts", "src/secondary/store.ts", "src/platform/sqlite.ts"]);
  expect(offenders(/bun:sqlite|\b(SELECT|INSERT|UPDATE|DELETE) /, (file) => stores.has(file))).toEqual([]);
});

test("time and chance come in through ports", () => {
  // How long a socket may be idle is the runtime's business.
  const pattern =
    /Date\.now\(|performance\.now\(|Math\.random\(|(?<!socket\.)\bset(Timeout|Interval)\(|getRandomValues/;
  const ports = new Set(["src/platform/clock.ts", "src/platform/random.ts", "src/web/api/page-clock.ts"]);
  expect(offenders(pattern, (file) => ports.has(file) || file.startsWith("src/cli/"))).toEqual([]);
});

test("the process is ended in main.ts alone", () => {
  expect(offenders(/process\.(exit|abort)\(/, (file) => file === "src/main.ts")).toEqual([]);
});

const isLong = (text: string) => text.trimEnd().split("\n").length > MAX_FILE_LINES;

test("no file is long", () => {
  expect(FILES.filter((file) => isLong(sources.get(file) ?? ""))).toEqual([]);
});

test("no test is long, but those that are known", () => {
  const tests = [...new Bun.Glob("tests/**/*.ts").scanSync(ROOT)].sort();
  expect(tests.filter((file) => isLong(readFileSync(join(ROOT, file), "utf8")))).toEqual(LONG_TESTS);
});

test("no folder has many files", () => {
  const counts = new Map<string, number>();
  for (const file of FILES) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MAX_FOLDER_FILES)).toEqual([]);
});

test("no function is long", () => {
  const long = FILES.flatMap((file) =>
    functionsOf(sources.get(file) ?? "").flatMap(({ line, lines }) =>
      lines > MAX_FUNCTION_LINES ? [`${file}:${line} has ${lines} lines`] : [],
    ),
  );
  expect(long).toEqual([]);
});

interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
}

/** Every function of a source text, with those inside it. */
function functionsOf(text: string): { line: number; lines: number }[] {
  const found: { line: number; lines: number }[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const { type, loc } = node as SyntaxNode;
    if (loc && /Function|Method$/.test(type) && !type.startsWith("TS")) {
      found.push({ line: loc.start.line, lines: loc.end.line - loc.start.line + 1 });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(text, { sourceType: "module", plugins: ["typescript", "jsx"] }).program);
  return found;
}

test("every file is reached from the beginning of the program", () => {
  const reached = new Set<string>();
  const follow = (file: string) => {
    if (reached.has(file) || !sources.has(file)) return;
    reached.add(file);
    for (const target of importsOf(file)) follow(target);
  };
  follow("src/main.ts");
  expect(FILES.filter((file) => !reached.has(file) && !file.endsWith(".d.ts"))).toEqual([]);
});
