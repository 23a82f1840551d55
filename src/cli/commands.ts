import { type ArgsDef, defineCommand, runCommand } from "citty";
import { EXIT } from "./exit-codes.ts";
import { type CommandPath, calledAs, definitionOf, type Flag } from "./flags/definitions.ts";
import type { Scanned } from "./flags/flags.ts";
import { Values } from "./flags/values.ts";
import type { ExitStatus } from "./signals.ts";

/** What each command runs. Loaded when it is wanted: `--help` needs none of it. */
const RUNNERS: Readonly<Record<Exclude<CommandPath, "">, () => Promise<(values: Values) => Promise<ExitStatus>>>> = {
  central: async () => (await import("./server/central.ts")).central,
  secondary: async () => (await import("./server/secondary.ts")).secondary,
  client: async () => (await import("./client/client.ts")).client,
  "client list": async () => (await import("./client/list.ts")).clientList,
  "client get": async () => (await import("./client/get.ts")).clientGet,
  "client status": async () => (await import("./client/status.ts")).clientStatus,
  demo: async () => (await import("./demo/demo.ts")).demo,
  hash: async () => (await import("./hash.ts")).hashFiles,
};

/** Runs a command whose arguments were checked: citty takes them apart, which it does leniently. Gives what to end with. */
export async function runChecked(path: Exclude<CommandPath, "">, scanned: Scanned): Promise<ExitStatus> {
  const { text, flags } = definitionOf(path);
  let status: ExitStatus = EXIT.done;
  const command = defineCommand<ArgsDef>({
    meta: { name: calledAs(path), description: text },
    args: Object.fromEntries(flags.map((flag) => [flag.name, argument(flag)])),
    run: async ({ args }) => {
      status = await (await RUNNERS[path]())(new Values(scanned, args, calledAs(path)));
    },
  });
  await runCommand(command, { rawArgs: plain(scanned) });
  return status;
}

function argument({ words, value, help }: Flag): ArgsDef[string] {
  const alias = words.slice(1).map((word) => word.replace(/^-+/, ""));
  return value === null
    ? { type: "boolean", alias, description: help }
    : { type: "string", alias, description: help, valueHint: value };
}

/** The same arguments in the one form that leaves no room for reading them otherwise. */
function plain({ flags, positionals }: Scanned): string[] {
  const given = [...flags].map(([name, { value }]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return [...given, "--", ...positionals];
}
