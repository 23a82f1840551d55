import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTABLE } from "./farm.ts";
import { inTurn, run } from "./measure.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const ROUNDS = 31;

/** What a person waits for who asks for help, beside a program that does nothing: the runtime's own start. */
export async function benchStart(workspace: string, machine: string): Promise<BenchResult> {
  const empty = join(workspace, "empty");
  const source = `${empty}.ts`;
  writeFileSync(source, "export {};\n");
  await run([process.execPath, "build", "--compile", "--minify", "--bytecode", "--outfile", empty, source], workspace);
  const rows = rowsOf(
    await inTurn(
      {
        "redes --help": () => run([EXECUTABLE, "--help"], workspace),
        "an empty program": () => run([empty], workspace),
      },
      ROUNDS,
    ),
  );
  const [help, nothing] = rows;
  if (!help || !nothing) throw new Error("not everything was measured");
  return {
    bench: "start",
    machine,
    rows,
    bounds: [{ what: "redes --help / an empty program, seconds", value: help.seconds / nothing.seconds, most: 2 }],
  };
}
