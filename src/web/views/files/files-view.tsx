import { useCallback } from "preact/hooks";
import { mayPass } from "../../api/api-result.ts";
import { Button } from "../../parts/button.tsx";
import { FailureWords } from "../../parts/failure/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { SearchField } from "../../parts/search-field/search-field.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { navigate, useRoute } from "../../routing/use-route.ts";
import { useStore } from "../../store/page-context.ts";
import { lacksCentral } from "../../store/page-state.ts";
import { isolated } from "../../text/isolated.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { Breadcrumb } from "./breadcrumb.tsx";
import { ConditionNotice } from "./condition-notice.tsx";
import { FileDialog } from "./details/file-dialog.tsx";
import { filesCondition } from "./files-condition.ts";
import { type FilesPlace, filesPlace, filesRoute } from "./files-place.ts";
import type { FileRows } from "./list/file-rows.ts";
import { FileTable } from "./list/file-table.tsx";
import { useFileRows } from "./list/use-file-rows.ts";
import type { PickedFile } from "./upload/chosen-files.ts";
import { DropZone } from "./upload/drop-zone.tsx";
import { LeftOut } from "./upload/left-out.tsx";
import { UploadButtons } from "./upload/upload-buttons.tsx";
import { useChosenFiles } from "./upload/use-chosen-files.ts";
import "./files-view.css";

/** The files of the cluster: folders, search, details, and the player. */
export function FilesView() {
  const place = filesPlace(useRoute());
  const list = useFileRows(place);
  const condition = useStore(filesCondition);
  const { take, leftOut } = useChosenFiles(place.folder);
  return (
    <DropZone folder={place.folder} onDropped={place.file === null ? take : null}>
      <div class="files-view">
        <FilesHeading place={place} onChosen={take} />
        <Toolbar place={place} count={list.total} />
        <LeftOut chosen={leftOut} />
        <ConditionNotice />
        {condition !== "nothing shared" && condition !== "no files" && (
          <Rows place={place} list={list} isServed={condition === "fine"} />
        )}
        {place.file !== null && <FileDialog place={place} name={place.file} key={place.file} />}
      </div>
    </DropZone>
  );
}

/** `onChosen`: takes files of this computer; null where whoever looks at the page may not. */
function FilesHeading(props: {
  readonly place: FilesPlace;
  readonly onChosen: ((found: readonly PickedFile[]) => void) | null;
}) {
  const { place, onChosen } = props;
  const words = useText().files;
  const onSearch = useCallback(
    (search: string) => navigate(filesRoute({ ...place, file: null, plays: false, search }), { replace: true }),
    [place.folder, place.sort, place.order, place.flat],
  );
  return (
    <ViewHeading title={words.title}>
      <div class="files-heading">
        <SearchField label={words.search} value={place.search} onSearch={onSearch} />
        {onChosen && <UploadButtons onChosen={onChosen} />}
      </div>
    </ViewHeading>
  );
}

/** Where one is, and how much is there. */
function Toolbar({ place, count }: { readonly place: FilesPlace; readonly count: number | null }) {
  const words = useText().files;
  const format = useFormat();
  // A client that has never had a list knows of no files, which is not that there are none.
  const cluster = useStore((state) => (lacksCentral(state) && state.cluster?.files === 0 ? null : state.cluster));
  const isWhole = place.folder === "" && place.search === "" && cluster !== null;
  const counted =
    count === null ? "" : (place.search === "" ? words.entries : words.found)(count, format.number(count));
  const flip = () => navigate(filesRoute({ ...place, file: null, plays: false, flat: !place.flat }), { replace: true });
  return (
    <div class="files-toolbar">
      <Breadcrumb place={place} />
      <span class="files-total" role="status">
        {isWhole ? words.total(cluster.files, format.number(cluster.files), format.bytes(cluster.bytes)) : counted}
      </span>
      <label class="files-flat">
        <input
          type="checkbox"
          checked={place.flat || place.search !== ""}
          disabled={place.search !== ""}
          onChange={flip}
        />
        {words.flat}
      </label>
    </div>
  );
}

function Rows(props: { readonly place: FilesPlace; readonly list: FileRows; readonly isServed: boolean }) {
  const { place, list, isServed } = props;
  const words = useText();
  const { total, failure } = list;
  const files = useStore((state) => state.cluster?.files ?? 0);
  if (total === null && failure) {
    const isGone = failure.status === 404;
    const title = isGone ? words.files.empty.noFolderTitle : words.files.empty.failedTitle;
    const again = <Button onPress={() => list.reload()}>{words.parts.tryAgain}</Button>;
    return (
      <Notice kind={isGone ? "info" : "error"} title={title} action={isGone || !mayPass(failure) ? null : again}>
        <p>{isGone ? words.files.empty.noFolderWhat : <FailureWords failure={failure} />}</p>
      </Notice>
    );
  }
  const isSearch = place.search !== "";
  // Where there are files, the list of all of them is only not here yet.
  const isEmpty = total === 0 && (isSearch || place.folder !== "" || files === 0);
  if (isEmpty) {
    return (
      <Notice kind="info" title={isSearch ? words.files.empty.noMatchTitle : words.files.empty.emptyFolderTitle}>
        {isSearch && <p>{words.files.empty.noMatchWhat(isolated(place.search))}</p>}
      </Notice>
    );
  }
  return (
    <div class="files-list">
      {total !== null && <FileTable place={place} list={list} count={total} isServed={isServed} />}
    </div>
  );
}
