import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const IMPORT = /(?:from |import\()"(\.[^"]+)"/g;

/** Which tests depend on a source file, by the imports of a tree. */
export class Dependents {
  /** Files by what they import. */
  private readonly importers = new Map<string, Set<string>>();

  constructor(root: string, files: readonly string[]) {
    for (const file of files) {
      for (const [, path = ""] of readFileSync(join(root, file), "utf8").matchAll(IMPORT)) {
        const target = normalize(join(dirname(file), path));
        this.importers.set(target, (this.importers.get(target) ?? new Set()).add(file));
      }
    }
  }

  /** Tests that import the file, those with the fewest files in between first. */
  testsOf(file: string): string[] {
    const tests: string[] = [];
    const seen = new Set([file]);
    for (let level = [file]; level.length > 0; ) {
      const next = level.flatMap((each) => [...(this.importers.get(each) ?? [])]).filter((each) => !seen.has(each));
      level = [...new Set(next)].sort();
      for (const each of level) {
        seen.add(each);
        if (each.endsWith(".test.ts")) tests.push(each);
      }
    }
    return tests;
  }
}
