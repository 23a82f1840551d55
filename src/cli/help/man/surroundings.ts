import { type Sentence, say } from "../../../sentences/sentence.ts";
import { type Command, type Flag, flagsOf } from "../../flags/command.ts";

/** What a command uses besides its command line: variables of the environment, and files. */

/** A variable, or a path, and what it is for. */
type SurroundingRow = readonly [name: string, help: Sentence];

const CONSOLES = new Set(["redes central", "redes secondary", "redes client"]);
const STATE: SurroundingRow = [
  "XDG_STATE_HOME",
  say("where the history of consoles is kept, and what was verified; ~/.local/state where it is not set."),
];
const EVERYWHERE: readonly SurroundingRow[] = [
  ["NO_COLOR", say("where it is set, nothing is written in colors.")],
  ["TERM", say("on a terminal that is dumb nothing is painted, neither bars nor a prompt that stays.")],
];
const PART: SurroundingRow = [
  ".redes-<32 hex>.part",
  say("beside the destination: what has come of a file, until it is whole."),
];
const VERIFIED: SurroundingRow = [
  "~/.local/state/redes/client-verified-files",
  say("which files of this machine were verified, and need not be read again while nobody changes them."),
];
const PAGER: SurroundingRow = [
  "PAGER",
  say("shows what is longer than the terminal; less where it is not set, nothing where it is empty."),
];
const BY_COMMAND: Readonly<
  Record<string, { readonly variables?: readonly SurroundingRow[]; readonly files?: readonly SurroundingRow[] }>
> = {
  "redes central": {
    files: [
      ["central.sqlite", say("in --data: statistics, removed names, and that the cluster was in step once.")],
      ["central.json", say("in --data: the statistics as JSON, written when it stops.")],
    ],
  },
  "redes secondary": {
    files: [
      ["secondaryN.sqlite", say("in --data: hashes of the shared files, and statistics.")],
      ["secundarioN.json", say("in --data: the statistics as JSON, written when it stops.")],
      [
        ".redes",
        say("in the shared folder: its mark, what is being copied, and in .redes/kept what was replaced or removed."),
      ],
      [".redesignore", say("in the shared folder: what is not shared, in the way of .gitignore.")],
    ],
  },
  "redes client get": { variables: [PAGER], files: [PART, VERIFIED] },
  "redes client list": { variables: [PAGER] },
  "redes client status": { variables: [PAGER] },
  "redes client": { variables: [PAGER], files: [PART, VERIFIED] },
  "redes client serve": {
    variables: [["XDG_CACHE_HOME", say("where --cache-dir is by itself; ~/.cache where it is not set.")]],
    files: [["~/.cache/redes/pieces", say("what was read, for the next time.")]],
  },
};

export function variablesOf(command: Command): readonly SurroundingRow[] {
  const { name } = command.meta;
  const flags = flagsOf(command).flatMap(variableOf);
  const own = BY_COMMAND[name]?.variables ?? [];
  return [...flags, ...own, ...(CONSOLES.has(name) ? [STATE] : []), ...EVERYWHERE];
}

/** The variable that stands in for a flag. */
function variableOf({ name, variable, repeatable }: Flag): SurroundingRow[] {
  if (variable === null) return [];
  const told = repeatable
    ? say("its value holds where --{name} is not given; several values have a colon between them.", { name })
    : say("its value holds where --{name} is not given.", { name });
  return [[variable, told]];
}

export function filesOf({ meta: { name } }: Command): readonly SurroundingRow[] {
  const history: SurroundingRow = [
    `~/.local/state/redes/${name.split(" ").at(-1)}-history`,
    say("what was typed at the console."),
  ];
  return [...(BY_COMMAND[name]?.files ?? []), ...(CONSOLES.has(name) ? [history] : [])];
}
