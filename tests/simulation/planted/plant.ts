import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFECTS } from "./all.ts";
import { withDefect } from "./defect.ts";

export const ROOT = join(import.meta.dir, "../../..");

/**
 * From now on this process loads the program with the defect of this name. The result says later whether the file was
 * loaded at all: a defect in a file that is not under the simulation could never be found.
 */
export function plant(name: string): { assertLoaded(): void } {
  const defect = DEFECTS.find((each) => each.name === name);
  if (!defect) throw new Error(`there is no planted defect "${name}"`);
  const path = join(ROOT, defect.file);
  let loaded = false;
  Bun.plugin({
    name: `planted: ${name}`,
    setup: (build) => {
      build.onLoad({ filter: new RegExp(`^${RegExp.escape(path)}$`) }, () => {
        loaded = true;
        return { contents: withDefect(defect, readFileSync(path, "utf8")), loader: "ts" };
      });
    },
  });
  return {
    assertLoaded: () => {
      if (!loaded) throw new Error(`${defect.file} of the planted defect "${name}" is not loaded`);
    },
  };
}
