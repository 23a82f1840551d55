import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { UsageError } from "../../../../../src/cli/flags/check-arguments.ts";
import { Values } from "../../../../../src/cli/flags/values.ts";
import { serverLog } from "../../../../../src/cli/server/log/server-log.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

function given(file?: string): Values {
  const words = new Map(file === undefined ? [] : [["log-file", "--log-file"]]);
  return new Values(words, { _: [], "log-file": file }, "redes secondary");
}

test("the log of a server has dates, and goes to stderr or to a file", () => {
  const plain = { format: "text", verbosity: "normal", dates: true } as const;
  expect(serverLog(given())).toEqual(plain);
  const folder = temporaryFolder();
  for (const file of [path.join(folder, "log"), path.join(folder, "no/log"), "/dev/null"])
    expect(serverLog(given(file))).toEqual({ ...plain, file });
});

test("a folder is no log file", () => {
  const folder = temporaryFolder();
  for (const file of [folder, `${folder}/new/`])
    expect(() => serverLog(given(file))).toThrow(
      new UsageError(`--log-file ${file}: that is a folder; it takes a file`),
    );
});

test("a log file is not in the shared folder, by whatever path", () => {
  const folder = temporaryFolder();
  const shared = path.join(folder, "shared");
  fs.mkdirSync(path.join(shared, "sub"), { recursive: true });
  fs.symlinkSync(path.join(shared, "sub"), path.join(folder, "link"));
  for (const file of [`${shared}/log`, `${shared}/sub/log`, `${folder}/link/log`, `${shared}/no/log`])
    expect(() => serverLog(given(file), shared)).toThrow(`--log-file ${file}: it is in the shared folder ${shared}`);
  // Also where the folder is still to be made.
  expect(() => serverLog(given(`${folder}/later/log`), `${folder}/later`)).toThrow("it is in the shared folder");
  expect(serverLog(given(`${folder}/shared.log`), shared).file).toBe(`${folder}/shared.log`);
});
