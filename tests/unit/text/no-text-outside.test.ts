import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@babel/parser";

/** What consoles and client commands say stands in the table of texts, where every language has it. */

// A machine that is busy with other tests may be slow.
setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "../../..");
const CONSOLES = [
  "src/console/**/*.ts",
  "src/client/*.ts",
  "src/client/console/*.ts",
  "src/client/downloads/{admission-request,download-job,download-queue}.ts",
  "src/client/downloads/notes/*.ts",
  "src/central/commands.ts",
  "src/central/console/*.ts",
  "src/secondary/commands.ts",
  "src/secondary/replication/copy-progress.ts",
  "src/cli/client/{client,client-console,ending,list,progress,question,refusal,status}.ts",
  "src/cli/client/hints/*.ts",
  "src/cli/server/shell.ts",
];
/** Two words in a row: what a program says to people has them, and names of events and of commands do not. */
const WORDS = /\p{Ll}{2,} \p{Ll}{2,}/u;
/** Faults of the program itself, names of state machines, and lines of the log. */
const KNOWN = new Map([
  ["src/console/commands/command.ts", ["two commands are called "]],
  ["src/client/downloads/admission-request.ts", ["a request for admission"]],
  ["src/client/downloads/download-job.ts", ["a download job", "a desired state"]],
  ["src/central/commands.ts", ["the central's console"]],
  ["src/client/console/session-lines.ts", ["in step"]],
  ["src/cli/server/shell.ts", [" has started"]],
  // How flags of a command line are wrong is told in English.
  ["src/cli/client/list.ts", [": give one of them"]],
  ["src/console/lines.ts", ["overlong line"]],
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
  const files = CONSOLES.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(ROOT)]).sort();
  expect(files.length).toBeGreaterThan(30);
  const outside = files.flatMap((file) => {
    const texts = textsIn(readFileSync(join(ROOT, file), "utf8")).filter((text) => WORDS.test(text));
    return texts.filter((text) => !KNOWN.get(file)?.includes(text)).map((text) => `${file}: ${text}`);
  });
  expect(outside).toEqual([]);
});
