import type { Topic } from "../topic.ts";

const topics: Readonly<Record<Topic, string>> = {
  files: "files",
  downloads: "downloads",
  cluster: "cluster",
  statistics: "statistics",
  keys: "keys",
  console: "console",
};

export const consoleText = {
  topics,
  help: "the commands, one, or a topic",
  helpParameter: "WORD",
  helpHint: (topics: string) => `topics: ${topics}`,
  also: (words: string) => `also called ${words}`,
  tab: "Tab completes what it takes",
  takesNothing: (command: string, synopsis: string) => `${command} takes no argument: ${synopsis}`,
  needsArgument: (command: string, synopsis: string) => `${command} needs an argument: ${synopsis}`,
  unknown: (word: string) => `unknown command ${word}: type help for the list`,
  unknownNear: (word: string, meant: string) =>
    `unknown command ${word}: did you mean ${meant}? type help for the list`,
  overlong: (bytes: number | string) => `a line of more than ${bytes} bytes is no command`,
  stillRunning: (command: string) => `${command}: no answer yet; it comes when it is there, and other commands work`,
  answerPrompt: "[y/N] ",
  search: (query: string) => `(search "${query}") `,
  searchFailed: (query: string) => `(no line has "${query}") `,
  more: (count: number | string) => `… and ${count} more`,
  andMore: (count: number | string) => `and ${count} more`,
  linesOmitted: (count: number | string) => `… lines left out meanwhile: ${count}`,
  running: (count: number | string) => `${count} running`,
  limit: "most bytes a second, as 10M; off",
  logGoesTo: (path: string) => `log lines go to ${path}`,
  unknownFlag: (flag: string, known: string) =>
    `unknown flag ${flag}: there are ${known}; a name that begins so stands in quotes`,
  takesNoValue: (flag: string) => `${flag} takes no value`,
  needsValue: (flag: string) => `${flag} needs a value`,
  typeHelp: "type help for the commands",
  stopServer: "stop this server",
};
