import type { ActionKind } from "../action.ts";
import { drawName, drawSize } from "../draws.ts";

/** Every secondary gets another content under the same name, at the same time. */
export const putDifferent: ActionKind<{ name: string; size: number }> = {
  name: "put different files of one name",
  fault: false,
  weight: 1,
  draw: (random) => ({ name: drawName(random), size: drawSize(random) }),
  apply({ users, secondaries }, { name, size }) {
    for (const secondary of secondaries) users.put(secondary, name, users.newContent(size), "by rename");
  },
};
