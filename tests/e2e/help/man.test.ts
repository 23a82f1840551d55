import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { allCommands } from "../../../src/cli/commands.ts";
import { pageName } from "../../../src/cli/help/man/man-page.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

setDefaultTimeout(120_000);

const COMMANDS = [...allCommands()];

async function pages(): Promise<{ readonly folder: string; readonly paths: readonly string[] }> {
  const folder = temporaryFolder();
  expect(await run(["man", "--out", "pages"], { cwd: folder })).toMatchObject({ code: 0, out: "", err: "" });
  const names = fs.readdirSync(path.join(folder, "pages")).sort();
  expect(names).toEqual(COMMANDS.map((command) => `${pageName(command)}.1`).sort());
  return { folder, paths: names.map((name) => path.join(folder, "pages", name)) };
}

async function said(command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const process_ = Bun.spawn([...command], {
    env: { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80", MANROFFOPT: "", ...env },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [out, err] = await Promise.all([new Response(process_.stdout).text(), new Response(process_.stderr).text()]);
  return { code: await process_.exited, out, err };
}

test("man, groff and mandoc have nothing to say against any page", async () => {
  const { paths } = await pages();
  for (const page of paths) {
    expect(await said(["man", "--warnings=all", "-l", page])).toMatchObject({ code: 0, err: "" });
    expect(await said(["groff", "-ww", "-man", "-Tutf8", "-z", page])).toEqual({ code: 0, out: "", err: "" });
    const { out } = await said(["mandoc", "-T", "lint", "-W", "warning", page]);
    // A page has no date, so that it is the same whenever it is made. Whether others are installed is not its matter.
    expect(
      out.split("\n").filter((line) => line !== "" && !/missing date|referenced manual not found/.test(line)),
    ).toEqual([]);
  }
});

test("man shows a page with its sections, and what is typed as it is typed", async () => {
  const { paths } = await pages();
  const page = paths.find((each) => each.endsWith("/redes-client-get.1")) ?? "";
  const { out: text } = await said(["man", "-l", page]);
  const titles = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"];
  expect(titles.filter((title) => !text.split("\n").includes(title))).toEqual([]);
  expect(text).toContain("redes-client-get - download files");
  expect(text).toContain("redes client get [OPTIONS] [NAME...]");
  expect(text).toContain("redes client get film.mkv 'series/one two.mkv' --dir films");
  expect(text).toMatch(/-o, --output PATH/);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("redes man prints a page into a pipe, and shows it on a terminal", async () => {
  const cwd = temporaryFolder();
  const { code, out } = await run(["man", "get"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('.TH "REDES\\-CLIENT\\-GET" 1');
  await using terminal = new Terminal(["man", "get"], { cwd, env: { MANPAGER: "cat", PAGER: "cat" } });
  await terminal.shows("redes-client-get - download files");
  expect((await terminal.ends()).code).toBe(0);
});
