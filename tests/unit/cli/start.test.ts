import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const SRC = join(import.meta.dir, "../../../src");

/** Modules of the runtime that take 4 ms and more to load: what a small file takes altogether. */
const SLOW = [
  "node:crypto",
  "node:http",
  "node:net",
  "node:readline",
  "node:stream",
  "node:tls",
  "node:tty",
  "node:util",
];
/** `import { a } from "b"`, `export { a } from "b"` and `import "b"`; not types alone. */
const IMPORT = /^(?:import|export) (?!type )(?:[^;]*? from )?"([^"]+)"/gm;

/** What is imported when a file is loaded, and by which file. */
function importsOf(file: string): { readonly by: string; readonly path: string }[] {
  const seen = new Set([file]);
  const found: { by: string; path: string }[] = [];
  for (const one of seen) {
    for (const [, path = ""] of readFileSync(one, "utf8").matchAll(IMPORT)) {
      if (path.startsWith(".") && path.endsWith(".ts")) seen.add(join(dirname(one), path));
      found.push({ by: relative(SRC, one), path });
    }
  }
  expect(seen.size).toBeGreaterThan(20);
  return found;
}

const COMMANDS = ["cli/root.ts", "cli/client/get/get.ts", "transfer/connection/serve-thread.ts"];

test.each(COMMANDS)("%s loads no module of the runtime that takes long", (file) => {
  expect(importsOf(join(SRC, file)).filter(({ path }) => SLOW.includes(path))).toEqual([]);
});

test.each(COMMANDS)("%s loads no Spanish, which is a seventh of the program", (file) => {
  expect(importsOf(join(SRC, file)).filter(({ path }) => path.includes("spanish"))).toEqual([]);
});
