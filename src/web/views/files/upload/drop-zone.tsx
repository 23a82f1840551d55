import type { ComponentChildren } from "preact";
import { isolated } from "../../../text/isolated.ts";
import { useText } from "../../../text/language-context.ts";
import type { PickedFile } from "./chosen-files.ts";
import { useFileDrop } from "./use-file-drop.ts";
import "./drop-zone.css";

/** Shows over what is in it where files go that are dropped anywhere on the page. `folder`: "" for the shared folder itself. */
export function DropZone(props: {
  readonly folder: string;
  /** Null: nothing is taken now. */
  readonly onDropped: ((found: readonly PickedFile[]) => void) | null;
  readonly children: ComponentChildren;
}) {
  const { folder, onDropped, children } = props;
  const words = useText().uploads;
  const isOver = useFileDrop(onDropped);
  return (
    <div class="drop-zone">
      {children}
      {isOver && (
        <div class="drop-target">
          <p>{folder === "" ? words.dropAtRoot : words.dropInto(isolated(folder))}</p>
        </div>
      )}
    </div>
  );
}
