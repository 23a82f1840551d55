import { contentAddress } from "../../../api/escape-path.ts";
import { LinkButton } from "../../../parts/button.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { GridCell, GridRow } from "../../../parts/virtual-list/grid.tsx";
import { useFormat, useText } from "../../../text/language-context.ts";
import { baseNameOf, type FilesPlace, filesAddress, inFolder, parentOf } from "../files-place.ts";
import { playableAs } from "../playable.ts";
import type { FileEntry, ListEntry, ListedFolder } from "./entry.ts";
import { Holders } from "./holders.tsx";

export interface RowProps {
  readonly place: FilesPlace;
  /** Null: it is on its way. */
  readonly entry: ListEntry | null;
  readonly index: number;
  readonly isFocused: boolean;
  /** There is room for two short lines alone. */
  readonly isNarrow: boolean;
  /** Whether files can be had over HTTP at all. */
  readonly isServed: boolean;
}

export const rowId = (index: number) => `file-row-${index}`;

/** One row of the list. Its links are no stops of the keyboard: the list is one, and its arrows lead to each row. */
export function FileRow({ place, entry, index, isFocused, isNarrow, isServed }: RowProps) {
  return (
    <GridRow
      id={rowId(index)}
      class="file-row"
      // The first row is that of the titles.
      aria-rowindex={index + 2}
      aria-selected={isFocused}
    >
      {entry === null && <GridCell class="file-row-waiting" aria-busy="true" />}
      {entry?.kind === "folder" && <FolderCells place={place} folder={entry} isNarrow={isNarrow} />}
      {entry?.kind === "file" && <FileCells place={place} file={entry} isNarrow={isNarrow} isServed={isServed} />}
    </GridRow>
  );
}

function FolderCells(props: { readonly place: FilesPlace; readonly folder: ListedFolder; readonly isNarrow: boolean }) {
  const { place, folder, isNarrow } = props;
  const words = useText().files;
  const format = useFormat();
  const { name, files, bytes, modified, holders } = folder;
  const path = place.folder === "" ? name : `${place.folder}/${name}`;
  return (
    <>
      <GridCell class="file-name">
        <a href={filesAddress(inFolder(place, path))} tabIndex={-1} title={name}>
          <Icon name="folder" />
          <bdi class="file-base">{name}</bdi>
        </a>
        <span class="file-folder">{words.folderFiles(files, format.number(files))}</span>
      </GridCell>
      <GridCell class="file-size number">{format.bytes(bytes)}</GridCell>
      <GridCell class="file-modified number">{(isNarrow ? format.day : format.date)(modified / 1000)}</GridCell>
      <GridCell class="file-holders number">
        <Holders count={holders} ofFolder />
      </GridCell>
      <GridCell class="file-actions" />
    </>
  );
}

function FileCells(props: {
  readonly place: FilesPlace;
  readonly file: FileEntry;
  readonly isNarrow: boolean;
  readonly isServed: boolean;
}) {
  const { place, file, isNarrow, isServed } = props;
  const words = useText().files;
  const format = useFormat();
  const { name, size, modified, holders } = file;
  const base = baseNameOf(name);
  const folder = parentOf(name).slice(place.folder === "" ? 0 : place.folder.length + 1);
  const canBeHad = isServed && holders > 0;
  return (
    <>
      <GridCell class="file-name">
        <a href={filesAddress({ ...place, file: name, plays: false })} tabIndex={-1} title={name}>
          <Icon name={playableAs(name) ? "film" : "file"} />
          <bdi class="file-base">{base}</bdi>
        </a>
        {folder !== "" && (
          <bdi class="file-folder" title={folder}>
            {folder}
          </bdi>
        )}
      </GridCell>
      <GridCell class="file-size number">{format.bytes(size)}</GridCell>
      <GridCell class="file-modified number">{(isNarrow ? format.day : format.date)(modified / 1000)}</GridCell>
      <GridCell class="file-holders number">
        <Holders count={holders} />
      </GridCell>
      <GridCell class="file-actions">
        {canBeHad && playableAs(name) && (
          <LinkButton
            kind="plain"
            href={filesAddress({ ...place, file: name, plays: true })}
            label={words.playFile(base)}
            isStop={false}
          >
            <Icon name="play" />
          </LinkButton>
        )}
        {canBeHad && (
          <LinkButton
            kind="plain"
            href={contentAddress(name, "?download")}
            label={words.downloadFile(base)}
            isStop={false}
            download
          >
            <Icon name="download" />
          </LinkButton>
        )}
      </GridCell>
    </>
  );
}
