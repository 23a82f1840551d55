import { useState } from "preact/hooks";
import type { DetailedFileAnswer, SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { contentAddress } from "../../../api/escape-path.ts";
import { Button, LinkButton } from "../../../parts/button.tsx";
import { CopyButton } from "../../../parts/copy/copy-button.tsx";
import { FailureWords } from "../../../parts/failure/failure.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { navigate } from "../../../routing/use-route.ts";
import { useStore } from "../../../store/page-context.ts";
import { useRights } from "../../../store/use-rights.ts";
import { useFormat, useText } from "../../../text/language-context.ts";
import { dangerOf } from "../danger.ts";
import { type FilesPlace, filesAddress, filesRoute, inFolder, parentOf } from "../files-place.ts";
import { playableAs } from "../playable.ts";
import { Hashes } from "./hashes.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { useFile } from "./use-file.ts";
import "./file-details.css";

/** All that is known of one file, and what can be done with it. */
export function FileDetails({ place, name }: { readonly place: FilesPlace; readonly name: string }) {
  const words = useText();
  const result = useFile(name);
  if (!result) return <p role="status">{words.parts.loading}</p>;
  if (!result.ok) {
    const isGone = result.failure.status === 404;
    return (
      <Notice
        kind={isGone ? "info" : "error"}
        title={isGone ? words.files.details.gone : words.files.empty.failedTitle}
      >
        <p>{isGone ? words.files.details.goneWhat : <FailureWords failure={result.failure} />}</p>
      </Notice>
    );
  }
  return (
    <div class="file-details">
      <Actions place={place} file={result.value} />
      <Danger file={result.value} />
      <Facts place={place} file={result.value} />
      <Hashes file={result.value} />
      <Removal place={place} file={result.value} />
    </div>
  );
}

/** Whether somebody who holds the whole of a file answers HTTP; a client, which does not know who holds it, does so itself. */
function isServed({ sources }: DetailedFileAnswer, secondaries: readonly SecondaryAnswer[]): boolean {
  if (sources === null) return true;
  return sources.some(({ number, partial }) => {
    return !partial && secondaries.some((one) => one.number === number && one.http !== null);
  });
}

function Actions({ place, file }: { readonly place: FilesPlace; readonly file: DetailedFileAnswer }) {
  const words = useText().files;
  const secondaries = useStore((state) => state.secondaries);
  const { name } = file;
  if (!isServed(file, secondaries)) return null;
  return (
    <div class="file-details-actions">
      <LinkButton kind="primary" href={contentAddress(name, "?download")} download>
        <Icon name="download" />
        {words.download}
      </LinkButton>
      {playableAs(name) && (
        <LinkButton href={filesAddress({ ...place, file: name, plays: true })}>
          <Icon name="play" />
          {words.play}
        </LinkButton>
      )}
      {file.sources !== null && <OtherForms file={file} />}
      <CopyButton text={new URL(contentAddress(name), location.href).href} what={words.copyLink} />
    </div>
  );
}

/** What other programs take a file by: only the central knows for them who holds it. */
function OtherForms({ file: { name, size } }: { readonly file: DetailedFileAnswer }) {
  const words = useText().files;
  return (
    <>
      {/* Of an empty file no torrent can be made. */}
      {size > 0 && (
        <LinkButton href={contentAddress(name, ".torrent")} download>
          {words.torrent}
        </LinkButton>
      )}
      <LinkButton href={contentAddress(name, ".meta4")} download>
        {words.metalink}
      </LinkButton>
    </>
  );
}

function Danger({ file }: { readonly file: DetailedFileAnswer }) {
  const { onlyOne, details: words } = useText().files;
  const known = useStore((state) => state.secondaries.length);
  const holder = file.sources?.find(({ partial }) => !partial);
  switch (dangerOf(file.holders, known)) {
    case "none":
      return (
        <Notice kind="error" title={words.nobodyTitle}>
          <p>{words.nobodyWhat}</p>
        </Notice>
      );
    case "one":
      return (
        <Notice kind="warning" title={holder ? words.onlyOneTitle(String(holder.number)) : onlyOne}>
          <p>{words.onlyOneWhat}</p>
        </Notice>
      );
    case null:
      return null;
  }
}

function Facts({ place, file }: { readonly place: FilesPlace; readonly file: DetailedFileAnswer }) {
  const words = useText().files;
  const format = useFormat();
  const { name, size, modified, version, pieces, pieceSize, sources } = file;
  const folder = parentOf(name);
  const known = useStore((state) => state.secondaries.length);
  const named = sources?.map(({ number, partial }) => {
    return (partial ? words.details.partly : words.details.server)(String(number));
  });
  const counted = words.heldBy(format.number(file.holders), format.number(Math.max(known, file.holders)));
  return (
    <dl class="facts">
      <dt>{words.details.folder}</dt>
      <dd>
        <a href={filesAddress(inFolder(place, folder))}>
          <bdi>{folder === "" ? words.root : folder}</bdi>
        </a>
      </dd>
      <dt>{words.details.size}</dt>
      <dd>
        {format.bytes(size)} <span class="aside">{words.details.exactBytes(size, format.number(size))}</span>
      </dd>
      <dt>{words.details.modified}</dt>
      <dd>{format.moment(modified / 1000)}</dd>
      <dt>{words.details.heldBy}</dt>
      <dd>{named ? named.join(", ") || "–" : counted}</dd>
      {version !== null && (
        <>
          <dt>{words.details.version}</dt>
          <dd>{format.number(version)}</dd>
        </>
      )}
      <dt>{words.details.pieces}</dt>
      <dd>{words.details.piecesOf(format.number(pieces), format.bytes(pieceSize))}</dd>
    </dl>
  );
}

/** For whoever may: the way out of the cluster. */
function Removal({ place, file }: { readonly place: FilesPlace; readonly file: DetailedFileAnswer }) {
  const words = useText().removal;
  const { isAdmin } = useRights();
  const [isAsking, setAsking] = useState(false);
  // What is gone has no details.
  const closeDetails = () => navigate(filesRoute({ ...place, file: null, plays: false }), { replace: true });
  if (!isAdmin) return null;
  return (
    <div>
      <Button kind="danger" onPress={() => setAsking(true)}>
        {words.remove}
      </Button>
      {isAsking && <RemoveDialog file={file} onClose={() => setAsking(false)} onDone={closeDetails} />}
    </div>
  );
}
