import { useCallback, useState } from "preact/hooks";
import { usePage } from "../../../store/page-context.ts";
import { useRights } from "../../../store/use-rights.ts";
import { type Chosen, chosenFiles, type PickedFile } from "./chosen-files.ts";

/** How files of this computer are taken into a folder; `take` null: whoever looks at the page may not. */
export function useChosenFiles(folder: string) {
  const { uploads } = usePage();
  const { mayPut } = useRights();
  const [leftOut, setLeftOut] = useState<Chosen | null>(null);
  const add = useCallback(
    (found: readonly PickedFile[]) => {
      const chosen = chosenFiles(found, folder);
      setLeftOut(chosen.hidden > 0 || chosen.isMore ? chosen : null);
      uploads.add(chosen.files);
    },
    [uploads, folder],
  );
  return { take: mayPut ? add : null, leftOut };
}
