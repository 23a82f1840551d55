import { afterEach } from "bun:test";
import { Program, type ProgramOptions } from "./process.ts";

const programs: Program[] = [];

// What is left of a test that fails would be in the way of the next one.
afterEach(async () => {
  for (const program of programs.splice(0)) if (program.alive) await program.kill();
});

/** A program that ends with the test at the latest. */
export function started(options: ProgramOptions): Program {
  const program = new Program(options);
  programs.push(program);
  return program;
}
