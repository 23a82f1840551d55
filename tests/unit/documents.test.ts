import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import packageJson from "../../package.json";

/** What the documents for engineers name is there. */

const ROOT = join(import.meta.dir, "../..");
const DOCUMENTS = ["CONTRIBUTING.md", "src/README.md", "src/protocol/README.md", "tests/chaos/README.md"];
/** Files with an ending, and folders in quotes with a slash at their end. */
const PATHS =
  /[\w.-]+(?:\/[\w.-]+)*\.(?:ts|md)\b|(?<=`)[\w.-]+(?:\/[\w.-]+)*\/(?=`)|(?<=`)(?:src|tests)\/[\w./-]+(?=`)/g;
/** One file of each role has this name, and the text says so. */
const EACH_ROLES_COMMANDS = "commands.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const files = [...new Bun.Glob("src/**/*.ts").scanSync(ROOT)];
const code = files.map(read);
/** The table of layers names a folder within a layer by its last name only. */
const folders = new Set(files.map((file) => `${basename(dirname(file))}/`));

const isDeclared = (name: string) => {
  const declaration = new RegExp(`\\b(class|interface|type|function|const) ${name}\\b`);
  return code.some((text) => declaration.test(text));
};
/** Whether the file that declares a class or an interface has a member of this name. */
const hasMember = (owner: string, member: string) => {
  const declaration = new RegExp(`\\b(class|interface) ${owner}\\b`);
  const called = new RegExp(`^  .*\\b${member}\\(`, "m");
  return code.some((text) => declaration.test(text) && called.test(text));
};

for (const document of DOCUMENTS) {
  const text = read(document);

  test(`each path in ${document} exists`, () => {
    const paths = [...text.matchAll(PATHS)].map(([path]) => path).filter((path) => path !== EACH_ROLES_COMMANDS);
    const bases = [ROOT, join(ROOT, "src"), dirname(join(ROOT, document))];
    const exists = (path: string) => folders.has(path) || bases.some((base) => existsSync(join(base, path)));
    expect(paths.filter((path) => !exists(path))).toEqual([]);
    expect(paths.length).toBeGreaterThan(0);
  });

  test(`each script in ${document} exists`, () => {
    const scripts = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script]) => script ?? "");
    expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
}

test("each class and function in src/README.md exists", () => {
  const names = [...read("src/README.md").matchAll(/`([A-Z]\w+|[a-z]+[A-Z]\w+)(?:\.(\w+))?`/g)];
  const missing = names.filter(([, owner = "", member]) => (member ? !hasMember(owner, member) : !isDeclared(owner)));
  expect(missing.map(([name]) => name)).toEqual([]);
  expect(names.length).toBeGreaterThan(0);
});

test("each sentence on what an attacker cannot do is a test", () => {
  const section = read("src/protocol/README.md").split("\n## Attackers\n")[1]?.split("\n## ")[0] ?? "";
  const [, , ...rows] = section.split("\n").filter((line) => line.startsWith("|"));
  const sentences = rows.map((row) => row.split("|").at(-2)?.trim() ?? "");
  const tests = [...new Bun.Glob("tests/{unit,e2e}/**/*.test.ts").scanSync(ROOT)].map(read);
  // A test of several cases names the case behind the sentence.
  const isTest = (sentence: string) =>
    tests.some((text) => new RegExp(`\\(\\s*"${sentence}(, [^"]*%[^"]*)?",`).test(text));
  expect(sentences.filter((sentence) => !isTest(sentence))).toEqual([]);
  expect(sentences.length).toBeGreaterThan(10);
});
