import type { Defect } from "./defect.ts";

/** Defects of what clients ask the central, and have it do. */
export const ORDER_DEFECTS: readonly Defect[] = [
  {
    name: "who is away is not waited for",
    file: "src/central/serving/list-completeness.ts",
    find: "return Math.min(Math.max(since, lostAt) + GRACE_PERIOD_MS, since + LONGEST_WAIT_MS);",
    replace: "return Math.min(Math.max(since, lostAt), since + LONGEST_WAIT_MS);",
    why: "after a restart of the central get --all ends well without the files of a server that comes back a second later",
    breaks: ["a list that is given is complete"],
    needs: ["list the files", "list the files after a restart"],
  },
  {
    name: "a list is given before all have told what they have",
    file: "src/central/sessions/client-session.ts",
    find: `const missing = this.deps.serving.missingForList();
    if (missing !== null) {
      this.channel.send`,
    replace: `const missing = this.deps.serving.missing();
    if (missing !== null) {
      this.channel.send`,
    why: "a list lacks what only a server has that is still telling what it has",
    breaks: ["a list that is given is complete"],
    needs: ["list the files", "list the files after a restart"],
  },
  {
    name: "a move is not stored",
    file: "src/central/store.ts",
    find: "const place = [moved?.as ?? null, moved?.edit ?? null];",
    replace: "const place = moved ? [null, null] : [null, null];",
    why: "a file that was to get another name is removed by the only server that has it, when all are started again",
    breaks: ["what was moved is there"],
    needs: ["give a file another name and kill all servers"],
  },
];
