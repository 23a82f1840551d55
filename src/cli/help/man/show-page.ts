import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diskCall } from "../../../platform/disk/disk-errors.ts";
import { say } from "../../../sentences/sentence.ts";
import { SentenceError } from "../../../sentences/sentence-error.ts";
import { EXIT } from "../../exit-codes.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Command } from "../../flags/command.ts";
import type { Values } from "../../flags/values.ts";
import { writeStdout } from "../../output.ts";
import { findCommand } from "../find-command.ts";
import { manPage, pageName } from "./man-page.ts";

interface ManPage {
  readonly command: Command;
  /** The commands above it, the program first. */
  readonly above: readonly Command[];
}

/** `redes man` of this program. */
export function showPage(program: Command): (values: Values) => Promise<number> {
  return async (values) => {
    const pages = [...pagesOf({ command: program, above: [] })];
    if (values.has("out")) return writePages(pages, values);
    const command = findCommand(program, values.positionals);
    const page = pages.find((each) => each.command === command);
    if (!page) throw new SentenceError(say("{name} has no page", { name: command.meta.name }));
    const text = manPage(page.command, page.above);
    if (process.stdout.isTTY && Bun.which("man") !== null) return showInPager(text);
    await writeStdout(text);
    return EXIT.done;
  };
}

function* pagesOf(page: ManPage): Generator<ManPage> {
  yield page;
  const above = [...page.above, page.command];
  for (const command of Object.values(page.command.subCommands ?? {})) yield* pagesOf({ command, above });
}

async function writePages(pages: readonly ManPage[], values: Values): Promise<number> {
  const [extra] = values.positionals;
  if (extra !== undefined)
    throw new UsageError(say("{flag} writes all pages: it takes no {extra}", { flag: values.written("out"), extra }));
  const folder = values.folder("out", "");
  await diskCall("make the folder", folder, () => mkdir(folder, { recursive: true }));
  await Promise.all(
    pages.map(({ command, above }) => {
      const path = join(folder, `${pageName(command)}.1`);
      return diskCall("write", path, () => writeFile(path, manPage(command, above)));
    }),
  );
  return EXIT.done;
}

/** man shows it as long as a person reads. */
async function showInPager(text: string): Promise<number> {
  const viewer = Bun.spawn(["man", "-l", "-"], { stdin: Buffer.from(text), stdout: "inherit", stderr: "inherit" });
  return (await viewer.exited) === 0 ? EXIT.done : EXIT.failed;
}
