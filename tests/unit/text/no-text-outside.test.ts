import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@babel/parser";
import { spanish } from "../../../src/sentences/spanish/spanish.ts";

/** What is said at a terminal stands in a table of texts, where every language has it. */

// A machine that is busy with other tests may be slow.
setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "../../..");
/** Where texts for a terminal are made. */
const SPEAKING = [
  "src/cli/**/*.ts",
  "src/client/**/*.ts",
  "src/console/**/*.ts",
  "src/central/commands.ts",
  "src/central/console/*.ts",
  "src/secondary/commands.ts",
  "src/secondary/replication/copy-progress.ts",
  "src/transfer/**/*.ts",
  "src/keys/{certificate,end-warnings,key-contents,key-error,key-file,key-material}.ts",
  "src/net/{session,transport}/*.ts",
  "src/platform/disk/**/*.ts",
  "src/platform/sqlite.ts",
  "src/protocol/name.ts",
];
/** Of these the log of a server, or a program that asks over HTTP, which read English. */
const ENGLISH = [
  "src/client/http/",
  // The command lines of examples; what they are for is checked by the compiler.
  "src/cli/help/examples.ts",
  "src/client/streaming/",
  "src/net/session/{disconnection-log,fairness/server-load}.ts",
  "src/net/transport/{connection-limit,listening,renewed-listener,unfinished-handshakes}.ts",
  "src/transfer/scheduling/",
];
/** Two words in a row: what a program says to people has them, and names of events and of commands do not. */
const WORDS = /\p{Ll}{2,} \p{Ll}{2,}/u;
/** Faults of the program itself and of peers that break the protocol, names of state machines, and lines of the log of servers. */
const KNOWN = new Map([
  ["src/cli/client/serve-uploads.ts", ["to put files"]],
  ["src/cli/server/next-steps.ts", ["redes secondary -n 1"]],
  ["src/central/commands.ts", ["the central's console"]],
  ["src/cli/address/locate-central.ts", [". Looking on until one answers"]],
  ["src/cli/client/get/file-commands.ts", ["files of the cluster"]],
  ["src/cli/client/orders/order-commands.ts", ["files of the cluster"]],
  ["src/cli/completion/choices.ts", ["files of the cluster"]],
  ["src/cli/demo/files.ts", ["películas/el viaje.mkv", "disk image.img"]],
  ["src/cli/doctor/cluster-checks.ts", ["disk missing"]],
  ["src/cli/help/man/man-page.ts", ['.\\" Made by redes man from the definition of the command.']],
  [
    "src/cli/server/central.ts",
    [
      " files may be open at once",
      "counts go on from ",
      " where that is there, the rest is learned from the secondaries but for revoked keys, which must be revoked again",
      "took over the statistics in ",
    ],
  ],
  [
    "src/cli/server/log/file-log.ts",
    [
      ": its lines come here until that is possible again",
      "the log goes on here; ",
      " before could not be written",
      "the log file was opened anew",
    ],
  ],
  [
    "src/cli/server/open-store.ts",
    ["the database ", " is damaged (", "): it is kept as ", ", and a new one is begun; "],
  ],
  [
    "src/cli/server/secondary.ts",
    [
      " files may be open at once",
      "the shared files are read anew, counts go on from ",
      " where that is there",
      "took over the statistics in ",
    ],
  ],
  ["src/cli/server/shell.ts", [" has started"]],
  ["src/client/downloads/admission-request.ts", ["a request for admission"]],
  ["src/client/downloads/batch/planned-file.ts", ["same size"]],
  ["src/client/downloads/destination.ts", ["same size"]],
  ["src/client/downloads/download-job.ts", ["a download job", "a desired state"]],
  ["src/client/console/session-lines.ts", ["in step"]],
  ["src/console/commands/command.ts", ["two commands are called "]],
  ["src/console/lines.ts", ["overlong line"]],
  ["src/keys/certificate.ts", ["made for itself", "the fingerprint of a certificate has an unknown form"]],
  ["src/net/session/foreign-protocol.ts", ["This is a redes ", ": it speaks its own protocol, not HTTP.\\n"]],
  ["src/net/session/greeting.ts", [" came where hello was due", "a central connects to no central"]],
  ["src/net/session/open-channel.ts", [" came before the greeting"]],
  ["src/net/transport/tcp-socket.ts", ["it has become shorter"]],
  ["src/platform/disk/shared-calls.ts", ["not a position in a file: "]],
  ["src/platform/sqlite.ts", ["SQLite format 3\0"]],
  ["src/transfer/sinks/journal.ts", ["redes journal 2\n"]],
]);

interface SyntaxNode {
  readonly type: string;
}

/** The texts in a source text that are written there, without those of types and imports. */
function textsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const { type } = node as SyntaxNode;
    if (type === "StringLiteral") found.push((node as unknown as { value: string }).value);
    if (type === "TemplateElement") found.push((node as unknown as { value: { raw: string } }).value.raw);
    if (type !== "ImportDeclaration" && !type.startsWith("TS")) for (const below of Object.values(node)) visit(below);
  };
  visit(parse(source, { sourceType: "module", plugins: ["typescript"] }).program.body);
  return found;
}

test("no text for people stands outside the table of texts", () => {
  const isEnglish = (file: string) => ENGLISH.some((part) => file.startsWith(part) || new Bun.Glob(part).match(file));
  const files = SPEAKING.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(ROOT)])
    .filter((file) => !isEnglish(file))
    .sort();
  expect(files.length).toBeGreaterThan(200);
  const outside = files.flatMap((file) => {
    const texts = textsIn(readFileSync(join(ROOT, file), "utf8")).filter((text) => WORDS.test(text));
    const unknown = texts.filter((text) => !Object.hasOwn(spanish, text) && !KNOWN.get(file)?.includes(text));
    return unknown.filter((text) => !/^redes [a-z -]+$/.test(text)).map((text) => `${file}: ${text}`);
  });
  expect(outside).toEqual([]);
});
