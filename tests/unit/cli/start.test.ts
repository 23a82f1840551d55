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

/** Each slow module that is loaded with a file, and by which one. */
function slowModulesOf(file: string): string[] {
  const seen = new Set([file]);
  const found: string[] = [];
  for (const one of seen) {
    for (const [, path = ""] of readFileSync(one, "utf8").matchAll(IMPORT)) {
      if (path.startsWith(".") && path.endsWith(".ts")) seen.add(join(dirname(one), path));
      if (SLOW.includes(path)) found.push(`${relative(SRC, one)} imports ${path}`);
    }
  }
  expect(seen.size).toBeGreaterThan(20);
  return found;
}

test.each(["cli/root.ts", "cli/client/get/get.ts", "transfer/connection/serve-thread.ts"])(
  "%s loads no module of the runtime that takes long",
  (file) => {
    expect(slowModulesOf(join(SRC, file))).toEqual([]);
  },
);
