import { Dialog } from "../../../parts/dialog.tsx";
import { navigate } from "../../../routing/use-route.ts";
import { baseNameOf, type FilesPlace, filesRoute } from "../files-place.ts";
import { playableAs } from "../playable.ts";
import { Player } from "../player/player.tsx";
import { FileDetails } from "./file-details.tsx";

const DIALOGS = { video: "wide", audio: "box" } as const;

/** One file: its details, or the player. */
export function FileDialog({ place, name }: { readonly place: FilesPlace; readonly name: string }) {
  const playable = place.plays ? playableAs(name) : null;
  const close = () => navigate(filesRoute({ ...place, file: null, plays: false }), { replace: true });
  return (
    <Dialog key={playable} kind={playable ? DIALOGS[playable] : "sheet"} title={baseNameOf(name)} onClose={close}>
      {playable ? <Player name={name} as={playable} /> : <FileDetails place={place} name={name} />}
    </Dialog>
  );
}
