import { SECONDARIES } from "../../world/world.ts";
import type { Change } from "../change.ts";
import { originalName } from "../history.ts";
import type { People } from "../people.ts";

/** Milliseconds for the central to say that a file is being removed. */
const ANSWER_MS = 5000;

/** `remove NAME` at the central's console. */
export const remove: Change<{ secondary: number; choice: number }> = {
  name: "remove",
  weight: 3,
  draw: (random) => ({ secondary: random.pick(SECONDARIES), choice: random.fraction() }),
  async apply(people, { secondary, choice }) {
    const name = people.chooseAny(secondary, choice);
    const central = people.world.central.running;
    if (name === null || !central) return null;
    people.busy.add(name);
    try {
      const settled = await isSettled(people, name);
      const isConflict = originalName(name) !== name;
      if (isConflict) forgive(people, name);
      else people.history.removing(name);
      const since = central.events.length;
      central.type(`remove ${name}`);
      const answer = central.waitFor("removed", (found) => found.name === name, since);
      const done = await central.within(answer, "removes a file", ANSWER_MS).then(
        () => true,
        () => false,
      );
      if (done && !isConflict) people.history.removed(name, settled);
      return `${name}${settled ? "" : ", while it was being copied"}${done ? "" : "; the central gave no answer"}`;
    } finally {
      people.busy.delete(name);
    }
  },
};

/** Whether all have the same version of a file, and the central knows that. */
async function isSettled(people: People, name: string): Promise<boolean> {
  const listed = (await people.world.list())?.find((file) => file.name === name);
  const found = SECONDARIES.map((number) => people.contents.file(people.folder(number), name)?.id);
  return listed !== undefined && listed.sources === SECONDARIES.length && found.every((id) => id === listed.id);
}

/** A conflict file has no history of its own: its version was made under the name that it comes from. */
function forgive({ history, contents, world }: People, name: string): void {
  for (const { backing } of world.disks) {
    const content = contents.file(backing, name);
    if (content) history.forgave(originalName(name), content.digest);
  }
}
